"""Screens of learning, for tests/screens.py and the sweep: (name, address, who looks)."""

from uuid import NAMESPACE_URL, uuid5

LEARNER = "museum-guide@demo.koinon.example"
BEGINNER = "shop-owner@demo.koinon.example"
MEANWHILE = "librarian@demo.koinon.example"
"""Is in the middle of a quiz, and learns in two runs."""
TEACHER = "budget-facilitator@demo.koinon.example"
LEADER = "serres@demo.koinon.example"
REVIEWER = "reviewer@demo.koinon.example"
VISITOR = ""
BUDGET, WORKSHOP = "reading-a-city-budget", "facilitating-a-community-workshop"
RUN = "/learn/ -> main h2 a:has-text('φθινοπωρινή')"
WINTER = "/learn/ -> main h2 a:has-text('žiemos')"
DESK = "/runs/ -> main th a:has-text('φθινοπωρινή')"
WRITE = f"/courses/{BUDGET}/write/"
ISSUER = "/issuers/municipality-of-serres/"
BADGE = "/badges/ -> main h2 a[href^='/badges/']"


def key(course: str, name: str) -> str:
    """The key of a part, as koinon.learning.demo.files.key makes it; that one needs Django, `make screens` does not."""
    return str(uuid5(NAMESPACE_URL, f"https://demo.koinon.example/courses/{course}/{name}"))


def _lesson(name: str, run: str = RUN, course: str = BUDGET) -> str:
    return f"{run} -> main a[href*='/{key(course, name)}/']"


def _written(name: str, page: str = "") -> str:
    return f"{WRITE}parts/{key(BUDGET, name)}/{page}"


LEARNING = [
    ("learn-home", "/learn/", LEARNER),
    ("learn-home-nothing", "/learn/", REVIEWER),
    ("learn-run", RUN, LEARNER),
    ("learn-run-beginner", RUN, BEGINNER),
    ("lesson-page", _lesson("sides"), LEARNER),
    ("lesson-talk", _lesson("surprise"), LEARNER),
    ("lesson-quiz-before", _lesson("quiz"), BEGINNER),
    ("lesson-quiz-open", _lesson("quiz"), MEANWHILE),
    ("lesson-quiz-after", f"{_lesson('quiz')} -> main a[href^='?try=']", LEARNER),
    ("lesson-task", _lesson("figures"), LEARNER),
    ("lesson-session", _lesson("evening"), LEARNER),
    ("lesson-survey", _lesson("survey", WINTER, WORKSHOP), MEANWHILE),
    ("learn-competences", "/learn/competences/", LEARNER),
    ("learn-outcomes", "/learn/outcomes/", LEARNER),
    ("offline-device", "/learn/offline/", LEARNER),
    ("offline-save", f"{RUN} -> main a[href*='/save/']", LEARNER),
    ("offline-print", f"{RUN} -> main a[href*='/print/']", LEARNER),
    ("wallet", "/badges/", LEARNER),
    ("badge", BADGE, LEARNER),
    ("badge-check", f"{BADGE} -> main a[href$='/check/']", LEARNER),
    ("badge-verify", "/badges/verify/", VISITOR),
    ("issuer", ISSUER, VISITOR),
    ("achievement", f"{ISSUER} -> main .k-item__title a, main h2 a, main h3 a", VISITOR),
    ("issuer-desk", f"{ISSUER}desk/", LEADER),
    ("achievement-desk", f"{ISSUER}desk/ -> main h2.k-item__title a", LEADER),
    ("achievement-edit", f"{ISSUER}desk/ -> main h2.k-item__title a -> main a[href$='/edit/']", LEADER),
    ("achievement-new", f"{ISSUER}desk/new/", LEADER),
    ("issuer-keys", f"{ISSUER}keys/", LEADER),
    ("badge-endorsement", f"{ISSUER}desk/ -> main a[href^='/badges/endorsements/']", LEADER),
    ("courses", "/courses/", VISITOR),
    ("courses-author", "/courses/", TEACHER),
    ("courses-network", "/networks/learning-cities/courses/", VISITOR),
    ("course", f"/courses/{BUDGET}/", VISITOR),
    ("course-new", "/courses/new/", LEADER),
    ("course-copy", f"/courses/{WORKSHOP}/copy/", LEADER),
    ("course-export", f"/courses/{BUDGET}/export/", LEADER),
    ("course-imports", "/course-imports/", LEADER),
    ("write", WRITE, TEACHER),
    ("write-about", f"{WRITE}about/", LEADER),
    ("write-page", _written("compare"), TEACHER),
    ("write-section", f"{WRITE} -> main h2.k-item__title a", TEACHER),
    ("write-quiz", _written("quiz"), TEACHER),
    ("write-questions", _written("quiz", "questions/"), TEACHER),
    ("write-question", f"{_written('quiz', 'questions/')} -> main h2 a[href^='/questions/']", LEADER),
    ("write-settings", _written("quiz", "settings/"), TEACHER),
    ("write-rubric", _written("figures", "rubric/"), TEACHER),
    ("write-competences", _written("compare", "competences/"), TEACHER),
    ("write-preview", _written("compare", "preview/"), TEACHER),
    ("write-files", f"{WRITE}files/", TEACHER),
    ("write-people", f"{WRITE}people/", LEADER),
    ("write-proposals", f"{WRITE}proposals/", LEADER),
    ("write-languages", f"{WRITE}languages/", TEACHER),
    ("write-language", f"{WRITE}languages/en/", LEADER),
    ("write-translate", f"{WRITE}languages/en/ -> main h2 a", LEADER),
    ("write-check", f"{WRITE}check/", LEADER),
    ("write-review", "/courses/networking-for-hubs/write/check/", REVIEWER),
    ("write-changes", f"{WRITE}check/ -> main a[href*='/changes/']", LEADER),
    ("bank", "/questions/", LEADER),
    ("question", "/questions/ -> main a[href^='/questions/0']", LEADER),
    ("question-try", "/questions/ -> main a[href^='/questions/0'] -> main a[href$='/try/']", LEADER),
    ("question-new", "/questions/new/match/", LEADER),
    ("frameworks", "/frameworks/", LEADER),
    ("framework", "/frameworks/ -> main a[href^='/frameworks/0']", LEADER),
    ("runs", "/runs/", TEACHER),
    ("run", f"/courses/{WORKSHOP}/ -> main a[href^='/runs/']", VISITOR),
    ("run-new", f"/courses/{BUDGET}/runs/new/", LEADER),
    ("run-desk", DESK, TEACHER),
    ("run-learners", f"{DESK} -> main a[href$='/teach/learners/']", TEACHER),
    ("run-learner", f"{DESK} -> main a[href$='/teach/learners/'] -> main th a[href^='/runs/learners/']", TEACHER),
    ("run-mark", f"{DESK} -> main a[href^='/runs/practice/']", TEACHER),
    ("run-sessions", f"{DESK} -> main a[href$='/teach/sessions/']", TEACHER),
    ("run-session", f"{DESK} -> main a[href$='/teach/sessions/'] -> main h2 a[href^='/runs/dates/']", TEACHER),
    ("run-people", f"{DESK} -> main a[href$='/teach/people/']", TEACHER),
    ("run-cards", f"{DESK} -> main a[href$='/teach/people/'] -> main a[href$='/cards/']", TEACHER),
    ("run-messages", f"{DESK} -> main a[href$='/teach/messages/']", TEACHER),
    ("run-results", f"{DESK} -> main a[href$='/teach/results/']", TEACHER),
    ("run-settings", f"{DESK} -> main a[href$='/teach/settings/']", TEACHER),
    ("run-badges", f"{DESK} -> main a[href$='/teach/learners/'] -> main a[href$='/teach/badges/']", LEADER),
]
