// Looking at one thing after the other with the keyboard: Alt and a letter presses what carries data-key.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !/^Key[A-Z]$/.test(event.code)) return;
    const wanted = document.querySelector(`[data-key="${event.code.slice(3).toLowerCase()}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    wanted.click();
  });
})();
