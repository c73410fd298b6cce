// A package in a lesson: its frame grows with it, and what it has saved shows without another look.
(() => {
    "use strict";
    for (const frame of document.querySelectorAll("iframe[data-play]")) {
        const said = document.getElementById(frame.dataset.said);
        addEventListener("message", (event) => {
            if (event.source !== frame.contentWindow || event.origin !== frame.dataset.play) return;
            const {koinon, height, saved, done, lost} = event.data || {};
            if (koinon !== "play") return;
            if (Number.isFinite(height)) frame.style.height = `${Math.min(Math.max(height, 160), 4000)}px`;
            if (said && (saved || lost)) said.textContent = lost ? said.dataset.lost : done ? said.dataset.done : said.dataset.saved;
        });
    }
})();
