// Passkeys: the one thing a browser does only by script. A form with data-passkey ("create" or "get") asks the server for a
// challenge, the device for its answer, and sends the answer; it goes on where the server says.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function send(url, body) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && isJson) return answer.json();
    if (isJson) throw new Refused((await answer.json()).message);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    throw new Refused(page.querySelector("[data-explanation], h1")?.textContent);
  }
  class Refused extends Error {}

  const ways = {
    async create(options) {
      options.challenge = bytes(options.challenge);
      options.user.id = bytes(options.user.id);
      for (const known of options.excludeCredentials ?? []) known.id = bytes(known.id);
      const made = await navigator.credentials.create({ publicKey: options });
      return { attestationObject: text(made.response.attestationObject), of: made };
    },
    async get(options) {
      options.challenge = bytes(options.challenge);
      const given = await navigator.credentials.get({ publicKey: options });
      const { authenticatorData, signature, userHandle } = given.response;
      return { authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle && text(userHandle), of: given };
    },
  };

  async function answer(form) {
    const { of, ...response } = await ways[form.dataset.passkey](await send(form.dataset.challenge));
    response.clientDataJSON = text(of.response.clientDataJSON);
    const credential = { id: of.id, rawId: text(of.rawId), type: of.type, response, clientExtensionResults: {} };
    const { url } = await send(form.action, { credential, name: form.elements.name?.value });
    location.assign(url);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-passkey]")) return;
    event.preventDefault();
    const told = form.querySelector("[data-told]");
    const button = event.submitter ?? form.querySelector("button");
    const tell = (words) => { told.textContent = words; told.hidden = !words; };
    tell("");
    if (!window.PublicKeyCredential) { tell(form.dataset.unable); return; }
    button.setAttribute("aria-disabled", "true");
    try {
      await answer(form);
    } catch (error) {
      if (error instanceof Refused) tell(error.message);
      else tell(error.name === "InvalidStateError" && form.dataset.known ? form.dataset.known : form.dataset.abandoned);
      button.removeAttribute("aria-disabled");
    }
  });
})();
