"""Screens of what stays of events, for tests/screens.py and the sweep: (name, address, who looks)."""

from tests.screens_of_events import BUDVA, ORGANISER, VISITOR

RESULTS, VISIT = "social-cluster-results", "digital-cities-visit"

AFTERWARDS = [
    ("event-visit", f"/events/{VISIT}/", VISITOR),
    ("event-slots", f"/events/{VISIT}/slots/", VISITOR),
    ("event-slots-offer", f"/events/{VISIT}/slots/", ORGANISER),
    ("event-feedback", f"/events/{BUDVA}/feedback/", ORGANISER),
    ("event-report", f"/events/{BUDVA}/report/", ORGANISER),
    ("event-photos", f"/events/{BUDVA}/photos/", ORGANISER),
    ("event-lists", f"/events/{BUDVA}/lists/", ORGANISER),
    ("event-shown", f"/events/{BUDVA}/shown/", ORGANISER),
    ("event-results", f"/events/{RESULTS}/", VISITOR),
    ("event-file", "/events/new/from-a-calendar/", ORGANISER),
    ("event-sessions-file", f"/events/{VISIT}/from-a-calendar/", ORGANISER),
]
