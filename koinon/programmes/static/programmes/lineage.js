// The rings of generations by keyboard and finger: one stop for the tab key, arrows inside, closer and away, and a
// branch opens in its place. Without this every point is a plain link, and the tables say the same.
(() => {
	const box = document.getElementById("lineage");
	if (!box) return;
	let view;

	begin();
	addEventListener("popstate", () => { if (document.getElementById("lineage")) load(location.href, false); });

	function begin() {
		const frame = box.querySelector(".p-rings"), drawing = frame && frame.querySelector("svg");
		if (!drawing) return;
		const words = frame.dataset, links = [...drawing.querySelectorAll("a")];
		view = [0, 0, 1000, 1000];
		links.forEach((link, place) => link.setAttribute("tabindex", place ? "-1" : "0"));
		drawing.setAttribute("aria-label", drawing.getAttribute("aria-label") + " " + words.wordsKeys);
		const said = document.createElement("p");
		said.className = "p-rings__said";
		const zoom = document.createElement("div");
		zoom.className = "p-rings__zoom";
		for (const [sign, label, factor] of [["+", words.wordsIn, 1 / 1.4], ["−", words.wordsOut, 1.4], ["⤢", words.wordsWhole, 0]]) {
			const button = document.createElement("button");
			button.type = "button";
			button.textContent = sign;
			button.setAttribute("aria-label", label);
			button.addEventListener("click", () => closer(drawing, factor));
			zoom.append(button);
		}
		drawing.after(zoom, said);
		for (const link of links) {
			link.addEventListener("focus", () => { said.textContent = link.getAttribute("aria-label"); });
			link.addEventListener("mouseenter", () => { said.textContent = link.getAttribute("aria-label"); });
			link.addEventListener("click", (event) => {
				if (event.ctrlKey || event.metaKey || event.shiftKey) return;
				event.preventDefault();
				load(new URL(link.getAttribute("href"), location.href).href, true);
			});
		}
		drawing.addEventListener("keydown", (event) => key(event, drawing, links));
		drag(drawing);
	}

	// Up: whom they came from; down: the first who came of them; left and right: the one before and after on the picture.
	function key(event, drawing, links) {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const here = links.indexOf(document.activeElement);
		const code = here >= 0 ? links[here].dataset.code : "";
		const above = code.split(".").slice(0, -1).join(".");
		const find = (test) => links.findIndex((link) => test(link.dataset.code));
		const goes = {
			ArrowLeft: () => go((here + links.length - 1) % links.length), ArrowRight: () => go((here + 1) % links.length),
			ArrowUp: () => go(find((other) => other === above)), ArrowDown: () => go(find((other) => other.startsWith(code + ".") && !other.slice(code.length + 1).includes("."))),
			Home: () => go(0), End: () => go(links.length - 1),
			"+": () => closer(drawing, 1 / 1.4), "=": () => closer(drawing, 1 / 1.4), "-": () => closer(drawing, 1.4), "0": () => closer(drawing, 0),
		};
		if (!goes[event.key]) return;
		event.preventDefault();
		goes[event.key]();

		function go(place) {
			if (place < 0 || !links[place]) return;
			links.forEach((link, other) => link.setAttribute("tabindex", other === place ? "0" : "-1"));
			links[place].focus();
			keep(drawing, links[place]);
		}
	}

	function show(drawing) { drawing.setAttribute("viewBox", view.map((each) => Math.round(each)).join(" ")); }

	function closer(drawing, factor) {
		const [x, y, side] = view, wanted = factor ? Math.min(1000, Math.max(120, side * factor)) : 1000;
		const fit = (start, middle) => Math.min(Math.max(0, middle - wanted / 2), 1000 - wanted) || start * 0;
		const at = document.activeElement.closest && document.activeElement.closest(".p-rings svg a");
		const centre = at ? middle(at) : [x + side / 2, y + side / 2];
		view = [fit(x, centre[0]), fit(y, centre[1]), wanted, wanted];
		show(drawing);
	}

	function middle(link) {
		const circle = link.querySelector("circle") || link;
		return [Number(circle.getAttribute("cx")), Number(circle.getAttribute("cy"))];
	}

	function keep(drawing, link) {
		const [x, y] = middle(link), [left, top, side] = view;
		if (x > left && x < left + side && y > top && y < top + side) return;
		view = [Math.min(Math.max(0, x - side / 2), 1000 - side), Math.min(Math.max(0, y - side / 2), 1000 - side), side, side];
		show(drawing);
	}

	function drag(drawing) {
		let from;
		drawing.addEventListener("pointerdown", (event) => { if (view[2] < 1000 && !event.target.closest("a")) from = [event.clientX, event.clientY, ...view]; });
		addEventListener("pointermove", (event) => {
			if (!from) return;
			const scale = view[2] / drawing.clientWidth;
			const move = (start, way) => Math.min(Math.max(0, start - way * scale), 1000 - view[2]);
			view = [move(from[2], event.clientX - from[0]), move(from[3], event.clientY - from[1]), view[2], view[3]];
			show(drawing);
		});
		addEventListener("pointerup", () => { from = undefined; });
	}

	async function load(address, pushes) {
		const answer = await fetch(address).catch(() => null);
		if (!answer || !answer.ok) { location.href = address; return; }
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const fresh = page.getElementById("lineage"), filters = page.querySelector("main form[role=search]");
		if (!fresh) { location.href = address; return; }
		box.replaceChildren(...fresh.childNodes);
		const old = document.querySelector("main form[role=search]");
		if (old && filters) old.replaceWith(filters);
		if (pushes) history.pushState({}, "", address);
		begin();
		const first = box.querySelector(".p-rings svg a") || box.querySelector(".p-way [aria-current]");
		if (pushes && first) { first.setAttribute("tabindex", "0"); first.focus(); }
	}
})();
