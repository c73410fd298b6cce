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
  if (url.pathname.startsWith(FACTS.static)) event.respondWith(still(request));
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

// Who has signed out, or looks after this door no more, keeps no names of it; scans that wait stay for who may send them.
async function forget(url) {
  await (await caches.open(DOOR)).delete(url.pathname);
  const base = await new Promise((done, fail) => {
    const request = indexedDB.open("koinon-door", 1);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error);
  });
  await new Promise((done) => {
    const deed = base.transaction("lists", "readwrite");
    deed.objectStore("lists").delete(url.pathname.split("/")[2]);
    deed.oncomplete = deed.onabort = done;
  });
  base.close();
}
