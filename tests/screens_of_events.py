"""Screens of organising events, for tests/screens.py and the sweep: (name, address, who looks)."""

ORGANISER = "british-council@demo.koinon.example"
VISITOR = ""
BUDVA, SERBIA, YOUTH = "digital-cities-budva", "digital-cities-serbia", "youth-conference"
FINAL = "/events/digital-cities-final/"

EVENTS = [
    ("events", "/events/", VISITOR),
    ("events-past", "/events/?when=past", VISITOR),
    ("events-nothing", "/events/?kind=webinar", VISITOR),
    ("events-network", "/networks/active-citizens/events/", VISITOR),
    ("event", f"/events/{YOUTH}/", VISITOR),
    ("event-over", f"/events/{BUDVA}/", VISITOR),
    ("event-programme", f"/events/{BUDVA}/programme/", VISITOR),
    ("event-series", f"/events/{BUDVA}/ -> main dl a[href*='/events/series/']", VISITOR),
    ("desk-organiser", "/desk/", ORGANISER),
    ("event-new", "/events/new/", ORGANISER),
    ("event-draft", f"{FINAL}desk/", ORGANISER),
    ("event-desk", f"/events/{SERBIA}/desk/", ORGANISER),
    ("event-edit", f"{FINAL}edit/", ORGANISER),
    ("event-cover", f"/events/{BUDVA}/cover/", ORGANISER),
    ("event-belonging", f"{FINAL}belonging/", ORGANISER),
    ("event-rules", f"{FINAL}rules/", ORGANISER),
    ("event-team", f"{FINAL}team/", ORGANISER),
    ("event-sessions", f"/events/{SERBIA}/sessions/", ORGANISER),
    ("event-session", f"/events/{SERBIA}/sessions/ -> main .k-item__title a", ORGANISER),
    ("event-messages", f"/events/{SERBIA}/messages/", ORGANISER),
    ("event-copy", f"/events/{SERBIA}/copy/", ORGANISER),
    ("event-door", f"/events/{BUDVA}/door/", ORGANISER),
    ("event-presence", f"/events/{BUDVA}/presence/", ORGANISER),
    ("event-presence-one", f"/events/{BUDVA}/presence/ -> main th a", ORGANISER),
    ("event-online", f"/events/{BUDVA}/online/", ORGANISER),
    ("event-certificates", f"/events/{BUDVA}/certificates/", ORGANISER),
    ("event-certificate", f"/events/{BUDVA}/certificates/ -> main .k-item__meta a", ORGANISER),
    ("event-name-badges", f"/events/{SERBIA}/name-badges/", ORGANISER),
    ("event-badges-given", f"/events/{BUDVA}/badges/", ORGANISER),
    ("attendance", "/attendance/", ORGANISER),
    ("event-repeat", f"/events/{SERBIA}/series/", ORGANISER),
]
