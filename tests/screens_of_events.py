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
    ("event-new", "/events/new/", ORGANISER),
    ("event-draft", f"{FINAL}desk/", ORGANISER),
    ("event-desk", f"/events/{SERBIA}/desk/", ORGANISER),
    ("event-edit", f"{FINAL}edit/", ORGANISER),
    ("event-rules", f"{FINAL}rules/", ORGANISER),
    ("event-team", f"{FINAL}team/", ORGANISER),
    ("event-sessions", f"/events/{SERBIA}/sessions/", ORGANISER),
    ("event-session", f"/events/{SERBIA}/sessions/ -> main h5 a", ORGANISER),
    ("event-messages", f"/events/{SERBIA}/messages/", ORGANISER),
    ("event-copy", f"/events/{SERBIA}/copy/", ORGANISER),
    ("event-repeat", f"/events/{SERBIA}/series/", ORGANISER),
]
