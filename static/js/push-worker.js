// Shows a notice that came by push, and opens its page. It keeps nothing and fetches nothing.
"use strict";

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
