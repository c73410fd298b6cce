// Quizzes without this file are one form with two buttons. With it each answer is saved as it is written, steps of an
// order are dragged or moved by buttons, and the time that is left is said. The server alone decides what counts.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  document.querySelectorAll(".l-order").forEach(arrange);
  if (!form) return;
  const told = form.querySelector(".l-saved");
  const waiting = new Set();
  let timer = 0, running = false, delay = 2000, leaving = false;

  form.addEventListener("input", (event) => later(event, 1200));
  form.addEventListener("change", (event) => later(event, 100));
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
  window.addEventListener("online", () => waiting.size && save());
  document.addEventListener("visibilitychange", () => { if (document.hidden && waiting.size && !leaving) save(true); });
  window.addEventListener("beforeunload", (event) => { if (waiting.size && !leaving) event.preventDefault(); });

  function later(event, pause) {
    const question = event.target.closest("[data-question]");
    if (!question) return;
    waiting.add(question);
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  async function save(atOnce) {
    if (running || leaving || !waiting.size) return;
    running = true;
    const taken = [...waiting];
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("do", "save");
    const whole = new FormData(form);
    for (const question of taken) {
      const key = question.dataset.question;
      for (const [name, value] of whole) {
        if (name === `on.${key}` || name === `a.${key}` || name.startsWith(`a.${key}.`)) data.append(name, value);
      }
      waiting.delete(question);
    }
    told.textContent = form.dataset.saving;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: data, headers: { Accept: "application/json" }, keepalive: atOnce === true,
      });
      const said = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
      if (answer.status === 409 && said) {
        told.textContent = said.problem;
        if (said.state !== "open") { leaving = true; location.reload(); }
      } else if (!answer.ok || !said || !said.saved) {
        throw new Error("not kept");
      } else {
        const clock = new Date(said.saved).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
        told.textContent = `${form.dataset.saved} ${clock}`;
        delay = 2000;
      }
    } catch {
      taken.forEach((question) => waiting.add(question));
      told.textContent = form.dataset.failed;
      delay = Math.min(delay * 2, 60000);
      timer = setTimeout(save, delay);
    }
    running = false;
    if (waiting.size && !leaving) { clearTimeout(timer); timer = setTimeout(save, delay); }
  }

  function arrange(box) {
    const rows = () => [...box.children];
    const places = () => rows().forEach((row, place) => { row.querySelector("select").value = String(place + 1); });
    if (rows().some((row) => row.querySelector("select").disabled)) return;
    const given = (row) => Number(row.querySelector("select").value) || Infinity;
    rows().sort((one, other) => given(one) - given(other)).forEach((row) => box.append(row));
    let moving = null;
    const moved = (row) => { places(); row.querySelector("select").dispatchEvent(new Event("change", { bubbles: true })); };
    rows().forEach((row) => {
      row.draggable = true;
      row.append(button("↑", row, -1), button("↓", row, 1));
      row.addEventListener("dragstart", () => { moving = row; row.classList.add("is-moving"); });
      row.addEventListener("dragend", () => { row.classList.remove("is-moving"); moved(row); moving = null; });
      row.addEventListener("dragover", (event) => {
        if (!moving || moving === row || moving.parentNode !== box) return;
        event.preventDefault();
        const half = row.getBoundingClientRect();
        box.insertBefore(moving, event.clientY < half.top + half.height / 2 ? row : row.nextSibling);
      });
      row.querySelector("select").addEventListener("change", (event) => {
        if (!event.isTrusted) return;
        const wanted = Number(event.target.value);
        if (!wanted) return;
        const others = rows().filter((each) => each !== row);
        box.insertBefore(row, others[wanted - 1] || null);
        places();
      });
    });

    function button(sign, row, by) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-plain btn-sm";
      made.textContent = sign;
      made.setAttribute("aria-label", `${sign} ${row.querySelector("label").textContent}`);
      made.addEventListener("click", () => {
        const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
        if (!other) return;
        box.insertBefore(by < 0 ? row : other, by < 0 ? other : row);
        moved(row);
        made.focus();
      });
      return made;
    }
  }
})();
