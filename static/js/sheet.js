// The sheet of the service stays readable on this device when the connection is gone: its worker keeps this page, and nothing else.
(async () => {
  "use strict";
  const told = document.querySelector("[data-kept]");
  if (!told || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(told.dataset.worker, { scope: "/" });
    const ready = await navigator.serviceWorker.ready;
    const styles = [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.href);
    const answer = new MessageChannel();
    answer.port1.onmessage = ({ data: isKept }) => { told.hidden = !isKept; };
    ready.active.postMessage({ keep: [location.pathname, ...styles] }, [answer.port2]);
  } catch { /* Where the browser allows no worker, the page is read while there is a connection. */ }
})();
