// Devices: a form with data-push (the house's key) lets this browser be told, where it can; a form with data-device, the digest of
// an address, also has this browser forget that it was. Without script the list and its buttons still serve.
(() => {
  "use strict";
  const form = document.querySelector("form[data-push]");
  if (!form || !("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return;
  const worker = form.dataset.worker;
  const key = Uint8Array.from(atob(form.dataset.push.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const told = form.querySelector("[data-told]");
  const tell = (words) => { told.textContent = words; told.hidden = !words; };

  async function digest(subscription) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
    return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function isOfThisHouse(subscription) {
    const bound = new Uint8Array(subscription.options.applicationServerKey ?? []);
    return bound.length === key.length && bound.every((byte, place) => byte === key[place]);
  }

  async function current() {
    const registration = await navigator.serviceWorker.getRegistration("/");
    return registration?.pushManager.getSubscription();
  }

  async function subscribed() {
    const registration = await navigator.serviceWorker.register(worker, { scope: "/" });
    await navigator.serviceWorker.ready;
    const known = await registration.pushManager.getSubscription();
    if (known && isOfThisHouse(known)) return known;
    await known?.unsubscribe();
    return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  async function add() {
    if ((await Notification.requestPermission()) !== "granted") { tell(form.dataset.denied); return; }
    const headers = { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const answer = await fetch(form.action, { method: "POST", headers, body: JSON.stringify(await subscribed()) });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && isJson) { location.reload(); return; }
    tell((isJson && (await answer.json()).message) || form.dataset.failed);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell("");
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    try { await add(); } catch { tell(form.dataset.failed); }
    button.removeAttribute("aria-disabled");
  });

  document.addEventListener("submit", async (event) => {
    const removal = event.target;
    if (!removal.matches("form[data-device]") || removal.dataset.left) return;
    event.preventDefault();
    removal.dataset.left = "yes";
    try {
      const subscription = await current();
      if (subscription && (await digest(subscription)) === removal.dataset.device) await subscription.unsubscribe();
    } finally {
      removal.requestSubmit();
    }
  });

  (async () => {
    const subscription = await current();
    const listed = subscription && isOfThisHouse(subscription) && document.querySelector(`form[data-device="${await digest(subscription)}"]`);
    form.hidden = Boolean(listed);
  })();
})();
