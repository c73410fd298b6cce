"""Screens of programmes, for tests/screens.py and the sweep: (name, address, who looks)."""

FACILITATOR = "leaders-shkoder@demo.koinon.example"
NEXT = "leaders-tetovo@demo.koinon.example"
LAST = "leaders-kukes@demo.koinon.example"
COORDINATOR = "coordinator.active-citizens@demo.koinon.example"
VISITOR = ""
NETWORK = "/networks/active-citizens"
LEADERS = "/programmes/community-leaders"
GIVEN = "/programmes/ -> main #deliveries h3 a, main h3 a[href^='/deliveries/']"

PROGRAMMES = [
    ("programmes", f"{NETWORK}/programmes/", VISITOR),
    ("programme", f"{LEADERS}/", VISITOR),
    ("programme-run", f"{LEADERS}/", COORDINATOR),
    ("programme-edit", f"{LEADERS}/edit/", COORDINATOR),
    ("desk-facilitator", "/desk/", FACILITATOR),
    ("programmes-mine", "/programmes/", FACILITATOR),
    ("programme-translate", f"{LEADERS}/translate/", COORDINATOR),
    ("programme-questions", f"{LEADERS}/questions/", COORDINATOR),
    ("programme-people", f"{LEADERS}/people/", COORDINATOR),
    ("programme-grant", f"{LEADERS}/people/ -> main th a[href^='/programmes/grants/']", COORDINATOR),
    ("programme-grant-mine", "/programmes/ -> main a[href^='/programmes/grants/']", FACILITATOR),
    ("programme-deliveries", f"{LEADERS}/deliveries/", COORDINATOR),
    ("programme-toolkit", f"{LEADERS}/toolkit/", VISITOR),
    ("programme-toolkit-older", f"{LEADERS}/toolkit/?language=mk", VISITOR),
    ("programme-toolkit-print", f"{LEADERS}/toolkit/2/print/", VISITOR),
    ("programme-toolkit-changes", f"{LEADERS}/toolkit/2/changes/", VISITOR),
    ("programme-write", f"{LEADERS}/write/", COORDINATOR),
    ("programme-proposals", f"{LEADERS}/proposals/", COORDINATOR),
    ("delivery-new", f"{LEADERS}/deliver/", FACILITATOR),
    ("delivery", GIVEN, NEXT),
    ("delivery-reported", GIVEN, LAST),
    ("delivery-run", f"{LEADERS}/deliveries/ -> main th a[href^='/deliveries/']", COORDINATOR),
    ("delivery-settings", f"{GIVEN} -> main a[href$='/settings/']", NEXT),
    ("delivery-people", f"{GIVEN} -> main a[href$='/people/']", NEXT),
    ("delivery-person", f"{GIVEN} -> main a[href$='/people/'] -> main th a[href^='/deliveries/participants/']", NEXT),
    ("delivery-report", f"{GIVEN} -> main a[href$='/report/']", NEXT),
    ("delivery-join", f"{GIVEN} -> main a[href*='/deliveries/join/']", NEXT),
    ("lineage", f"{LEADERS}/lineage/", COORDINATOR),
    ("lineage-branch", f"{LEADERS}/lineage/ -> main #facilitators tbody th a", COORDINATOR),
    ("lineage-nothing", f"{LEADERS}/lineage/?until=2020-01-01", COORDINATOR),
    ("lineage-mine", f"{LEADERS}/lineage/", FACILITATOR),
    ("lineage-map", f"{LEADERS}/lineage/map/", COORDINATOR),
]
