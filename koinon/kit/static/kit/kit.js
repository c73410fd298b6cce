/* Progressive enhancement only: every page works without this file. */
(() => {
  "use strict";
  const focusSummary = (root) => {
    const summary = root.querySelector("#error-summary");
    if (summary) summary.focus();
  };
  const ready = () => {
    focusSummary(document);
    document.querySelectorAll("details.k-drop").forEach((drop) => {
      drop.addEventListener("keydown", (event) => {
        if (event.key === "Escape") { drop.open = false; drop.querySelector("summary").focus(); }
      });
    });
    document.addEventListener("click", (event) => {
      document.querySelectorAll("details.k-drop[open]").forEach((drop) => { if (!drop.contains(event.target)) drop.open = false; });
    });
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    document.body.addEventListener("htmx:configRequest", (event) => {
      if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
    });
    document.body.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
    document.querySelectorAll("form[data-once]").forEach((form) => {
      form.addEventListener("submit", () => form.querySelectorAll("button").forEach((button) => { setTimeout(() => { button.disabled = true; }, 0); }));
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready); else ready();
})();
