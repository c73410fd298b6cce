// Learning without a connection: whose device this is, what somebody does meanwhile, and sending it later.
// Nothing depends on it: without JavaScript every page works as it is.
(() => {
  "use strict";
  const me = document.currentScript.dataset, words = JSON.parse(me.words);
  const SAVED = "koinon-saved-", STATE = "koinon-state", OWNER = "/learn/-owner";
  const isKept = document.documentElement.hasAttribute("data-kept");
  if (!("indexedDB" in window) || !("serviceWorker" in navigator) || !("caches" in window)) return;

  // What is kept beside the pages: outbox, list of what is saved, and a few facts.
  const asked = (request) => new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
  let opened;
  const open = () => opened ||= (() => {
    const request = indexedDB.open("koinon-learn", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("outbox", { keyPath: "id" });
      request.result.createObjectStore("saved", { keyPath: "id" });
      request.result.createObjectStore("facts");
    };
    return asked(request);
  })();
  const store = async (name, mode = "readonly") => (await open()).transaction(name, mode).objectStore(name);
  const all = async (name) => asked((await store(name)).getAll());
  const put = async (name, value, key) => asked((await store(name, "readwrite")).put(value, key));
  const remove = async (name, key) => asked((await store(name, "readwrite")).delete(key));

  const owner = async () => {
    const said = await (await caches.open(STATE)).match(OWNER);
    return said ? said.text() : "";
  };
  // Another person signed in: what the one before had saved goes. What waits to be sent stays, unseen, for its owner.
  const settle = async () => {
    const before = await owner();
    if (!me.owner || before === me.owner) return;
    for (const name of await caches.keys()) if (name.startsWith(SAVED) && name !== SAVED + me.owner) await caches.delete(name);
    for (const each of await all("saved")) if (each.owner !== me.owner) await remove("saved", each.id);
    await (await caches.open(STATE)).put(OWNER, new Response(me.owner));
  };
  // Whose device it is, after this page has said who reads it.
  const begun = settle().catch(() => {});
  const settled = () => begun.then(owner);

  // One thing done: its own UUID, the device, its place in the row, what the clock said. In one transaction.
  const keep = async (things) => {
    const whose = await settled();
    if (!whose) throw new Error("nobody");
    const deed = (await open()).transaction(["outbox", "facts"], "readwrite", { durability: "strict" });
    const facts = deed.objectStore("facts"), outbox = deed.objectStore("outbox");
    let sequence = await asked(facts.get("sequence")) || 0;
    if (!await asked(facts.get("device"))) facts.put(crypto.randomUUID(), "device");
    for (const thing of things) outbox.put({ id: crypto.randomUUID(), owner: whose, sequence: ++sequence, at: new Date().toISOString(), state: "waiting", said: "", title: document.querySelector("h1")?.textContent || "", page: location.pathname, ...thing });
    facts.put(sequence, "sequence");
    await new Promise((done, fail) => { deed.oncomplete = done; deed.onabort = deed.onerror = () => fail(deed.error); });
  };

  const MOST = 50, LARGEST = 500000;
  const letters = (items) => {
    const found = [];
    let letter = [], size = 0;
    for (const { id, kind, run, node, sequence, at, data } of items) {
      const item = { id, kind, run, node, sequence, at, data }, weight = new Blob([JSON.stringify(item)]).size;
      if (letter.length && (letter.length >= MOST || size + weight > LARGEST)) { found.push(letter); letter = []; size = 0; }
      letter.push(item); size += weight;
    }
    return letter.length ? [...found, letter] : found;
  };
  const learn = async (answer) => {
    const row = await asked((await store("outbox")).get(answer.id));
    if (!row) return;
    if (answer.state === "taken" && !answer.said) await remove("outbox", row.id);
    else await put("outbox", { ...row, state: answer.state, said: answer.said });
  };
  // "sent", "waits" (no connection, or somebody has to sign in), "other" (somebody else is signed in).
  const send = async () => {
    const whose = await settled();
    const items = (await all("outbox")).filter((each) => each.owner === whose && each.state === "waiting").sort((a, b) => a.sequence - b.sequence);
    if (!whose || !items.length) return "sent";
    const who = await fetch(me.outbox, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (who.status === 401) return "sign";
    if (!who.ok) return "waits";
    const said = await who.json(), device = await asked((await store("facts")).get("device"));
    if (said.owner !== whose) return "other";
    for (const letter of letters(items)) {
      const body = JSON.stringify({ device, owner: whose, now: new Date().toISOString(), items: letter });
      const answer = await fetch(me.outbox, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": said.token } });
      if (answer.status === 413 && letter.length === 1) { await learn({ id: letter[0].id, state: "refused", said: words.not_kept }); continue; }
      if (!answer.ok) return "waits";
      for (const each of (await answer.json()).items) await learn(each);
    }
    return "sent";
  };
  const flush = async () => {
    if (!navigator.onLine) return "waits";
    const once = (deed) => navigator.locks ? navigator.locks.request("koinon-outbox", deed) : deed();
    let state;
    try { state = await once(send); } catch { state = "waits"; }
    await count();
    document.dispatchEvent(new CustomEvent("koinon:outbox", { detail: state }));
    return state;
  };

  const line = (name, text, more) => {
    const place = document.getElementById("messages"), there = place?.querySelector(`[data-line=${name}]`);
    if (!place) return;
    if (!text) { there?.remove(); return; }
    const row = there || document.createElement("p");
    row.className = "k-message k-message--info"; row.dataset.line = name; row.textContent = text + " ";
    if (more) row.append(more);
    if (!there) place.append(row);
  };
  const count = async () => {
    const whose = await settled(), number = (await all("outbox")).filter((each) => each.owner === whose && each.state !== "taken").length;
    if (location.pathname === me.page) return;
    const link = document.createElement("a");
    link.href = me.page; link.textContent = words.look;
    line("waiting", number ? words.waiting.replace("%(number)s", number) : "", link);
  };

  // Forms that may be answered without a connection; on a page of the site only while there is none.
  const THINGS = {
    roll: (form) => [...form.querySelectorAll("input[type=radio]:checked")].filter((each) => !each.defaultChecked).map((each) => ({ enrolment: each.name.slice(6), is_there: each.value === "yes", session: form.dataset.session, name: each.closest("fieldset")?.querySelector("legend")?.textContent || "" })),
    quiz: (form) => [{ fields: [...new FormData(form)].filter((pair) => typeof pair[1] === "string"), language: form.dataset.language }],
    viewed: () => [{}],
  };
  const said = (form) => [{ text: new FormData(form).get("text") || "", answers: new FormData(form).get("answers") || "", language: form.dataset.language }];
  document.addEventListener("submit", async (event) => {
    const form = event.target, kind = form.dataset?.outbox;
    if (!kind || (!isKept && navigator.onLine)) return;
    event.preventDefault();
    delete form.dataset.sent;
    const found = (THINGS[kind] || said)(form).map((data) => ({ kind, run: form.dataset.run, node: form.dataset.node, data }));
    const note = document.createElement("p");
    note.setAttribute("role", "status"); note.className = "k-why";
    form.parentNode.querySelector("[data-kept-note]")?.remove();
    note.dataset.keptNote = "";
    try {
      await keep(found);
      form.dispatchEvent(new Event("koinon:kept"));
      for (const radio of form.querySelectorAll("input[type=radio]")) radio.defaultChecked = radio.checked;
      note.textContent = words.kept;
      if (kind !== "roll") form.hidden = true;
      form.after(note);
      await flush();
    } catch {
      note.textContent = words.not_kept;
      form.after(note);
    }
  });
  for (const form of document.querySelectorAll("form[data-outbox][hidden]")) form.hidden = false;
  for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;

  // The worker, after the page has what it needs; a newer one takes over when the reader says so.
  const ready = async () => {
    const registration = await navigator.serviceWorker.register(me.worker, { scope: "/learn/" });
    const offer = () => {
      if (!registration.waiting || !navigator.serviceWorker.controller) return;
      const button = document.createElement("button");
      button.type = "button"; button.className = "btn btn-plain btn-sm"; button.textContent = words.use;
      button.addEventListener("click", () => {
        navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
        registration.waiting.postMessage("use");
      });
      line("newer", words.newer, button);
    };
    offer();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  };
  window.koinonOffline = { all, put, remove, asked, store, owner: settled, flush, count, SAVED };
  addEventListener("load", () => begun.then(() => { ready().catch(() => {}); flush(); }));
  addEventListener("online", () => flush());
  setInterval(() => { if (document.visibilityState === "visible") flush(); }, 60000);
})();
