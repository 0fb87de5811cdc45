// The room: a table or a party opens beside the plan without leaving it; the slider shows the hours to come.
(() => {
  "use strict";
  const panel = () => document.getElementById("room-panel");
  let came = null;

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
    const link = event.target.closest("a[data-panel]");
    if (link && window.htmx) {
      event.preventDefault();
      came = link.id;
      window.htmx.ajax("GET", link.getAttribute("href"), { target: "#room-panel", swap: "outerHTML" });
    } else if (event.target.closest("[data-close]") && panel()) {
      event.preventDefault();
      shut();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel() && !panel().hidden && panel().contains(event.target)) shut();
  });
  function shut() {
    panel().replaceChildren();
    panel().hidden = true;
    document.getElementById(came)?.focus();
  }

  const form = document.querySelector("form[data-hours]");
  if (!form) return;
  const slider = form.querySelector("input"), said = form.querySelector("output");
  const hours = form.dataset.hours.split(" ");
  let rest = 0;
  slider.addEventListener("input", () => {
    const hour = hours[slider.value] || "";
    said.textContent = hour ? said.dataset.at.replace("{h}", hour) : said.dataset.now;
    slider.setAttribute("aria-valuetext", said.textContent);
    clearTimeout(rest);
    rest = setTimeout(() => show(hour), 120);
  });
  function show(hour) {
    const url = new URL(form.dataset.room, location.href); // it may name the house already
    if (hour) url.searchParams.set("heure", hour);
    window.htmx?.ajax("GET", url.pathname + url.search, { target: "#room", swap: "outerHTML" });
  }
  slider.setAttribute("aria-valuetext", said.textContent);
  form.addEventListener("submit", (event) => event.preventDefault());
})();
