// The door of an event on a phone: codes by camera or by hand, names by search, kept on the device until they are sent.
// Nothing depends on it: without JavaScript the list below has buttons.
(() => {
  "use strict";
  const facts = JSON.parse(document.getElementById("door-facts").textContent), say = facts.words;
  const tongue = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const element = (name) => document.getElementById(`door-${name}`);
  if (!("indexedDB" in window) || !window.crypto?.randomUUID) return;
  const TWICE = 60000, MOST = 100, DOOR = "koinon-door";

  // What the device keeps: scans until they are sent, the list of names for the day, whose list it is.
  const asked = (request) => new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
  let opened;
  const open = () => opened ||= (() => {
    const request = indexedDB.open("koinon-door", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("scans", { keyPath: "id" });
      request.result.createObjectStore("lists", { keyPath: "event" });
      request.result.createObjectStore("facts");
    };
    return asked(request);
  })();
  const store = async (name, mode = "readonly") => (await open()).transaction(name, mode, { durability: "strict" }).objectStore(name);
  const all = async (name) => asked((await store(name)).getAll());
  const get = async (name, key) => asked((await store(name)).get(key));
  const put = async (name, value, key) => asked((await store(name, "readwrite")).put(value, key));
  const remove = async (name, key) => asked((await store(name, "readwrite")).delete(key));
  const mine = async () => (await all("scans")).filter((each) => each.event === facts.event).sort((a, b) => a.at < b.at ? 1 : -1);

  // The list of names: of one person, for one day.
  let list = null, isOut = false;
  const settle = async () => {
    const before = await get("facts", "owner");
    for (const each of await all("lists")) {
      const isOver = new Date(each.until) < new Date();
      if (isOver || (facts.owner && before && before !== facts.owner)) await remove("lists", each.event);
    }
    if (facts.owner) await put("facts", facts.owner, "owner");
    if (!await get("facts", "device")) await put("facts", crypto.randomUUID(), "device");
    list = await get("lists", facts.event) || null;
  };
  const refresh = async () => {
    const answer = await fetch(facts.people, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const read = await answer.json();
    if (isOut) return;
    list = read;
    await put("lists", list);
    offer();
    const page = await fetch(facts.kept);
    if (page.ok && !page.redirected && !isOut) await (await caches.open(DOOR)).put(facts.door, page);
  };
  const person = (code) => list?.people.find((each) => each.code === code);

  const fill = (words, more) => words.replace(/%\((\w+)\)s/g, (_whole, name) => more[name] ?? "");
  const tell = (words, tone) => {
    const place = element("said");
    place.textContent = words; place.className = `k-note k-note--${tone} e-said`;
    navigator.vibrate?.(tone === "good" ? 60 : [60, 60, 60]);
  };
  const make = (tag, text, look) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (look) made.className = look;
    return made;
  };

  // One scan. The same code, session and way within a minute is one.
  const way = () => document.querySelector("input[name=door-way]:checked").value;
  const codeIn = (text) => {
    const said = text.replace(/\s/g, "").replace(/^koinon:/i, "");
    return /^[0-9A-Za-z_-]{8,32}$/.test(said) ? said : "";
  };
  const recent = new Map();
  const scan = async (text, which) => {
    const code = codeIn(text), known = person(code), go = which || way(), session = element("session").value;
    if (!code) return tell(say.foreign, "bad");
    if (known && !known.coming) return tell(fill(say.not_coming, { state: known.said }), "bad");
    const name = known?.name || code, near = `${session} ${code} ${go}`;
    if (Date.now() - (recent.get(near) || -TWICE) < TWICE) return tell(fill(say.again, { name }), "waiting");
    recent.set(near, Date.now());
    try {
      await put("scans", { id: crypto.randomUUID(), event: facts.event, session, code, way: go, at: new Date().toISOString(), name, state: "waiting", said: "" });
    } catch {
      recent.delete(near);
      return tell(say.not_kept, "bad");
    }
    tell(known ? fill(say[go], { name }) : say.somebody, known ? "good" : "waiting");
    await draw();
    await flush();
  };

  // Sending: with the time of this device, so that a clock that is wrong does no harm.
  const learn = async (answer) => {
    const row = await get("scans", answer.id);
    if (!row) return;
    if (answer.state === "taken") await remove("scans", row.id);
    else await put("scans", { ...row, state: "refused", said: answer.said, name: answer.name || row.name });
    if (answer.state !== "taken") tell(`${answer.name || row.name}: ${answer.said}`, "bad");
  };
  const send = async () => {
    const rows = (await mine()).filter((each) => each.state === "waiting").reverse();
    if (!rows.length) return "sent";
    const who = await fetch(facts.scans, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (who.status === 401) return "sign";
    if (who.status === 404) return "not_yours";
    if (!who.ok) return "offline";
    const { token } = await who.json(), device = await get("facts", "device");
    for (let begin = 0; begin < rows.length; begin += MOST) {
      const items = rows.slice(begin, begin + MOST).map(({ id, session, code, way, at }) => ({ id, session, code, way, at }));
      const body = JSON.stringify({ device, now: new Date().toISOString(), items });
      const answer = await fetch(facts.scans, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token } });
      if (!answer.ok) return "offline";
      for (const each of (await answer.json()).items) await learn(each);
    }
    return "sent";
  };
  const flush = async () => {
    let state = "offline";
    const once = (deed) => navigator.locks ? navigator.locks.request("koinon-door", deed) : deed();
    try { if (navigator.onLine) state = await once(send); } catch { state = "offline"; }
    await draw(state);
  };

  // What is seen.
  const draw = async (state) => {
    const rows = await mine(), waiting = rows.filter((each) => each.state === "waiting").length;
    const line = waiting ? [fill(say.waiting, { number: waiting }), state && state !== "sent" ? say[state] : ""] : [navigator.onLine ? say.all_sent : say.offline];
    element("line").textContent = line.filter(Boolean).join(" · ");
    element("line").dataset.waiting = waiting;
    element("send").hidden = !waiting;
    element("rows").replaceChildren(...rows.slice(0, 30).map(row));
    const until = list && new Date(list.until).toLocaleTimeString(tongue, { hour: "2-digit", minute: "2-digit" });
    element("list").textContent = list ? fill(say.kept_people, { number: list.people.filter((each) => each.coming).length, until }) : say.no_list;
    element("forget").hidden = !list;
  };
  const row = (each) => {
    const made = make("li", "", "k-item"), box = make("div");
    const at = new Date(each.at).toLocaleTimeString(tongue, { hour: "2-digit", minute: "2-digit" });
    box.append(make("strong", each.name), make("p", `${each.way === "in" ? say.check_in : say.check_out} · ${at} · ${each.state === "waiting" ? say.still : `${say.refused}: ${each.said}`}`, "k-item__meta"));
    if (each.state === "refused") {
      const seen = make("button", say.seen, "btn btn-plain btn-sm");
      seen.type = "button";
      seen.addEventListener("click", async () => { await remove("scans", each.id); await draw(); });
      box.append(seen);
    }
    made.append(box);
    return made;
  };
  const offer = () => {
    const sessions = list?.sessions || facts.sessions, place = element("session"), before = place.value || place.dataset.now;
    place.replaceChildren(...sessions.map((each) => new Option(each.name, each.id)));
    const now = Date.now(), going = sessions.find((each) => Date.parse(each.starts) - 3600000 <= now && now <= Date.parse(each.ends)) || sessions.find((each) => Date.parse(each.starts) > now) || sessions[sessions.length - 1];
    place.value = sessions.some((each) => each.id === before) ? before : going?.id || "";
  };
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const search = (text) => {
    const wanted = plain(text.trim()), found = wanted.length > 1 ? (list?.people || []).filter((each) => each.coming && plain(each.name).includes(wanted)).slice(0, 12) : [];
    element("found").replaceChildren(...found.map((each) => {
      const made = make("li", "", "k-item"), box = make("div"), buttons = make("p", "", "k-buttons");
      for (const go of ["in", "out"]) {
        const button = make("button", go === "in" ? say.check_in : say.check_out, `btn btn-sm ${go === way() ? "btn-primary" : "btn-plain"}`);
        button.type = "button"; button.setAttribute("aria-label", `${button.textContent}: ${each.name}`);
        button.addEventListener("click", () => scan(each.code, go));
        buttons.append(button);
      }
      box.append(make("strong", each.name), make("p", each.where, "k-item__meta"), buttons);
      made.append(box);
      return made;
    }));
    return found.length;
  };
  element("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = element("text").value;
    if (!text.trim()) return;
    if (person(codeIn(text)) || (codeIn(text) && /\d/.test(text))) { element("text").value = ""; await scan(text); return; }
    if (!search(text)) tell(say.nobody, "waiting");
  });
  element("text").addEventListener("input", () => search(element("text").value));
  element("send").addEventListener("click", () => flush());
  element("forget").addEventListener("click", async () => { await remove("lists", facts.event); list = null; search(""); tell(say.forgotten, "plain"); await draw(); });

  // The camera: the browser's own reader of codes, or the one we bring along.
  let stream = null, detector = null, canvas = null;
  const load = (address) => new Promise((done, fail) => { const made = make("script"); made.src = address; made.onload = done; made.onerror = fail; document.head.append(made); });
  const eyes = async () => {
    if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const reader = new BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => (await reader.detect(video))[0]?.rawValue;
    }
    if (!window.jsQR) await load(facts.reader);
    canvas ||= make("canvas");
    return async (video) => {
      const scale = Math.min(1, 640 / video.videoWidth);
      canvas.width = video.videoWidth * scale; canvas.height = video.videoHeight * scale;
      const drawn = canvas.getContext("2d", { willReadFrequently: true });
      drawn.drawImage(video, 0, 0, canvas.width, canvas.height);
      const picture = drawn.getImageData(0, 0, canvas.width, canvas.height);
      return window.jsQR(picture.data, picture.width, picture.height)?.data;
    };
  };
  const stop = () => {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    element("video").hidden = true;
    element("camera").textContent = say.start;
  };
  const look = async () => {
    let last = "", at = 0;
    while (stream) {
      try {
        const seen = element("video").readyState >= 2 ? await detector(element("video")) : "";
        if (seen && (seen !== last || Date.now() - at > 4000)) { last = seen; at = Date.now(); await scan(seen); }
      } catch { /* a frame that cannot be read: the next one */ }
      await new Promise((done) => setTimeout(done, 200));
    }
  };
  element("camera").addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      detector ||= await eyes();
      element("video").srcObject = stream; element("video").hidden = false;
      await element("video").play();
      element("camera").textContent = say.stop;
      look();
    } catch {
      stop();
      tell(say.no_camera, "waiting");
    }
  });
  addEventListener("pagehide", stop);

  // Begin.
  const begin = async () => {
    await settle();
    offer();
    document.getElementById("door").hidden = false;
    await draw();
    if (navigator.onLine) await refresh().catch(() => {});
    await flush();
  };
  window.koinonDoor = { all, flush };
  begin().catch(() => tell(say.not_kept, "bad"));
  addEventListener("online", () => flush());
  addEventListener("offline", () => draw("offline"));
  setInterval(() => { if (document.visibilityState === "visible") flush(); }, 30000);
  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data !== "out") return;
    isOut = true; list = null; search("");
    draw("sign");
  });
  navigator.serviceWorker?.register(facts.worker, { scope: "/events/" }).catch(() => {});
})();
