// The worker of /learn/: pages come from the site; without a connection, from what this person has saved on purpose.
// Nothing is kept by looking at it: only style, script and fonts are, which are nobody's.
"use strict";
const SHELL = "koinon-shell-" + FACTS.version, SAVED = "koinon-saved-", STATE = "koinon-state", OWNER = "/learn/-owner";

addEventListener("install", (event) => event.waitUntil((async () => {
  const shell = await caches.open(SHELL);
  await shell.addAll([...FACTS.shell, FACTS.page]);
  if (!registration.active) await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("koinon-shell-") && name !== SHELL) await caches.delete(name);
  await clients.claim();
})()));

addEventListener("message", (event) => { if (event.data === "use") skipWaiting(); });

addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === FACTS.out) { event.respondWith(leave(request)); return; }
  if (url.pathname.startsWith(FACTS.static)) { event.respondWith(still(request)); return; }
  if (!url.pathname.startsWith(FACTS.home)) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (/\/files\/[^/]+$/.test(url.pathname)) event.respondWith(file(request, url));
});

// Whoever signs out leaves nothing to read behind; what waits to be sent stays, for its owner alone.
async function leave(request) {
  await Promise.all([...(await caches.keys()).filter((name) => name.startsWith(SAVED)), STATE].map((name) => caches.delete(name)));
  await forget().catch(() => {});
  return fetch(request);
}

// Titles of what was saved are words of that person too. A device without a list gets none from here.
async function forget() {
  const request = indexedDB.open("koinon-learn");
  request.onupgradeneeded = () => request.transaction.abort();
  const kept = await new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
  const deed = kept.transaction("saved", "readwrite");
  deed.objectStore("saved").clear();
  await new Promise((done, fail) => { deed.oncomplete = done; deed.onabort = deed.onerror = () => fail(deed.error); });
  kept.close();
}

// Names of static files change with what is in them.
async function still(request) {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") (await caches.open(SHELL)).put(request.url, answer.clone());
  return answer;
}

async function mine() {
  const said = await (await caches.open(STATE)).match(OWNER), owner = said && await said.text();
  return owner ? caches.open(SAVED + owner) : null;
}

async function page(request, url) {
  try {
    return await fetch(request);
  } catch (problem) {
    const saved = await mine(), kept = saved && await saved.match(url.pathname);
    return kept || await caches.match(FACTS.page) || Promise.reject(problem);
  }
}

async function file(request, url) {
  const saved = await mine(), kept = saved && await saved.match(url.pathname);
  if (!kept) return fetch(request);
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("Range") || "");
  return range ? part(kept, range) : kept;
}

// Players ask for sound in pieces.
async function part(kept, [, from, to]) {
  const bytes = await kept.blob(), type = kept.headers.get("Content-Type") || "";
  const start = from === "" ? Math.max(0, bytes.size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? bytes.size - 1 : Math.min(Number(to), bytes.size - 1);
  if (start > end) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${bytes.size}` } });
  const headers = { "Content-Type": type, "Content-Range": `bytes ${start}-${end}/${bytes.size}`, "Accept-Ranges": "bytes", "Content-Length": String(end - start + 1) };
  return new Response(bytes.slice(start, end + 1, type), { status: 206, headers });
}
