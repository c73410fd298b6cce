// Sends what a package says: the newest word wins, the same word again changes nothing, and none is lost on a slow line.
(() => {
    "use strict";
    const facts = JSON.parse(document.getElementById("play").textContent);
    const AT_ONCE = 60000; // bytes that a page may still send while it goes
    let ticket = facts.ticket, number = 0, sent = "", waiting = null, isSending = false, wait = 2000;

    const tell = (said) => window.parent !== window && window.parent.postMessage({koinon: "play", ...said}, facts.home);
    const say = (words) => {
        const line = document.getElementById("said");
        line.textContent = words;
        line.hidden = !words;
    };

    const post = (body, going) => fetch(`/play/${ticket}/commit/`, {
        method: "POST", body, credentials: "omit", keepalive: going && body.length < AT_ONCE,
        headers: {"Content-Type": "application/json"},
    });

    const later = () => {
        say(facts.words.waits);
        setTimeout(send, wait);
        wait = Math.min(wait * 2, 60000);
    };

    async function send(going = false) {
        if (waiting === null || (isSending && !going)) return;
        const data = waiting;
        number += 1;
        isSending = true;
        try {
            const answer = await post(JSON.stringify({number, data}), going);
            if (answer.status === 403 || answer.status === 422) {
                say((await answer.json()).problem);
                tell({lost: true});
                waiting = null;
                return;
            }
            if (!answer.ok) throw new Error(answer.status);
            const said = await answer.json();
            ticket = said.ticket;
            wait = 2000;
            say("");
            if (waiting === data) waiting = null;
            tell({saved: true, done: said.done});
        } catch {
            isSending = false;
            later();
            return;
        } finally {
            isSending = false;
        }
        if (waiting !== null) send();
    }

    const keep = (data, going = false) => {
        const said = JSON.stringify(data);
        if (!facts.saves || said === sent) return;
        sent = said;
        waiting = data;
        send(going);
    };

    const renew = async () => {
        try {
            const answer = await fetch(`/play/${ticket}/renew/`, {method: "POST", credentials: "omit"});
            if (answer.ok) ticket = (await answer.json()).ticket;
        } catch { /* the next turn tries again */ }
    };
    if (facts.saves) setInterval(renew, facts.renews * 1000);

    window.Playing = {facts, keep, tell};
})();
