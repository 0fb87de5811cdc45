// Shows a notice that came by push, and opens its page; keeps tonight's sheet to be read without a connection, and nothing else.
"use strict";

const SHEET = "/admin/service/feuille", KEPT = "sheet", KEPT_HOURS = 18;

self.addEventListener("message", (event) => {
  if (!event.data?.keep || new URL(event.source.url).pathname !== SHEET) return;
  event.waitUntil(keep(event.data.keep).then(() => true, () => false).then((kept) => event.ports[0]?.postMessage(kept)));
});

// What was kept stays until all that replaces it has come: the connection may go at that very moment.
async function keep(addresses) {
  const cache = await caches.open(KEPT), wanted = addresses.map((address) => new URL(address, self.location.origin).href);
  await cache.addAll(addresses);
  for (const old of await cache.keys()) if (!wanted.includes(old.url)) await cache.delete(old);
}

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/connexion") event.waitUntil(caches.delete(KEPT));
  else if (pathname === SHEET || request.destination === "style") event.respondWith(freshOrKept(request, pathname));
});

async function freshOrKept(request, pathname) {
  try {
    return await fetch(request);
  } catch (gone) {
    const kept = await caches.match(pathname === SHEET ? SHEET : request, { ignoreVary: true });
    const hours = kept ? (Date.now() - Date.parse(kept.headers.get("Date"))) / 3600000 : Infinity;
    if (hours < KEPT_HOURS) return kept;
    await caches.delete(KEPT);
    throw gone;
  }
}

self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const shown = { body: told.body, tag: told.tag, lang: told.lang, data: { url: told.url }, icon: "/static/img/favicon.svg" };
  event.waitUntil(self.registration.showNotification(told.title || "Guichet", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const home = self.location.origin;
  const asked = new URL(event.notification.data?.url ?? "/espace/notifications", home);
  const url = asked.origin === home ? asked.href : `${home}/espace/notifications`;
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window" });
    const open = pages.find((page) => page.url === url);
    return open ? open.focus() : self.clients.openWindow(url);
  })());
});
