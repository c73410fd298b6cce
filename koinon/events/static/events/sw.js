// The worker of /events/: only the page of the door is kept, without names, for the time without a connection.
"use strict";
const SHELL = "koinon-door-shell-" + FACTS.version, DOOR = "koinon-door";

addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(SHELL)).addAll(FACTS.shell);
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("koinon-door-shell-") && name !== SHELL) await caches.delete(name);
  await clients.claim();
})()));

addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === FACTS.out) event.respondWith(leave(request));
  else if (url.pathname.startsWith(FACTS.static)) event.respondWith(still(request));
  else if (request.mode === "navigate" && /^\/events\/[^/]+\/door\/$/.test(url.pathname)) event.respondWith(door(request, url));
});

// Names of static files change with what is in them.
async function still(request) {
  const kept = await (await caches.open(SHELL)).match(request.url);
  return kept || fetch(request);
}

async function door(request, url) {
  try {
    const answer = await fetch(request);
    if (answer.type === "opaqueredirect" || answer.status === 404) await forget(url).catch(() => {});
    return answer;
  } catch (problem) {
    const kept = await (await caches.open(DOOR)).match(url.pathname);
    return kept || Promise.reject(problem);
  }
}

// Who looks after this door no more keeps no names of it; scans that wait stay for who may send them.
async function forget(url) {
  await (await caches.open(DOOR)).delete(url.pathname);
  await change((store) => store("lists").delete(url.pathname.split("/")[2]));
}

// Whoever signs out leaves no names behind, of any door: scans that wait are sent by their codes alone.
async function leave(request) {
  await caches.delete(DOOR);
  await change((store) => {
    store("lists").clear();
    store("scans").openCursor().onsuccess = ({ target: { result: at } }) => {
      if (!at) return;
      at.update({ ...at.value, name: at.value.code });
      at.continue();
    };
  }).catch(() => {});
  for (const each of await clients.matchAll({ type: "window" })) each.postMessage("out");
  return fetch(request);
}

// A device that never was at a door gets no database from here.
async function change(deed) {
  const request = indexedDB.open("koinon-door", 1);
  request.onupgradeneeded = () => request.transaction.abort();
  const base = await new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
  const all = base.transaction(["lists", "scans"], "readwrite");
  deed((name) => all.objectStore(name));
  await new Promise((done) => { all.oncomplete = all.onabort = done; });
  base.close();
}
