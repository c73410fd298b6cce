// The whole SCORM runtime lives in this page, filled with what was kept before the content begins to ask.
(() => {
    "use strict";
    const {facts, keep} = window.Playing;
    const is2004 = facts.standard === "scorm2004";
    let isChanged = false, isOver = false;
    const http = {
        updateSettings() {},
        processHttpRequest(address, said, immediate, log, listeners) {
            isChanged = false;
            isOver = isOver || immediate;
            keep({cmi: said.cmi}, immediate);
            listeners("CommitSuccess");
            return {result: is2004 ? "true" : true, errorCode: 0};
        },
    };
    const settings = {
        autocommit: false, lmsCommitUrl: "/commit", httpService: http, alwaysSendTotalTime: true, logLevel: 5,
        sendFullCommit: true, enableOfflineSupport: false,
    };
    const api = is2004 ? new window.Scorm2004API(settings) : new window.Scorm12API(settings);
    api.loadFromJSON(facts.seed, "cmi");
    window[is2004 ? "API_1484_11" : "API"] = api;

    const now = () => {
        if (!isChanged || isOver) return;
        isChanged = false;
        keep({cmi: api.renderCommitCMI(false, true).cmi});
    };
    const prefix = is2004 ? "" : "LMS";
    api.on(`${prefix}SetValue.cmi.*`, () => { isChanged = true; });
    setInterval(now, 3000);
    addEventListener("pagehide", () => {
        if (!isChanged || isOver) return;
        isChanged = false;
        keep({cmi: api.renderCommitCMI(false, true).cmi}, true);
    });
    document.getElementById("content").src = facts.launch;
})();
