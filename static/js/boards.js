// The calendar and the timeline, drawn. What is drawn is read from the list beside it, which is the whole page where scripts do not
// run and for whoever does not see or point: a drag posts the very form that « Déplacer » opens, and the list is then read again.
(() => {
  "use strict";
  const board = document.querySelector("[data-board]");
  if (!board || !window.EventCalendar) return;
  const { view, date, list, told } = board.dataset;
  const isTimeline = view.startsWith("resource");
  const live = document.getElementById("live");
  const theList = () => document.getElementById(list);
  const announce = (text) => { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 60); };
  let dragging = false;
  let stale = false;

  function events() {
    const found = new Map();
    for (const line of theList().querySelectorAll("[data-entry]")) {
      const resource = line.closest("[data-resource]")?.dataset.resource;
      const id = line.dataset.entry || line.dataset.starts;
      if (found.has(id)) { found.get(id).resourceIds.push(resource); continue; }
      const { starts, ends, label, short, tone, url, move, seen, unit, title, words } = line.dataset;
      found.set(id, {
        id, start: starts, end: ends ?? starts, allDay: !ends, title: label, startEditable: Boolean(move),
        classNames: [`badge--${tone ?? "neutral"}`, ...(move ? ["is-movable"] : []), ...(words ? ["is-span"] : [])],
        resourceIds: resource ? [resource] : [], extendedProps: { short, url, move, seen, unit, starts, heading: title, words },
      });
    }
    return [...found.values()];
  }

  function resources() {
    return [...theList().querySelectorAll("[data-group]")].map((group, place) => ({
      id: `group-${place}`, title: group.dataset.group,
      children: [...group.querySelectorAll("[data-resource]")].map(({ dataset }) => ({ id: dataset.resource, title: dataset.label })),
    }));
  }

  // A link one may follow with the mouse; the keyboard has the same one in the list.
  function content({ event }) {
    const link = document.createElement("a");
    const time = document.createElement("b");
    link.href = event.extendedProps.url;
    link.tabIndex = -1;
    link.draggable = false;
    link.title = event.title;
    time.textContent = event.allDay ? "" : `${event.extendedProps.starts.slice(11)} `;
    const { heading, short, words } = event.extendedProps;
    if (words) time.textContent = heading;
    link.append(...(isTimeline ? [] : [time]), words ? ` ${words}` : short ?? event.title);
    return { domNodes: [link] };
  }

  // Clocks of the house, not of this browser: the wall time that was read, moved by what the hand moved.
  function moved(starts, { days, seconds }) {
    const wall = new Date(`${starts}:00Z`);
    wall.setUTCDate(wall.getUTCDate() + days);
    wall.setUTCSeconds(wall.getUTCSeconds() + seconds);
    return wall.toISOString();
  }

  async function drop({ event, delta, newResource, revert }) {
    const { move, seen, unit, starts } = event.extendedProps;
    const wall = moved(starts, delta);
    const back = location.pathname + location.search;
    const sent = { date: isTimeline ? date : wall.slice(0, 10), time: wall.slice(11, 16), seen, back, unit: newResource?.id ?? unit ?? "" };
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, "HX-Request-Type": "partial" };
    try {
      const answer = await fetch(move, { method: "POST", headers, body: new URLSearchParams(sent), redirect: "error" });
      if (!answer.ok) revert();
      const said = await answer.text();
      // A refusal is a part of a page; a whole page in its place is that of an error.
      const read = new DOMParser().parseFromString(said, "text/html");
      if (answer.ok || !read.title) say(said);
      else sayUnmoved(read.querySelector("[data-explanation], h1")?.textContent);
    } catch {
      revert();
      sayUnmoved();
    }
    await again().catch(() => { /* Without a connection the list stays as it is: whoever follows it is told. */ });
  }

  // What comes back to its place without a word looks like a hand that slipped.
  function sayUnmoved(why) {
    const words = document.createElement("p");
    words.textContent = why ? live.dataset.unmovedBecause.replace("{why}", why.trim()) : live.dataset.unmoved;
    say(`<div class="notice notice--warning">${words.outerHTML}</div>`);
  }

  function say(html) {
    const place = document.getElementById(told);
    place.replaceChildren(document.createRange().createContextualFragment(html));
    place.scrollIntoView({ block: "nearest" });
    announce(place.textContent.replace(/\s+/g, " ").trim());
  }

  async function again() {
    const answer = await fetch(theList().dataset.poll, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" }, cache: "no-store" });
    if (!answer.ok) return;
    const fresh = document.createRange().createContextualFragment(await answer.text()).firstElementChild;
    theList().replaceWith(fresh);
    window.htmx?.process(fresh);
  }

  function follow() {
    stale = dragging;
    if (dragging) return;
    if (isTimeline) drawn.setOption("resources", resources());
    drawn.setOption("events", events());
  }

  // Many tables scroll under their hours, in a frame as high as the window; a few are shown whole.
  function tall() {
    return theList().querySelectorAll("[data-resource]").length > 16 ? "max(26rem, calc(100dvh - 6rem))" : undefined;
  }

  // The few hours of one shift fill the frame; those of a whole day scroll.
  function wide(names) {
    const [first, last] = [from, until].map((hour) => Number.parseInt(hour, 10));
    return Math.min(80, Math.max(40, Math.floor((board.clientWidth - names) / (2 * (last - first)))));
  }

  const { from, until, opens, step, offset, locale, halfDays, firstDay, flexible } = board.dataset;
  const drawn = EventCalendar.create(board, {
    view, date, locale, timeZone: offset, firstDay: Number(firstDay ?? 1), events: events(), eventContent: content,
    headerToolbar: { start: "", center: "", end: "" }, height: isTimeline ? tall() : view === "dayGridMonth" ? undefined : "max(26rem, calc(100dvh - 16rem))",
    slotMinTime: from, slotMaxTime: until, flexibleSlotTimeLimits: Boolean(flexible), slotDuration: "00:30", snapDuration: step ?? "00:15",
    slotLabelFormat: { hour: "numeric", minute: "2-digit", hour12: Boolean(halfDays) }, allDaySlot: events().some((event) => event.allDay),
    nowIndicator: true, eventStartEditable: true, eventDurationEditable: false, longPressDelay: 300, scrollTime: opens ?? from,
    ...(isTimeline ? { resources: resources(), slotWidth: wide(140) } : {}),
    eventDragStart: () => { dragging = true; },
    eventDragStop: () => { setTimeout(() => { dragging = false; if (stale) follow(); }); },
    eventDrop: drop,
  });
  // How much room the names of the tables take is known once they are drawn.
  if (isTimeline) requestAnimationFrame(() => drawn.setOption("slotWidth", wide(board.querySelector(".ec-sidebar").offsetWidth)));
  board.addEventListener("click", (event) => { if (dragging) { event.preventDefault(); event.stopPropagation(); } }, true);
  new MutationObserver(follow).observe(theList().parentElement, { childList: true });
})();
