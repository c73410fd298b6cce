// The map of generations: bundled shapes, no tiles, nothing leaves the site. Marks are real buttons; the list beside
// the map says the same without any of this.
(() => {
	"use strict";
	const box = document.getElementById("map");
	if (!box || !window.maplibregl || !supported()) return;
	const words = box.dataset, picture = box.firstElementChild, holder = document.createElement("div");
	holder.className = "k-map__canvas";
	box.append(holder);
	maplibregl.setWorkerUrl(words.worker);
	const colour = (name, other) => getComputedStyle(box).getPropertyValue(name).trim() || other;
	const map = new maplibregl.Map({
		container: holder,
		style: { version: 8, sources: {}, layers: [{ id: "sea", type: "background", paint: { "background-color": colour("--k-map-sea", "#dfe9ee") } }] },
		center: [20, 46], zoom: 3, minZoom: 1, maxZoom: 11, attributionControl: false,
		dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
		locale: { "NavigationControl.ZoomIn": words.wordsIn, "NavigationControl.ZoomOut": words.wordsOut },
	});
	map.touchZoomRotate.disableRotation();
	map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
	map.getCanvas().setAttribute("aria-label", words.wordsKeys);
	const popup = new maplibregl.Popup({ closeButton: true, maxWidth: "300px", focusAfterOpen: true, locale: { "Popup.Close": words.wordsClose } });
	let opener = null;
	// Escape closes what is open; whose focus went with it stands at the point it came from.
	holder.addEventListener("keydown", (event) => { if (event.key === "Escape" && popup.isOpen()) popup.remove(); });
	popup.on("close", () => { if (document.activeElement === document.body) opener?.focus(); });

	function supported() {
		try {
			const canvas = document.createElement("canvas");
			return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
		} catch { return false; }
	}

	map.on("load", async () => {
		const answer = await fetch(words.points, { headers: { Accept: "application/json" } }).catch(() => null);
		const spots = answer && answer.ok ? (await answer.json()).spots : [];
		const near = spots.every(([x, y]) => x > -32 && x < 62 && y > 26 && y < 74);
		map.addSource("land", { type: "geojson", data: new URL(near ? words.near : words.shapes, location.href).href });
		map.addLayer({ id: "land", type: "fill", source: "land", paint: { "fill-color": colour("--k-map-land", "#f7f5ef") } });
		map.addLayer({ id: "borders", type: "line", source: "land", paint: { "line-color": colour("--k-map-border", "#9fb0b8"), "line-width": 0.8 } });
		const bounds = new maplibregl.LngLatBounds();
		for (const spot of spots) { bounds.extend([spot[0], spot[1]]); mark(spot).addTo(map); }
		if (spots.length) map.fitBounds(bounds, { padding: { top: 56, bottom: 56, left: 40, right: 84 }, maxZoom: 7, animate: false });
		if (picture) picture.hidden = true;
		box.dataset.ready = "";
	});

	function mark([longitude, latitude, deliveries, first, said]) {
		const button = document.createElement("button");
		button.type = "button";
		button.className = "k-map__mark";
		button.dataset.size = deliveries > 99 ? "3" : deliveries > 9 ? "2" : "1";
		button.textContent = String(first);
		button.setAttribute("aria-label", said);
		button.addEventListener("click", (event) => {
			event.stopPropagation();
			opener = button;
			const content = document.createElement("p");
			content.textContent = said;
			popup.setLngLat([longitude, latitude]).setDOMContent(content).addTo(map);
		});
		return new maplibregl.Marker({ element: button }).setLngLat([longitude, latitude]);
	}
})();
