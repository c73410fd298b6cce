"""Doors of packages: name -> (method, what each of test_doors.WHO meets)."""

from uuid import uuid4

from django.urls import reverse

from koinon.kit import files
from koinon.learning.models import CourseImport
from tests import factories

IN, GO, ASK, NONE, OFF = 200, 302, 302, 404, 503
OURS = (IN, NONE, NONE, NONE, NONE, NONE, NONE, ASK)
WRITERS = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
"""mara, arben, fatmir, luka, other_teacher, stranger, rival, visitor; OFF: no second address is set in tests."""

DOORS: dict = {
    "learning:imports": ("get", OURS),
    "learning:course_import": ("get", OURS),
    "learning:course_import_json": ("get", OURS),
    "learning:course_import_csv": ("get", OURS),
    "learning:course_import_original": ("get", OURS),
    "learning:course_import_step": ("post", (GO, NONE, NONE, NONE, NONE, NONE, NONE, ASK)),
    "learning:course_export": ("get", WRITERS),
    "learning:quiz_export": ("get", WRITERS),
    "learning:bank_export": ("get", WRITERS),
    "learning:play": ("get", (OFF, NONE, OFF, OFF, NONE, NONE, NONE, ASK)),
    "learning:play_preview": ("get", (OFF, OFF, NONE, NONE, NONE, NONE, NONE, ASK)),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    school, course, quiz = (request.getfixturevalue(name) for name in ("school", "course", "quiz"))
    type(course).objects.filter(pk=course.pk).update(is_public=True)
    upload = files.keep_paper(b"::A:: B? {=C ~D}", name="bank.gift", media_type=files.GIVEN)
    row = CourseImport.objects.create(organisation=school, name="bank.gift", language="en", state="read", upload=upload)
    run, node = _played(request)
    made = {
        "imports": [], "course_import": [row.pk], "course_import_json": [row.pk], "course_import_csv": [row.pk],
        "course_import_original": [row.pk], "course_import_step": [row.pk, "take"], "course_export": [course.slug],
        "quiz_export": [course.slug, quiz.key, "gift"], "bank_export": [school.pk, "gift"],
        "play": [run.pk, node.key], "play_preview": [run.course.slug, node.key],
    }  # fmt: skip
    return {f"learning:{name}": reverse(f"learning:{name}", args=words) for name, words in made.items()}


def _played(request):
    """A run of another course of the school, with a package: arben writes it, fatmir teaches it, luka learns it."""
    school, arben, fatmir, luka = (request.getfixturevalue(name) for name in ("school", "arben", "fatmir", "luka"))
    course = factories.course(organisation=school)
    factories.authorship(course=course, person=arben)
    asset = factories.asset(organisation=school, key=uuid4().hex)
    factories.package(asset=asset)
    version = factories.version(course=course)
    node = factories.node(version=version, kind="package", settings={"asset": asset.key, "standard": "scorm12"})
    type(version).objects.filter(pk=version.pk).update(state="published", published_at="2026-11-01T10:00Z")
    version.refresh_from_db()
    run = factories.run(course=course, version=version, state="running")
    factories.facilitation(run=run, person=fatmir)
    factories.enrolment(run=run, person=luka)
    return run, node
