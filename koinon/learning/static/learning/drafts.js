// Words half-written stay on this device, for whoever wrote them, until they have been saved. A form says so by
// data-draft="name"; the name "once": what was sent is not offered again.
(() => {
  "use strict";
  const me = document.currentScript.dataset, START = "koinon-draft ", DAYS = 30;
  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  if (!store) return;
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const put = (key, value) => { try { store.setItem(key, JSON.stringify(value)); } catch { /* full: the form works on */ } };
  for (const key of Object.keys(store)) if (key.startsWith(START) && !(read(key)?.at > Date.now() - DAYS * 86400000)) store.removeItem(key);

  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
  const said = (field) => isTicked(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((each) => each.value).join("\n") : field.value;
  const say = (field, value) => {
    if (isTicked(field)) field.checked = value;
    else if (field.multiple) for (const each of field.options) each.selected = value.split("\n").includes(each.value);
    else field.value = value;
  };
  // Fields by name, and by their place among those of one name.
  const fields = (form) => {
    const seen = {}, found = new Map();
    for (const field of form.elements) {
      if (!field.name || field.disabled || field.name === "csrfmiddlewaretoken" || /^(file|submit|button|password|fieldset)$/.test(field.type)) continue;
      const name = isTicked(field) ? `${field.name}=${field.value}` : field.name;
      seen[name] = (seen[name] || 0) + 1;
      found.set(`${name} ${seen[name]}`, field);
    }
    return found;
  };
  const values = (form) => Object.fromEntries([...fields(form)].map(([name, field]) => [name, said(field)]));

  const tell = (form, key) => {
    const note = document.createElement("p"), back = document.createElement("button"), text = JSON.parse(me.words);
    note.className = "k-message k-message--info"; note.setAttribute("role", "status"); note.textContent = `${text.back} `;
    back.type = "button"; back.className = "btn btn-plain btn-sm"; back.textContent = text.undo;
    back.addEventListener("click", () => { form.dataset.draftGone = "1"; store.removeItem(key); location.replace(location.pathname + location.search); });
    note.append(back); form.before(note);
  };

  const begin = (form, owner) => {
    const key = [START + owner, location.pathname, form.dataset.draft].join(" "), base = values(form), there = fields(form);
    let kept = read(key), timer = 0;
    if (kept?.sent && Object.keys(kept.base).some((name) => name in base && base[name] !== kept.base[name])) kept = null;
    const changed = kept ? [...there].filter(([name, field]) => name in kept.values && kept.values[name] !== said(field)) : [];
    if (!changed.length) { store.removeItem(key); kept = null; }
    for (const [name, field] of changed) say(field, kept.values[name]);
    if (kept) {
      form.dataset.draftBack = "1";
      tell(form, key);
      const announce = () => changed.forEach(([, field]) => field.dispatchEvent(new Event("input", { bubbles: true })));
      if (document.readyState === "complete") announce(); else addEventListener("load", announce);
    }
    const first = kept ? kept.base : base;
    const keep = (sent) => {
      clearTimeout(timer); timer = 0;
      if (!form.dataset.draftGone) put(key, { base: first, values: values(form), at: Date.now(), sent });
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(keep, 300); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    addEventListener("pagehide", () => timer && keep());
    form.addEventListener("submit", () => { keep(true); if (form.dataset.draft === "once") store.removeItem(key); });
    form.addEventListener("koinon:kept", () => { clearTimeout(timer); timer = 0; store.removeItem(key); });
  };
  const start = (owner) => { if (owner) document.querySelectorAll("form[data-draft]").forEach((form) => begin(form, owner)); };
  // A page that is kept for reading without a connection is nobody's; the device knows whose it is.
  if (document.documentElement.hasAttribute("data-kept")) window.koinonOffline?.owner().then(start);
  else start(me.owner);
})();
