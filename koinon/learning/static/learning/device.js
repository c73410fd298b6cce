// What is saved on this device, with its price, and what waits to be sent; saving and removing.
(() => {
  "use strict";
  const tools = window.koinonOffline;
  if (!tools) return;
  const { all, put, remove, owner, flush, SAVED } = tools;
  const language = document.documentElement.lang, locale = language === "en" ? "en-GB" : language;
  const size = (bytes) => {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
    let step = 0;
    while (bytes >= 1024 && step < 3) { bytes /= 1024; step += 1; }
    return new Intl.NumberFormat(locale, { style: "unit", unit: units[step], unitDisplay: step ? "short" : "long", maximumFractionDigits: bytes < 10 ? 1 : 0 }).format(bytes);
  };
  const make = (name, text, className = "") => { const one = document.createElement(name); one.textContent = text; one.className = className; return one; };
  const button = (text, deed) => { const one = make("button", text, "btn btn-plain btn-sm"); one.type = "button"; one.addEventListener("click", deed); return one; };
  const mine = async () => caches.open(SAVED + await owner());

  // Fetch one thing whole, or not at all; a file must have the hash that is its name.
  const fetched = async (address, key) => {
    const answer = await fetch(address, { headers: { "Accept-Language": language } });
    if (!answer.ok || answer.redirected) throw new Error("lost");
    const bytes = await answer.arrayBuffer();
    if (/^[0-9a-f]{64}$/.test(key || "")) {
      const found = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((each) => each.toString(16).padStart(2, "0")).join("");
      if (found !== key) throw new Error("lost");
    }
    return new Response(bytes, { headers: { "Content-Type": answer.headers.get("Content-Type") || "", "Content-Security-Policy": answer.headers.get("Content-Security-Policy") || "", "X-Content-Type-Options": "nosniff" } });
  };

  // The page where somebody chooses what to save.
  const form = document.getElementById("save");
  const saving = async () => {
    const go = form.querySelector("button"), told = document.getElementById("save-said"), bar = document.getElementById("save-progress");
    const list = await (await fetch(form.dataset.list)).json(), whose = await owner(), id = whose + ":" + list.run;
    if (!whose) throw new Error("nobody");
    const there = async () => (await all("saved")).find((each) => each.id === id) || { lessons: {}, files: {} };
    const wanted = async () => {
      const ticked = (name) => [...form.querySelectorAll(`input[name=${name}]:checked`)].map((each) => each.value);
      const chosen = new Set(ticked("lesson")), kinds = new Set(ticked("kind")), kept = await there();
      const lessons = list.lessons.filter((each) => chosen.has(each.node));
      const files = [...new Set(lessons.flatMap((each) => each.files))].filter((key) => kinds.has(list.files[key].kind) && !kept.files[key]);
      const open = lessons.filter((each) => kept.lessons[each.node]?.hash !== each.hash || kept.language !== list.language);
      return { lessons, open, files, bytes: open.reduce((sum, each) => sum + each.bytes, 0) + files.reduce((sum, key) => sum + list.files[key].bytes, 0) };
    };
    const price = async () => {
      const all_ = await wanted();
      go.textContent = form.dataset.label.replace("%(size)s", size(all_.bytes));
      go.disabled = !all_.lessons.length;
    };
    const save = async () => {
      const cache = await mine(), todo = await wanted();
      let done = 0;
      bar.hidden = false; bar.max = Math.max(todo.bytes, 1); bar.value = 0;
      const note = async (change) => {
        const kept = await there();
        await put("saved", { ...kept, id, owner: whose, run: list.run, title: list.title, url: list.url, list: form.dataset.list, again: location.pathname, language: list.language, at: new Date().toISOString(), lessons: { ...kept.lessons, ...change.lessons }, files: { ...kept.files, ...change.files } });
      };
      const step = (bytes) => { done += bytes; bar.value = done; told.textContent = `${size(done)} / ${size(todo.bytes)}`; };
      const kept = await there();
      if (kept.language && kept.language !== list.language) await put("saved", { ...kept, lessons: {} });
      await cache.put(list.url, await fetched(`${list.page}?in=${list.language}`));
      for (const key of todo.files) {
        const about = list.files[key];
        await cache.put(about.url, await fetched(about.url, key));
        await note({ files: { [key]: { url: about.url, bytes: about.bytes } } });
        step(about.bytes);
      }
      for (const each of todo.open) {
        await cache.put(each.url, await fetched(`${each.page}?in=${list.language}`));
        await note({ lessons: { [each.node]: { title: `${each.number} ${each.title}`, url: each.url, bytes: each.bytes, hash: each.hash, files: each.files } } });
        step(each.bytes);
      }
      await navigator.storage?.persist?.();
    };
    form.addEventListener("change", price);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      try { await save(); told.textContent = form.dataset.done; } catch (problem) { told.textContent = problem.name === "QuotaExceededError" ? form.dataset.full : form.dataset.broken; }
      bar.hidden = true;
      await price();
    });
    go.hidden = false;
    await price();
  };
  if (form) saving().catch(() => { document.getElementById("save-said").textContent = form.dataset.broken; });

  // A single page, such as the sheet of a roll call.
  for (const one of document.querySelectorAll("button[data-keep]")) {
    one.hidden = false;
    one.addEventListener("click", async () => {
      const whose = await owner(), at = new Date().toISOString(), { keep, as, title, said, failed } = one.dataset;
      try {
        const page = await fetched(keep), bytes = (await page.clone().blob()).size;
        await (await mine()).put(as, page);
        await put("saved", { id: `${whose}:${as}`, owner: whose, title, url: as, at, bytes, lessons: {}, files: {} });
        one.after(make("span", said)); one.hidden = true;
      } catch { one.after(make("span", failed)); }
    });
  }

  // The page that says what is here.
  const device = document.getElementById("device");
  if (!device) return;
  const say = device.dataset, element = (name) => document.getElementById(name);

  const forget = async (row, lessons) => {
    const cache = await mine(), left = { ...row.lessons };
    for (const node of lessons) { await cache.delete(left[node].url); delete left[node]; }
    const needed = new Set(Object.values(left).flatMap((each) => each.files)), files = {};
    for (const [key, about] of Object.entries(row.files)) if (needed.has(key)) files[key] = about; else await cache.delete(about.url);
    if (Object.keys(left).length) await put("saved", { ...row, lessons: left, files });
    else { await cache.delete(row.url); await remove("saved", row.id); }
    await draw();
  };
  const weigh = (row) => (row.bytes || 0) + [...Object.values(row.lessons), ...Object.values(row.files)].reduce((sum, each) => sum + each.bytes, 0);
  const link = (text, href) => { const one = make("a", text); one.href = href; return one; };
  const course = (row) => {
    const place = make("section", ""), head = make("h3", ""), list = make("ul", "", "k-list"), side = make("div", "", "k-item__side");
    head.append(link(row.title, row.url));
    place.dataset.saved = row.run || "";
    place.append(head, make("p", size(weigh(row)), "k-item__meta"));
    for (const [node, each] of Object.entries(row.lessons)) {
      const item = make("li", "", "k-item"), words = make("div", "");
      words.append(link(each.title, each.url));
      const off = button(say.remove, () => forget(row, [node]));
      off.setAttribute("aria-label", `${say.remove}: ${each.title}`);
      const end = make("div", "", "k-item__side");
      end.append(off); item.append(words, end); list.append(item);
    }
    const off = button(say.all, () => forget(row, Object.keys(row.lessons)));
    off.setAttribute("aria-label", `${say.all}: ${row.title}`);
    side.append(off);
    if (list.children.length) place.append(list);
    place.append(side);
    return place;
  };
  const thing = (row) => {
    const item = make("li", "", "k-item"), text = make("div", ""), end = make("div", "", "k-item__side k-buttons");
    item.dataset.state = row.state;
    text.append(make("p", "", "k-item__title"), make("p", `${say[row.state] || say.waiting} · ${new Date(row.at).toLocaleString(locale)}`, "k-item__meta"));
    text.firstChild.append(link([say[row.kind], row.data.name, row.title].filter(Boolean).join(" · "), row.page));
    if (row.said) text.append(make("p", row.said, "k-why"));
    if (row.data.text) { text.append(make("blockquote", row.data.text)); end.append(button(say.copy, () => navigator.clipboard?.writeText(row.data.text))); }
    if (row.state === "refused" || row.state === "conflict") end.append(button(say.again, async () => { await put("outbox", { ...row, state: "waiting", said: "" }); await flush(); await draw(); }));
    if (row.state !== "waiting") end.append(button(say.remove, async () => { await remove("outbox", row.id); await draw(); }));
    item.append(text, end);
    return item;
  };
  const draw = async () => {
    const whose = await owner(), things = await all("outbox"), rows = (await all("saved")).filter((each) => whose && each.owner === whose);
    const own = things.filter((each) => each.owner === whose).sort((a, b) => a.sequence - b.sequence), waiting = own.some((each) => each.state === "waiting");
    element("waiting").replaceChildren(...own.map(thing));
    element("waiting-none").hidden = own.length > 0;
    element("waiting-others").hidden = things.length === own.length; element("waiting-others").textContent = say.others;
    element("send").hidden = !waiting;
    element("saved").replaceChildren(...rows.map(course));
    element("saved-none").hidden = rows.length > 0;
    const room = await navigator.storage?.estimate?.(), isFirm = await navigator.storage?.persisted?.();
    if (room) element("space").textContent = `${say.space.replace("%(used)s", size(room.usage || 0)).replace("%(free)s", size(Math.max(0, (room.quota || 0) - (room.usage || 0))))} ${isFirm ? say.firm : say.loose}`;
    device.hidden = false;
  };
  // Courses that were changed since: their lessons have another hash now.
  const compare = async () => {
    const whose = await owner();
    for (const row of await all("saved")) {
      if (!whose || row.owner !== whose || !row.list) continue;
      const answer = await fetch(row.list);
      if (!answer.ok || answer.redirected) continue;
      const now = new Map((await answer.json()).lessons.map((each) => [each.node, each.hash]));
      if (Object.entries(row.lessons).every(([node, each]) => now.get(node) === each.hash)) continue;
      const place = device.querySelector(`[data-saved="${row.run}"]`), words = make("p", say.changed + " ", "k-why");
      words.append(link(say.save, row.again)); place?.querySelector("h3")?.after(words);
    }
  };
  element("send").addEventListener("click", async () => {
    const state = await flush();
    element("waiting-said").textContent = state === "sent" ? "" : state === "sign" ? say.sign : say.failed;
  });
  document.addEventListener("koinon:outbox", () => draw());
  draw().then(() => navigator.onLine && compare()).catch(() => {});
})();
