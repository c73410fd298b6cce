"""Screens of projects, for tests/screens.py and the sweep: (name, address, who looks)."""

LEAD = "action-lead-shkoder@demo.koinon.example"
FINISHER = "action-lead-prizren@demo.koinon.example"
SUPERVISOR = "action-supervisor@demo.koinon.example"
JUROR = "action-juror-tirana@demo.koinon.example"
RUNNER = "british-council@demo.koinon.example"
COORDINATOR = "coordinator.active-citizens@demo.koinon.example"
VISITOR = ""
NETWORK = "/networks/active-citizens"
CALL = "/calls/small-actions-of-young-people"
RUNNING, CLOSED, HELD = (
    "/projects/shade-at-the-bus-stop",
    "/projects/books-on-the-move",
    "/projects/two-languages-one-stage",
)

PROJECTS = [
    ("projects", f"{NETWORK}/projects/", VISITOR),
    ("projects-found", f"{NETWORK}/projects/?group=going", COORDINATOR),
    ("calls", f"{NETWORK}/calls/", RUNNER),
    ("call", f"{CALL}/", VISITOR),
    ("call-new", f"{NETWORK}/calls/new/", RUNNER),
    ("call-desk", f"{CALL}/desk/", RUNNER),
    ("call-ranking", f"{CALL}/ranking/", RUNNER),
    ("call-judging", f"{CALL}/judging/", JUROR),
    ("call-judge", f"{CALL}/judging/ -> main h2 a[href*='/judgements/']", JUROR),
    ("desk-team", "/desk/", LEAD),
    ("desk-supervisor", "/desk/", SUPERVISOR),
    ("desk-juror", "/desk/", JUROR),
    ("projects-mine", "/my-projects/", LEAD),
    ("projects-mine-supervised", "/my-projects/", SUPERVISOR),
    ("project-new", f"{NETWORK}/projects/new/", RUNNER),
    ("project-shown", f"{CLOSED}/", VISITOR),
    ("project-running", f"{RUNNING}/", LEAD),
    ("project-held", f"{HELD}/", RUNNER),
    ("project-plan", f"{RUNNING}/plan/", LEAD),
    ("project-part", f"{RUNNING}/plan/ -> main h3 a[href*='/project-parts/steps/']", LEAD),
    ("project-team", f"{RUNNING}/team/?q=shkoder", LEAD),
    ("project-check-ins", f"{RUNNING}/check-ins/", LEAD),
    ("project-check-ins-supervised", f"{RUNNING}/check-ins/", SUPERVISOR),
    ("project-reflection", f"{CLOSED}/reflection/", FINISHER),
    ("project-result", f"{CLOSED}/result/", FINISHER),
    ("project-grants", f"{RUNNING}/grants/", LEAD),
    ("project-grant", f"{RUNNING}/grants/ -> main h2 a[href*='/small-grants/']", LEAD),
    ("project-grant-given", f"{RUNNING}/grants/ -> main h2 a[href*='/small-grants/']", RUNNER),
    ("project-grant-closed", f"{CLOSED}/grants/ -> main h2 a[href*='/small-grants/']", COORDINATOR),
]
