// Guichet in the browser. Everything here makes a page quicker or kinder; nothing here is needed: each act is first a link or a form.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const live = $("#live");
  const announce = (text) => { if (text) { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 60); } };
  // In a frame of another site a browser may refuse even this: then nothing is remembered.
  const memory = (() => { try { return window.sessionStorage; } catch { return null; } })();
  const isTyping = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // --- Requests: the token goes with each, and a page where a part was expected is never poured into the part.
  document.addEventListener("htmx:config:request", (event) => {
    const ctx = event.detail.ctx;
    ctx.request.headers["X-CSRFToken"] = $("meta[name=csrf-token]").content;
    ctx.thenFocus = ctx.sourceElement.closest("[data-then-focus]")?.dataset.thenFocus;
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { request, response, text } = event.detail.ctx;
    if (request.headers["HX-Request-Type"] !== "partial" || !/^\s*<!doctype/i.test(text)) return;
    event.preventDefault();
    if (response.status < 400) location.assign(response.raw.url);
    else warn(new DOMParser().parseFromString(text, "text/html").querySelector("[data-explanation], h1")?.textContent);
  });
  document.addEventListener("htmx:error", (event) => { if (event.detail.ctx?.request) warn(live.dataset.lost); });
  function warn(text) {
    const box = document.createElement("div");
    const words = document.createElement("p");
    box.className = "notice notice--danger";
    words.textContent = (text || live.dataset.lost).trim();
    box.append(words);
    $("#messages").replaceChildren(box);
    $("#messages").scrollIntoView({ block: "nearest" });
  }

  // --- Focus goes where something happened; what happened is said.
  function settle(root, swapped, wanted) {
    const place = (wanted && $(wanted)) || $("[data-focus]:not([data-focused])", root)
      || (swapped && ($("[aria-invalid=true]", root) || $("[autofocus]", root)));
    if (place) {
      if (place.hasAttribute("data-focus")) place.dataset.focused = "";
      if (place.tabIndex < 0) place.tabIndex = -1;
      place.focus({ preventScroll: false });
    }
    const news = $$("[data-announce]:not([data-announced])", root).filter((piece) => piece !== place);
    news.forEach((piece) => { piece.dataset.announced = ""; });
    if (swapped && news.length) announce(news.map((piece) => piece.dataset.announce || piece.textContent).join(" ").replace(/\s+/g, " "));
    prepare(root);
  }
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx.target;
    settle((target?.id && document.getElementById(target.id)) || (target?.isConnected ? target : document), true, event.detail.ctx.thenFocus);
  });

  // --- What leaving a field brings in may move a button from under a press that began on it: it was pressed all the same.
  let press = null;
  document.addEventListener("pointerdown", (event) => {
    const button = event.isPrimary && event.button === 0 && event.target.closest("button, a.button");
    press = button ? { button, x: event.clientX, y: event.clientY } : null;
  }, true);
  document.addEventListener("click", (event) => {
    const began = press;
    press = null;
    if (!began?.button.isConnected || !event.detail || began.button.contains(event.target)) return;
    if (Math.hypot(event.clientX - began.x, event.clientY - began.y) < 8) began.button.click();
  }, true);

  // --- A form is sent once: the button says so, and comes back with the page.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter ?? $("button:not([type=button])", form);
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    button.dataset.label = button.innerHTML;
    button.textContent = button.dataset.busy || live.dataset.busy;
  }, true);
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of $$("button[data-label]", form)) {
      button.innerHTML = button.dataset.label;
      button.removeAttribute("aria-disabled");
      delete button.dataset.label;
    }
  };
  addEventListener("pageshow", () => $$("form[data-sent]").forEach(release));
  document.addEventListener("htmx:finally:request", (event) => { if (event.target.matches?.("form[data-sent]")) release(event.target); });

  // --- A preview follows what is typed: its button is pressed once the typing rests.
  let rest = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    clearTimeout(rest);
    rest = setTimeout(() => form.requestSubmit($("[data-live-button]", form)), 600);
  });

  // --- Time left, by the server's clock (data-now) so that a wrong clock here does not lie.
  function tick() {
    for (const time of $$("time[data-countdown]:not([data-over])")) {
      time.offset ??= time.dataset.now ? Date.parse(time.dataset.now) - Date.now() : 0;
      const left = Math.ceil((Date.parse(time.dataset.countdown) - Date.now() - time.offset) / 1000);
      if (left > 0) {
        time.textContent = live.dataset.left.replace("{m}", Math.floor(left / 60)).replace("{s}", String(left % 60).padStart(2, "0"));
        if (left <= 60 && !time.dataset.soon) { time.dataset.soon = "said"; announce(live.dataset.soon); }
      } else {
        time.dataset.over = "yes";
        time.textContent = live.dataset.over;
        time.closest(".hold")?.classList.add("hold--over");
        announce(live.dataset.over);
      }
    }
  }
  setInterval(tick, 1000);

  // --- Calendar: one Tab stop, arrows between the open days.
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  document.addEventListener("keydown", (event) => {
    const day = event.target.closest?.("[data-calendar] a.day");
    if (!day || event.ctrlKey || event.metaKey || event.altKey) return;
    const calendar = day.closest("[data-calendar]");
    const cells = $$("tbody td", calendar);
    const here = cells.indexOf(day.closest("td"));
    let goal = null;
    if (event.key in steps) {
      const turned = document.dir === "rtl" && Math.abs(steps[event.key]) === 1 ? -1 : 1;
      for (let at = here + steps[event.key] * turned; cells[at] && !goal; at += steps[event.key] * turned) goal = $("a", cells[at]);
      if (!goal) { turnPage(event.key === "ArrowLeft" || event.key === "ArrowUp" ? "prev" : "next", calendar); event.preventDefault(); return; }
    } else if (event.key === "Home" || event.key === "End") {
      const week = $$("a", day.closest("tr"));
      goal = event.key === "Home" ? week[0] : week.at(-1);
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      turnPage(event.key === "PageUp" ? "prev" : "next", calendar);
    } else if (event.key === " ") day.click();
    else return;
    event.preventDefault();
    if (goal) { rove(calendar, goal); goal.focus(); }
  });
  function turnPage(way, calendar) {
    const link = $(`a[rel=${way}]`, calendar);
    if (link) { memory?.setItem("turned", "yes"); link.click(); }
  }
  function rove(calendar, chosen) {
    for (const day of $$("a.day", calendar)) day.tabIndex = day === chosen ? 0 : -1;
  }

  // --- Lists: j, k, Enter, x, /, ? and a bar that appears with the selection.
  const rows = () => $$("[data-list] tbody tr[data-row]");
  function go(step) {
    const all = rows();
    const here = all.findIndex((row) => row.classList.contains("is-here"));
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    if (!next) return;
    all[here]?.classList.remove("is-here");
    next.classList.add("is-here");
    next.scrollIntoView({ block: "nearest" });
    ($("th a, td a", next) ?? next).focus({ preventScroll: true });
  }
  function recount(list) {
    const boxes = $$("tbody input[type=checkbox]", list);
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-chosen", box.checked));
    const all = $("[data-all]", list);
    if (all) { all.checked = chosen.length > 0 && chosen.length === boxes.length; all.indeterminate = chosen.length > 0 && !all.checked; }
    const bar = $("[data-bulk]", list.closest("form") ?? document);
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    const count = $("output", bar);
    count.textContent = (chosen.length > 1 ? count.dataset.many : count.dataset.one).replace("{n}", chosen.length);
  }
  document.addEventListener("change", (event) => {
    const target = event.target;
    const list = target.closest("[data-list]");
    if (target.matches("[data-all]")) $$("tbody input[type=checkbox]", list).forEach((box) => { box.checked = target.checked; });
    if (list && target.type === "checkbox") recount(list);
    if (target.matches("[data-submits]")) target.form.requestSubmit();
    const shown = { "display.theme": "theme", "display.density": "density", "display.text_size": "text", "display.motion": "motion" }[target.dataset.preview];
    if (shown && target.form.id === "preferences-form" && target.value) document.documentElement.dataset[shown] = target.value;
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && $("#site-search")) {
      event.preventDefault();
      $("#site-search").select();
    }
    if (event.key === "Escape") $$("details.menu[open]").forEach((menu) => { menu.open = false; if (menu.contains(event.target)) $("summary", menu).focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || $("dialog[open]")) return;
    const row = $("[data-list] tr.is-here") ?? event.target.closest?.("[data-list] tr[data-row]");
    const acts = {
      j: () => go(1), k: () => go(-1), "?": () => $("#keys")?.showModal(), "/": () => $("[data-list-search]")?.select(),
      x: () => $("input[type=checkbox]", row ?? document.createElement("i"))?.click(),
      Enter: () => { if (row && !event.target.closest("a, button, summary")) $("a", row)?.click(); },
    };
    const known = Object.hasOwn(acts, event.key) && ($("[data-list]") || event.key === "?");
    if (!known) return;
    if (event.key !== "Enter") event.preventDefault();
    acts[event.key]();
  });

  // --- A record chosen beside a form fills it in: all by its button; by its choice the name, and what nobody typed.
  const isUntyped = (field) => !field.value || field.value === field.dataset.given;
  function give(gives, mayReplace) {
    $$("[data-given]").filter(isUntyped).forEach((field) => { field.value = ""; }); // another record's is not this one's
    for (const [name, value] of Object.entries(JSON.parse(gives.dataset.gives))) {
      const field = document.getElementById(name);
      if (mayReplace(field)) field.value = field.dataset.given = value;
    }
  }
  document.addEventListener("change", (event) => {
    const row = event.target.matches("input[name=guest]") && event.target.closest("[data-guest]");
    if (row) give($("[data-gives]", row), (field) => field.name.endsWith("_name") || isUntyped(field));
  }, { capture: true }); // before what is typed is sent to be looked at

  // --- Small servants: dialogs, printing, menus that close.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog?.showModal && !event.ctrlKey && !event.metaKey) { event.preventDefault(); dialog.showModal(); }
    if (event.target.closest("[data-print]")) print();
    const fills = event.target.closest("[data-fill]");
    if (fills) { const field = document.getElementById(fills.dataset.fill); field.value = fills.value; field.focus(); }
    const gives = event.target.closest("[data-gives]");
    if (gives) {
      const record = $("input[name=guest]", gives.closest("[data-guest]"));
      record.checked = true;
      give(gives, () => true);
      record.dispatchEvent(new Event("change", { bubbles: true }));
      document.getElementById(Object.keys(JSON.parse(gives.dataset.gives)).at(-1))?.focus();
    }
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // --- What changes by itself: asked for again every few seconds while somebody is looking; an unchanged part costs a 304.
  const marks = new Map();
  // Who types here, or stands on what cannot be found again, is not interrupted; a link with an id keeps the focus.
  const isBusy = (part) => part.contains(document.activeElement) && (isTyping(document.activeElement) || !document.activeElement.id);
  async function poll(part) {
    const url = part.dataset.poll;
    part.polled = Date.now();
    if (document.hidden || isBusy(part)) return;
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", ...(marks.has(url) && { "If-None-Match": marks.get(url) }) };
    try {
      const answer = await fetch(url, { headers, cache: "no-store", redirect: "error" });
      hear(part, answer.status);
      if (answer.status !== 200) return;
      const text = await answer.text();
      if (!part.isConnected || part.dataset.poll !== url || isBusy(part)) return;
      if (answer.headers.get("ETag")) marks.set(url, answer.headers.get("ETag"));
      const fresh = document.createRange().createContextualFragment(text).firstElementChild;
      if (!fresh) return;
      const held = part.contains(document.activeElement) ? document.activeElement.id : "";
      part.replaceWith(fresh);
      window.htmx?.process(fresh);
      settle(fresh, true);
      if (held) document.getElementById(held)?.focus({ preventScroll: true });
    } catch { hear(part, 0); /* The next tick asks again. */ }
  }
  // A room that stands still looks like one where nothing happens: whoever follows it is told that it is old, and since when.
  const heard = new Map();
  let stale = null;
  function hear(part, status) {
    if (!("followed" in part.dataset)) return;
    if ([200, 304].includes(status)) { heard.set(part.id, Date.now()); stale?.remove(); stale = null; return; }
    const since = heard.get(part.id) ?? performance.timeOrigin;
    const isOut = [401, 403].includes(status);
    const why = isOut ? "out" : "stale";
    if (stale?.dataset.why === why || (!isOut && Date.now() - since < 3000 * (part.dataset.pollEvery || 5))) return;
    const at = new Date(since).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: live.dataset.zone });
    const words = document.createElement("p");
    words.textContent = live.dataset[why].replace("{t}", at);
    stale?.remove();
    stale = document.createElement("div");
    stale.className = "messages notice notice--warning";
    stale.dataset.why = why;
    stale.append(words);
    if (isOut) stale.append(Object.assign(document.createElement("a"), { href: location.href, textContent: live.dataset.logIn }));
    $("#messages").before(stale);
    announce(words.textContent);
  }
  setInterval(() => $$("[data-poll]").forEach((part) => {
    part.polled ??= Date.now();
    if (Date.now() - part.polled >= 1000 * (part.dataset.pollEvery || 5)) poll(part);
  }), 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { $$("[data-poll]").forEach(poll); tick(); } });

  function prepare(root) {
    const calendars = $$("[data-calendar]", root.parentElement ?? root);
    for (const calendar of calendars) {
      $("table", calendar).setAttribute("role", "grid");
      const chosen = $("a.day[aria-current]", calendar) ?? $("a.day", calendar);
      if (chosen) rove(calendar, chosen);
      if (chosen && memory?.getItem("turned")) { memory?.removeItem("turned"); chosen.focus(); announce($("h3", calendar).textContent); }
    }
    $$("[data-list]", root.parentElement ?? root).forEach(recount);
    tick();
  }
  settle(document, false);
})();
