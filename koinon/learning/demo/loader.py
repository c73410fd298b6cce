"""Loads the courses, cohorts and badges of the demo through the verbs of everybody; the second time nothing changes."""

from collections.abc import Iterator, Mapping
from typing import Any

from koinon.accounts import demo, notices
from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import eurovoc
from koinon.learning.actions import achievements, courses, endorsements, taking, texts, versions
from koinon.learning.demo import cohorts, files, packages, people
from koinon.learning.models import Authorship, Course, Version
from koinon.network.models import Network, Organisation

CHANGELOG = "Σύγκριση: πρόσθετο παράδειγμα για τις τιμές, και μία τέταρτη ερώτηση προς το συμβούλιο."
PRICES = (
    "Ένα ποσό μόνο του λέει λίγα. Συγκρίνετέ το με κάτι: με τους κατοίκους, με τα περασμένα χρόνια,"
    " με όσα είχαν γραφτεί στο σχέδιο."
)
FOURTH = "Ποιος τόκος πληρώνεται φέτος, και για ποιο δάνειο;"
TIP = {
    "title": "Ένα τέταρτο κάθε Παρασκευή",
    "text": "Ανοίξτε τον χάρτη. Ποιες τρεις γνωριμίες περιμένουν μια λέξη σας; Γράψτε στη μία. Ευχαριστήστε δημόσια και"
    " πείτε το «όχι» νωρίς: «όχι φέτος» είναι απάντηση που την σέβονται.",
}
ENDORSE = "Jūsų mieste šis ženklas padėtų mūsų vedėjams. Ar jį paremtumėte?"


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something, none the second time."""
    with notices.silence():
        said = list(_load(by))
    yield from said


def _load(by: Actor) -> Iterator[str]:
    houses = {row.slug: row for row in Organisation.objects.filter(is_demo=True)}
    networks = {row.slug: row for row in Network.objects.filter(is_demo=True)}
    there = set(Course.objects.filter(is_demo=True).values_list("slug", flat=True))
    made = []
    for slug in files.SLUGS:
        told = files.told(slug)
        if slug not in there and told.skeleton["organisation"] in houses and told.skeleton["network"] in networks:
            made.append(_course(by, told, houses, networks))
    if made:
        yield f"Wrote {len(made)} courses in {len(files.LANGUAGES)} languages."
    known, new = people.load(by=by)
    if new:
        yield f"Asked {new} people to learn and to teach."
    if learning := cohorts.load(by=by, known=known):
        yield f"Gathered {learning} learners in cohorts."
    for course in made:
        _next(by, course, houses)
    if packages.load(by=by):
        yield "Sent a course from elsewhere to be looked at."


def _course(by: Actor, told: files.Told, houses: Mapping[str, Organisation], networks: Mapping[str, Network]) -> Course:
    """Published, on the public shelf, with its badge."""
    skeleton = told.skeleton
    house, network = houses[skeleton["organisation"]], networks[skeleton["network"]]
    course = taking.take(
        by=by, organisation=house, document=told.document, network=network, is_public=True, is_demo=True
    )
    Course.objects.filter(pk=course.pk).update(slug=skeleton["slug"])
    course.refresh_from_db()
    courses.edit(by=by, course=course, themes=_themes(skeleton["themes"]), languages=list(files.LANGUAGES))
    versions.publish(by=by, course=course)
    achievements.create(
        by=by, organisation=house, network=network, course=course, language=told.document.language,
        names=told.badge["name"], descriptions=told.badge["description"], criteria=told.badge["criteria"],
        is_automatic=True, is_demo=True,
    )  # fmt: skip
    return course


def _next(by: Actor, course: Course, houses: Mapping[str, Organisation]) -> None:
    """What goes on: a draft that is written, a draft that waits for a reviewer, an endorsement that was asked for."""
    if course.slug == "reading-a-city-budget":
        _name(course, "budget-facilitator", "author")
        _name(course, "coordinator.learning-cities@demo.koinon.example", "translator", ["en"])
        _rewrite(by, course)
    elif course.slug == "networking-for-hubs":
        _name(course, "hub-facilitator", "author")
        if _name(course, "reviewer@demo.koinon.example", "reviewer"):
            _correct(by, course)
    else:
        _name(course, "library-facilitator", "author")
        if "municipality-of-serres" in houses:
            endorsements.ask(
                by=by, achievement=course.achievements.get(), organisation=houses["municipality-of-serres"],
                message=ENDORSE,
            )  # fmt: skip


def _rewrite(by: Actor, course: Course) -> None:
    """The next version of the budget course is being written: its source has changed, four translations are older."""
    draft = versions.begin(by=by, course=course)
    Version.objects.filter(pk=draft.pk).update(changelog=CHANGELOG)
    node = draft.nodes.get(key=files.key(course.slug, "compare"))
    said = node.texts.get(language=draft.language).said["blocks"]
    changed: dict[str, Any] = {"compare-1": {"text": PRICES}}
    questions = next(block for block in said if block["id"] == "compare-5")["data"]
    changed["compare-5"] = {**questions, "items": [*questions["items"], {"content": FOURTH, "items": []}]}
    blocks = [{**block, "data": changed.get(block["id"], block["data"])} for block in said]
    texts.write(by=by, node=node, language=draft.language, blocks=blocks)


def _correct(by: Actor, course: Course) -> None:
    """The next version of the hubs' course mends the Greek tip that was older than its source; a reviewer looks."""
    draft = versions.begin(by=by, course=course)
    node = draft.nodes.get(key=files.key(course.slug, "follow"))
    blocks = node.texts.get(language="el").said["blocks"]
    tip = next(block for block in blocks if block["id"] == "follow-6")
    texts.translate(by=by, node=node, language="el", said={"follow-6": {**tip["data"], **TIP}})
    versions.ask_review(by=by, course=course)


def _name(course: Course, who: str, role: str, languages: list[str] | None = None) -> Authorship | None:
    """Name somebody of the demo; None when they are not there."""
    person = Person.objects.filter(is_demo=True, email=who if "@" in who else demo.address(who)).first()
    if person is None:
        return None
    return Authorship.objects.create(course=course, person=person, role=role, languages=languages or [])


def _themes(labels: Any) -> list[str]:
    return [concept.id for concept in eurovoc.all_concepts() if concept.label("en") in labels]
