// What a page does a little better with JavaScript; nothing depends on it.
(() => {
  "use strict";
  const summary = (root) => {
    const found = root.querySelector && root.querySelector(".k-summary");
    if (found) found.focus();
  };
  const say = (words, tone) => {
    const place = document.getElementById("messages");
    if (!place || !words) return;
    const line = document.createElement("p");
    line.className = "k-message k-message--" + tone;
    line.textContent = words;
    place.replaceChildren(line);
  };

  summary(document);
  document.addEventListener("htmx:afterSwap", (event) => summary(event.detail.target));

  // A refused form (422, 429 ...) still carries the page to show; a lost connection says so in words.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => say(document.getElementById("messages")?.dataset.lost, "error"));
  }

  // A link of the error summary goes into the field, also where the field is a group.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".k-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      const control = field.matches("input,select,textarea") ? field : field.querySelector("input,select,textarea");
      if (control) { event.preventDefault(); control.focus(); control.closest(".k-field")?.scrollIntoView({ block: "center" }); }
    }
    for (const open of document.querySelectorAll("details.k-drop[open]")) if (!open.contains(event.target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.k-drop[open]")) { open.open = false; open.querySelector("summary").focus(); }
  });

  // One tap, one submission.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

  // Where the list of filters is long, they start folded on a small screen.
  if (matchMedia("(max-width: 899px)").matches) for (const box of document.querySelectorAll("details[data-fold]")) box.open = false;
})();
