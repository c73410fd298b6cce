// The picture of a network on a canvas. It reads compact arrays (c clusters, n members, t ties, b bundles); the table
// below says the same without it.
(() => {
	const box = document.getElementById("picture");
	if (!box) return;
	const words = box.dataset;
	let data, canvas, pen, said, scale = 1, left = 0, top = 0, chosen = -1, near = [], wait = 0;

	const colour = (name) => getComputedStyle(box).getPropertyValue(name).trim();
	let inks;
	function readInks() {
		inks = { line: colour("--k-muted"), dot: colour("--k-accent"), word: colour("--k-ink"), paper: colour("--k-mist") };
	}

	fetch(words.source, { headers: { Accept: "application/json" } })
		.then((answer) => (answer.ok ? answer.json() : null))
		.then((found) => { if (found && (found.n.length || found.c.length)) begin(found); })
		.catch(() => {});

	function begin(found) {
		data = found;
		canvas = document.createElement("canvas");
		canvas.tabIndex = 0;
		canvas.setAttribute("role", "application");
		canvas.setAttribute("aria-label", words.wordsKeys);
		pen = canvas.getContext("2d");
		const svg = box.querySelector("svg");
		if (svg) svg.remove();
		said = document.createElement("p");
		said.className = "p-picture__said";
		said.setAttribute("aria-live", "polite");
		const zoom = document.createElement("div");
		zoom.className = "p-picture__zoom";
		for (const [sign, label, factor] of [["+", words.wordsIn, 1.5], ["−", words.wordsOut, 1 / 1.5]]) {
			const button = document.createElement("button");
			button.type = "button";
			button.textContent = sign;
			button.setAttribute("aria-label", label);
			button.addEventListener("click", () => closer(factor, canvas.clientWidth / 2, canvas.clientHeight / 2));
			zoom.append(button);
		}
		box.append(canvas, zoom, said);
		near = data.n.map(() => []);
		for (const [one, other] of data.t) { near[one].push(other); near[other].push(one); }
		readInks();
		fit();
		listen();
		addEventListener("resize", fit);
		const repaint = () => { readInks(); draw(); };
		new MutationObserver(repaint).observe(document.documentElement, { attributes: true });
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
	}

	function fit() {
		const ratio = devicePixelRatio || 1;
		canvas.width = canvas.clientWidth * ratio;
		canvas.height = canvas.clientHeight * ratio;
		const all = data.n.map((row) => [row[0], row[1], 12]).concat(data.c);
		const edge = (way, axis) => way * Math.max(...all.map((row) => way * row[axis] + row[2]));
		const west = edge(-1, 0), east = edge(1, 0), north = edge(-1, 1), south = edge(1, 1);
		const room = (length) => Math.max(length, 60) * 1.1;
		scale = Math.min(canvas.clientWidth / room(east - west), canvas.clientHeight / room(south - north + 30));
		left = canvas.clientWidth / 2 - (west + east) / 2 * scale;
		top = canvas.clientHeight / 2 - (north + south) / 2 * scale;
		draw();
	}

	const draw = () => { if (!wait) wait = requestAnimationFrame(paint); };

	function paint() {
		wait = 0;
		const ratio = devicePixelRatio || 1, many = data.n.length > 600;
		pen.setTransform(1, 0, 0, 1, 0, 0);
		pen.fillStyle = inks.paper;
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.setTransform(scale * ratio, 0, 0, scale * ratio, left * ratio, top * ratio);
		const thin = 1 / scale;
		data.c.forEach((row) => {
			pen.beginPath();
			pen.arc(row[0], row[1], Math.max(row[2], 6), 0, 7);
			pen.globalAlpha = .12; pen.fillStyle = inks.dot; pen.fill();
			pen.globalAlpha = .4; pen.strokeStyle = inks.dot; pen.lineWidth = thin; pen.stroke();
		});
		pen.strokeStyle = inks.line;
		pen.globalAlpha = .5;
		for (const [one, other, number] of data.b) {
			pen.lineWidth = Math.min(14, 1 + 1.6 * Math.log1p(number));
			line(data.c[one], data.c[other]);
		}
		pen.globalAlpha = many ? .25 : .5;
		pen.lineWidth = many ? thin : Math.max(thin, 1.2);
		pen.beginPath();
		for (const [one, other] of data.t) { pen.moveTo(data.n[one][0], data.n[one][1]); pen.lineTo(data.n[other][0], data.n[other][1]); }
		pen.stroke();
		pen.globalAlpha = 1;
		pen.fillStyle = inks.dot;
		const size = Math.max(many ? 2.2 : 5, 2.2 * thin);
		pen.beginPath();
		for (const [x, y] of data.n) { pen.moveTo(x + size, y); pen.arc(x, y, size, 0, 7); }
		pen.fill();
		pen.strokeStyle = inks.dot;
		pen.lineWidth = 3 * thin;
		for (const other of near[chosen] || []) line(data.n[chosen], data.n[other]);
		if (chosen >= 0) {
			const row = items()[chosen];
			pen.beginPath();
			pen.arc(row[0], row[1], data.n.length ? Math.max(8, 8 * thin) : Math.max(row[2], 8), 0, 7);
			pen.strokeStyle = inks.word;
			pen.lineWidth = 3 * thin;
			pen.stroke();
		}
		label(ratio);
	}

	function line(from, to) {
		pen.beginPath();
		pen.moveTo(from[0], from[1]);
		pen.lineTo(to[0], to[1]);
		pen.stroke();
	}

	// Names in the window's own size, largest clusters first, each only where there is room for it.
	function label(ratio) {
		pen.setTransform(ratio, 0, 0, ratio, 0, 0);
		pen.fillStyle = inks.word;
		pen.strokeStyle = inks.paper;
		pen.lineWidth = 4;
		pen.lineJoin = "round";
		pen.textAlign = "center";
		const taken = [];
		const write = (text, x, y, font) => {
			pen.font = font;
			const short = text.length > 40 ? text.slice(0, 39) + "…" : text;
			const wide = pen.measureText(short).width;
			if (x + wide / 2 < 0 || x - wide / 2 > canvas.clientWidth || y < 0 || y > canvas.clientHeight) return;
			x = Math.min(Math.max(x, wide / 2 + 4), canvas.clientWidth - wide / 2 - 4);
			if (taken.some(([a, b, c]) => Math.abs(a - x) < (c + wide) / 2 + 6 && Math.abs(b - y) < 17)) return;
			taken.push([x, y, wide]);
			pen.strokeText(short, x, y);
			pen.fillText(short, x, y);
		};
		const at = (row, down) => [row[0] * scale + left, row[1] * scale + top + down];
		const family = getComputedStyle(box).fontFamily;
		if (chosen >= 0) write(name(items()[chosen]), ...at(items()[chosen], data.n.length ? -12 : 5), "600 14px " + family);
		for (const row of data.c) {
			const above = data.n.length ? -row[2] * scale - 6 : 5;
			write(row[3], ...at(row, Math.max(above, -row[1] * scale - top + 18)), "600 14px " + family);
		}
		if (scale > 1.6 || (data.n.length <= 80 && canvas.clientWidth > 480)) for (const row of data.n) write(row[4], ...at(row, 18), "12px " + family);
	}

	const items = () => (data.n.length ? data.n : data.c);
	const name = (row) => (data.n.length ? row[4] : row[3]);

	function choose(index, follow) {
		chosen = index;
		const row = items()[index];
		if (!row) { said.textContent = ""; draw(); return; }
		said.textContent = data.n.length ? `${row[4]} · ${words.wordsTies}: ${near[index].length}` : `${row[3]} · ${words.wordsMembers}: ${row[5]}`;
		if (follow) { left = canvas.clientWidth / 2 - row[0] * scale; top = canvas.clientHeight / 2 - row[1] * scale; }
		draw();
	}

	function open() {
		const row = items()[chosen];
		if (!row) return;
		if (data.n.length) location.href = words.organisation.replace("KEY", encodeURIComponent(row[5]));
		else location.href = words.cluster + (words.cluster.includes("?") ? "&" : "?") + "cluster=" + row[4];
	}

	function found(x, y) {
		const across = (x - left) / scale, down = (y - top) / scale;
		if (!data.n.length) return data.c.findIndex((row) => Math.hypot(row[0] - across, row[1] - down) < Math.max(row[2], 10 / scale));
		let best = -1, least = Math.max(8, 14 / scale);
		data.n.forEach((row, index) => {
			const away = Math.hypot(row[0] - across, row[1] - down);
			if (away < least) { least = away; best = index; }
		});
		return best;
	}

	function closer(factor, x, y) {
		const wanted = Math.min(40, Math.max(.2, scale * factor));
		left = x - (x - left) * wanted / scale;
		top = y - (y - top) * wanted / scale;
		scale = wanted;
		draw();
	}

	function listen() {
		const fingers = new Map();
		let moved = 0;
		const place = (event) => { const area = canvas.getBoundingClientRect(); return [event.clientX - area.left, event.clientY - area.top]; };
		canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); fingers.set(event.pointerId, place(event)); if (fingers.size === 1) moved = 0; });
		canvas.addEventListener("pointermove", (event) => {
			const now = place(event), before = fingers.get(event.pointerId);
			if (!before) { const index = found(...now); canvas.style.cursor = index >= 0 ? "pointer" : "grab"; if (index !== chosen && index >= 0) choose(index); return; }
			moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
			if (fingers.size === 2) {
				const [, other] = [...fingers].find(([key]) => key !== event.pointerId);
				const old = Math.hypot(before[0] - other[0], before[1] - other[1]), wide = Math.hypot(now[0] - other[0], now[1] - other[1]);
				if (old > 5) closer(wide / old, (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
			} else { left += now[0] - before[0]; top += now[1] - before[1]; draw(); }
			fingers.set(event.pointerId, now);
		});
		const lift = (event) => {
			if (fingers.delete(event.pointerId) && event.type === "pointerup" && moved < 6 && !fingers.size) {
				const index = found(...place(event));
				if (index >= 0) { const again = event.pointerType === "mouse" || index === chosen; choose(index); if (again) open(); } else choose(-1);
			}
		};
		canvas.addEventListener("pointerup", lift);
		canvas.addEventListener("pointercancel", lift);
		canvas.addEventListener("wheel", (event) => {
			if (!event.ctrlKey && document.activeElement !== canvas) return;
			event.preventDefault();
			closer(Math.exp(-event.deltaY / 400), ...place(event));
		}, { passive: false });
		canvas.addEventListener("keydown", (event) => {
			const step = 60, count = items().length, middle = [canvas.clientWidth / 2, canvas.clientHeight / 2];
			const acts = { ArrowLeft: () => { left += step; draw(); }, ArrowRight: () => { left -= step; draw(); }, ArrowUp: () => { top += step; draw(); }, ArrowDown: () => { top -= step; draw(); },
				"+": () => closer(1.3, ...middle), "=": () => closer(1.3, ...middle), "-": () => closer(1 / 1.3, ...middle), "0": fit,
				n: () => choose((chosen + 1) % count, true), p: () => choose((chosen + count - (chosen < 0 ? 0 : 1)) % count, true), Enter: open, Escape: () => choose(-1) };
			const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
			if (act && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); act(); }
		});
	}
})();
