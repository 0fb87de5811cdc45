// The booking steps inside a frame: they tell the page around how high they are, if that page may show them at all.
(() => {
  "use strict";
  if (window.parent === window) return;
  const allowed = [location.origin, ...document.body.dataset.sites.split(" ").filter(Boolean)];
  const around = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  const told = allowed.includes(around) ? [around] : allowed;
  let turned = true; // said once a page: the step is a new one
  let last = 0;
  function tell() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    for (const origin of told) window.parent.postMessage({ guichet: "frame", height, turned }, origin);
    turned = false;
  }
  new ResizeObserver(tell).observe(document.body);
  tell();
})();
