"""Screens of registering for events, for tests/screens.py and the sweep: (name, address, who looks)."""

ORGANISER = "british-council@demo.koinon.example"
VISITOR = ""
SERBIA, YOUTH = "/events/digital-cities-serbia/", "/events/youth-conference/"

REGISTERING = [
    ("register-guest", f"{YOUTH}register/", VISITOR),
    ("register-member", f"{YOUTH}register/", ORGANISER),
    ("participants", f"{YOUTH}participants/", VISITOR),
    ("my-events", "/my-events/", ORGANISER),
    ("event-people", f"{SERBIA}people/", ORGANISER),
    ("event-houses", f"{SERBIA}places/organisations/", ORGANISER),
    ("event-people-asking", f"{SERBIA}people/?group=approval", ORGANISER),
    ("event-people-nobody", f"{SERBIA}people/?q=xyzzy", ORGANISER),
    ("event-person", f"{SERBIA}people/ -> main th a", ORGANISER),
    ("event-person-new", f"{SERBIA}people/new/", ORGANISER),
    ("event-needs", f"{SERBIA}needs/", ORGANISER),
    ("event-questions", f"{SERBIA}form/", ORGANISER),
    ("event-nominations", f"{SERBIA}nominate/", ORGANISER),
]
