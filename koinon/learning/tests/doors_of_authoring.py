"""Doors of authoring: name -> (method, what each of test_doors.WHO meets)."""

from datetime import date, timedelta

from koinon.learning.models import Asset, Version
from tests import factories

IN, GO, ASK, NONE = 200, 302, 302, 404
EVERYBODY = (IN,) * 8
KNOWN = (*(IN,) * 7, ASK)
WRITERS = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
DO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)
OWNERS = (IN, NONE, NONE, NONE, NONE, NONE, NONE, ASK)

DOORS: dict = {
    "learning:courses": ("get", EVERYBODY),
    "learning:courses_of": ("get", (IN, *(NONE,) * 7)),
    "learning:course": ("get", EVERYBODY),
    "learning:course_file": ("get", EVERYBODY),
    "learning:course_new": ("get", KNOWN),
    "learning:course_copy": ("get", OWNERS),
    "learning:write": ("get", WRITERS),
    "learning:write_step": ("post", DO),
    "learning:write_about": ("get", WRITERS),
    "learning:write_shelf": ("post", DO),
    "learning:write_files": ("get", WRITERS),
    "learning:write_upload": ("post", (400, 400, NONE, NONE, NONE, NONE, NONE, ASK)),
    "learning:write_file": ("get", WRITERS),
    "learning:write_people": ("get", WRITERS),
    "learning:write_people_remove": ("post", DO),
    "learning:proposals": ("get", WRITERS),
    "learning:proposal_answer": ("post", DO),
    "learning:write_languages": ("get", WRITERS),
    "learning:write_language": ("get", WRITERS),
    "learning:write_translate": ("get", WRITERS),
    "learning:write_translate_step": ("post", DO),
    "learning:write_check": ("get", WRITERS),
    "learning:write_publish": ("post", (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)),
    "learning:write_begin": ("post", DO),
    "learning:write_changes": ("get", WRITERS),
    "learning:write_node": ("get", WRITERS),
    "learning:write_settings": ("get", WRITERS),
    "learning:write_rubric": ("get", WRITERS),
    "learning:write_competences": ("get", WRITERS),
    "learning:write_preview": ("get", WRITERS),
    "learning:write_propose": ("get", WRITERS),
    "learning:write_quiz": ("get", WRITERS),
    "learning:write_quiz_step": ("post", DO),
    "learning:questions": ("get", WRITERS),
    "learning:question_new": ("get", WRITERS),
    "learning:question": ("get", WRITERS),
    "learning:question_try": ("get", WRITERS),
    "learning:frameworks": ("get", KNOWN),
    "learning:framework": ("get", KNOWN),
    "learning:framework_new": ("get", WRITERS),
}


def addresses(request) -> dict:
    """The addresses, with a published course, its draft and everything an author meets behind them."""
    get = request.getfixturevalue
    course, published, network = get("course"), get("version"), get("network")
    origin = factories.version(state="published")
    type(course).objects.filter(pk=course.pk).update(
        is_public=True, languages=["en", "sq"], forked_from=origin, is_published=True
    )
    draft = Version.objects.create(course=course, number=20, language="en", texts=published.texts)
    page, task, quiz = (factories.node(version=draft, kind=kind) for kind in ("page", "task", "quiz"))
    for node in (page, task, quiz):
        factories.text(node=node)
    placed = factories.placed(node=quiz, question=factories.question(organisation=course.organisation))
    upload = _kept()
    asset = Asset.objects.create(organisation=course.organisation, upload=upload, key="a" * 64, name="a.txt")
    helper = factories.authorship(course=course, role="translator")
    proposal = factories.proposal(course=course, of=page, due_on=date.today() + timedelta(days=3))
    framework = factories.competence().framework
    write = f"/courses/{course.slug}/write/"
    part = f"{write}parts/{page.key}/"
    return {
        "learning:courses": "/courses/", "learning:courses_of": f"/networks/{network.slug}/courses/",
        "learning:course": f"/courses/{course.slug}/",
        "learning:course_file": f"/courses/{course.slug}/files/{asset.key}",
        "learning:course_new": "/courses/new/", "learning:course_copy": f"/courses/{course.slug}/copy/",
        "learning:write": write, "learning:write_step": f"{write}step/", "learning:write_about": f"{write}about/",
        "learning:write_shelf": f"{write}shelf/show/", "learning:write_files": f"{write}files/",
        "learning:write_upload": f"{write}files/upload/", "learning:write_file": f"{write}files/{asset.pk}/",
        "learning:write_people": f"{write}people/",
        "learning:write_people_remove": f"{write}people/{helper.pk}/remove/",
        "learning:proposals": f"{write}proposals/",
        "learning:proposal_answer": f"{write}proposals/{proposal.pk}/take/",
        "learning:write_languages": f"{write}languages/", "learning:write_language": f"{write}languages/sq/",
        "learning:write_translate": f"{write}languages/sq/{page.key}/",
        "learning:write_translate_step": f"{write}languages/sq/{page.key}/step/",
        "learning:write_check": f"{write}check/", "learning:write_publish": f"{write}check/return/",
        "learning:write_begin": f"{write}begin/", "learning:write_changes": f"{write}changes/20/",
        "learning:write_node": part, "learning:write_settings": f"{part}settings/",
        "learning:write_rubric": f"{write}parts/{task.key}/rubric/",
        "learning:write_competences": f"{part}competences/",
        "learning:write_preview": f"{part}preview/", "learning:write_propose": f"{part}propose/",
        "learning:write_quiz": f"{write}parts/{quiz.key}/questions/",
        "learning:write_quiz_step": f"{write}parts/{quiz.key}/questions/{placed.pk}/step/",
        "learning:questions": "/questions/", "learning:question_new": "/questions/new/single/",
        "learning:question": f"/questions/{placed.question.pk}/",
        "learning:question_try": f"/questions/{placed.question.pk}/try/",
        "learning:frameworks": "/frameworks/", "learning:framework": f"/frameworks/{framework.pk}/",
        "learning:framework_new": "/frameworks/new/",
    }  # fmt: skip


def _kept():
    from koinon.kit import files

    return files.keep_paper(b"words", name="a.txt", media_type="text/plain")
