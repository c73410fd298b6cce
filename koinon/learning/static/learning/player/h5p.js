// H5P plays in a frame of this page; its statement about the whole content is the result, its state is kept.
(() => {
    "use strict";
    const {facts, keep, tell} = window.Playing;
    const place = document.getElementById("content");
    let result = null, isBound = false, last = facts.seed;

    const worlds = () => [window, ...[...document.querySelectorAll("iframe")].map((one) => one.contentWindow)];
    const state = () => {
        for (const world of worlds()) {
            const one = world && world.H5P && world.H5P.instances && world.H5P.instances[0];
            if (one && one.getCurrentState) {
                try { return JSON.stringify(one.getCurrentState()) || last; } catch { return last; }
            }
        }
        return last; // when the page goes, the frame goes first
    };
    const look = () => { last = state(); };
    const say = (going) => {
        look();
        if (last !== facts.seed || result) keep({state: last, result}, going === true);
    };
    const follow = () => {
        for (const world of worlds()) {
            for (const kind of ["click", "input", "keyup", "drop"]) world.addEventListener(kind, () => setTimeout(look, 50));
            world.addEventListener("pagehide", look);
        }
    };

    const heard = (event) => {
        const said = event.data.statement || {};
        const of = (said.context || {}).contextActivities || {};
        const id = String((said.object || {}).id || "");
        if (!said.result || id.includes("subContentId=") || (of.parent || []).length) return;
        const score = said.result.score || {};
        const verb = String((said.verb || {}).id || "");
        if (!/(completed|answered|passed|failed|mastered|consumed)$/.test(verb)) return;
        result = {
            completion: said.result.completion === true || !verb.endsWith("answered"), success: said.result.success,
            raw: score.raw, min: score.min, max: score.max, scaled: score.scaled,
        };
        setTimeout(say, 0);
    };
    const listen = () => {
        if (isBound || !window.H5P || !window.H5P.externalDispatcher) return;
        isBound = true;
        window.H5P.externalDispatcher.on("xAPI", heard);
    };

    const options = {
        id: "koinon", h5pJsonPath: facts.launch, frameJs: facts.frame, frameCss: facts.style, saveFreq: 5,
        frame: false, copyright: false, export: false, icon: false, fullScreen: false, reportingIsEnabled: true,
        contentUserData: facts.seed ? [{state: facts.seed}] : [],
    };
    new window.H5PStandalone.H5P(place, options).then(() => {
        listen();
        follow();
        setInterval(say, 5000);
        new ResizeObserver(() => tell({height: Math.ceil(place.getBoundingClientRect().height)})).observe(place);
    }).catch((problem) => { place.textContent = facts.words.broken; console.error(problem); });
    listen();
    addEventListener("pagehide", () => say(true));
    document.addEventListener("visibilitychange", () => document.hidden && say(true));
})();
