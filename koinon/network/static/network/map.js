// The map of members: bundled shapes, no tiles, nothing leaves the site. Clusters and places are real buttons, so
// the keyboard reaches them; the list beside the map says the same without any of this.
(() => {
  "use strict";
  const box = document.getElementById("map");
  if (!box || !window.maplibregl || !supported()) return;
  const words = box.dataset;
  const picture = box.firstElementChild;
  const holder = document.createElement("div");
  holder.className = "k-map__canvas";
  box.append(holder);
  maplibregl.setWorkerUrl(words.worker);

  const colour = (name, other) => getComputedStyle(box).getPropertyValue(name).trim() || other;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new maplibregl.Map({
    container: holder,
    style: {
      version: 8,
      sources: {},
      layers: [{ id: "sea", type: "background", paint: { "background-color": colour("--k-map-sea", "#dfe9ee") } }],
    },
    center: [20, 46], zoom: 3, minZoom: 1, maxZoom: 11, attributionControl: false,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
    locale: { "NavigationControl.ZoomIn": words.wordsIn, "NavigationControl.ZoomOut": words.wordsOut },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.getCanvas().setAttribute("aria-label", words.wordsKeys);

  let spots = [];
  const marks = new Map();
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

  async function fetched(parameters) {
    const answer = await fetch(words.points + (parameters ? "?" + parameters : ""), { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : {};
  }

  // The finer shapes of Europe when every member is there, else the whole world.
  function ground() {
    if (map.getSource("land")) return;
    const near = spots.every(([x, y]) => x > -32 && x < 62 && y > 26 && y < 74);
    map.addSource("land", { type: "geojson", data: new URL(near ? words.near : words.shapes, location.href).href });
    map.addLayer({ id: "land", type: "fill", source: "land", paint: { "fill-color": colour("--k-map-land", "#f7f5ef") } });
    map.addLayer({ id: "borders", type: "line", source: "land", paint: { "line-color": colour("--k-map-border", "#9fb0b8"), "line-width": 0.8 } });
    if (near) map.setMaxBounds([[-40, 20], [70, 76]]);
  }

  function asked(more) {
    const question = new URLSearchParams(location.search);
    for (const name of ["after", "before", "order"]) question.delete(name);
    for (const name in more) question.set(name, more[name]);
    return question.toString();
  }

  async function load() {
    spots = (await fetched(asked())).spots || [];
    ground();
    const data = { type: "FeatureCollection", features: spots.map((spot, index) => ({
      type: "Feature", geometry: { type: "Point", coordinates: [spot[0], spot[1]] },
      properties: { index, count: spot[2] } })) };
    const source = map.getSource("spots");
    if (source) source.setData(data);
    else {
      map.addSource("spots", { type: "geojson", data, cluster: true, clusterRadius: 46, clusterMaxZoom: 9, clusterProperties: { count: ["+", ["get", "count"]] } });
      map.addLayer({ id: "spots", type: "circle", source: "spots", paint: { "circle-radius": 1, "circle-opacity": 0 } });
    }
    fit();
  }

  function fit() {
    if (!spots.length) return;
    const bounds = new maplibregl.LngLatBounds();
    for (const spot of spots) bounds.extend([spot[0], spot[1]]);
    map.fitBounds(bounds, { padding: { top: 56, bottom: 56, left: 40, right: 84 }, maxZoom: 7, animate: false });
  }

  function draw() {
    const source = map.getSource("spots");
    if (!source || !map.isSourceLoaded("spots")) return;
    const seen = new Set();
    for (const feature of map.querySourceFeatures("spots")) {
      const key = feature.properties.cluster ? "c" + feature.properties.cluster_id : "s" + feature.properties.index;
      if (seen.has(key)) continue;
      seen.add(key);
      if (!marks.has(key)) marks.set(key, mark(feature).setLngLat(feature.geometry.coordinates).addTo(map));
    }
    for (const [key, old] of marks) if (!seen.has(key)) { old.remove(); marks.delete(key); }
  }

  function mark(feature) {
    const { cluster, cluster_id: cluster_id, count, index } = feature.properties;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "k-map__mark" + (cluster ? " k-map__mark--many" : "");
    button.dataset.size = count > 99 ? "3" : count > 9 ? "2" : "1";
    button.textContent = count > 1 ? String(count) : "";
    const place = cluster ? "" : spots[index][4];
    button.setAttribute("aria-label", `${cluster ? words.wordsIn : place}. ${words.wordsMembers}: ${count}`);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      opener = button;
      if (cluster) closer(cluster_id, feature.geometry.coordinates);
      else open(spots[index]);
    });
    return new maplibregl.Marker({ element: button });
  }

  async function closer(id, center) {
    const zoom = await map.getSource("spots").getClusterExpansionZoom(id);
    map.easeTo({ center, zoom: Math.min(zoom + 0.2, 11), animate: !still });
  }

  async function open(spot) {
    const content = document.createElement("div");
    const title = document.createElement("strong");
    title.textContent = spot[4];
    const list = document.createElement("ul");
    list.className = "list-unstyled";
    for (const member of (await fetched(asked({ place: spot[3] }))).members || []) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = words.organisation.replace("SLUG", member.slug);
      link.textContent = member.name;
      item.append(link);
      list.append(item);
    }
    content.append(title, list);
    popup.setLngLat([spot[0], spot[1]]).setDOMContent(content).addTo(map);
  }

  map.on("load", async () => {
    await load();
    if (picture) picture.hidden = true;
    box.dataset.ready = "";
  });
  map.on("render", draw);
  document.body.addEventListener("htmx:pushedIntoHistory", load);
})();
