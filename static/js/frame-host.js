// Guichet on another web site: each frame takes the height of what it shows. Nothing else is read or changed there,
// and a message that does not come from one of its own frames is left alone.
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const shown = new Set();
  addEventListener("message", (event) => {
    if (event.origin !== home || event.data?.guichet !== "frame") return;
    const frame = [...document.querySelectorAll("iframe")].find((each) => each.contentWindow === event.source);
    const height = Number(event.data.height);
    if (!frame || !(height > 0 && height < 20000)) return;
    frame.style.height = `${height}px`;
    // A step opened by a button far down begins at its top; the first one lets the page stand where it is.
    if (event.data.turned && shown.has(frame) && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    shown.add(frame);
  });
})();
