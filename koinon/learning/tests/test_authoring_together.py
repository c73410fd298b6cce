"""Authors with others: translators, reviewers, those who copied a course; frameworks, the desk, what is a person's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from koinon.accounts import seams as people
from koinon.accounts.models import Notice
from koinon.learning.actions import authors, bank, courses, nodes, taking, texts, versions
from koinon.learning.clock.reviews import remind_reviewers
from koinon.learning.lends import authoring as lent
from koinon.learning.models import Authorship, Course, Framework, Proposal, Question, Text, Version
from koinon.learning.tests.test_authoring_pages import at, said
from koinon.learning.tests.test_writing import single
from tests import factories

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


def test_a_translation_knows_when_its_source_changed(desk, draft, leaf, acting, mara):
    address = f"/courses/{draft.slug}/write/languages/sq/{leaf.key}/"
    form = desk.get(address).context["form"]
    assert [row["is_missing"] for row in form.rows] == [True, True]
    desk.post(address, {"changes": "0", "t0": "E para", "t1": "Lexo **rreshtin**."})
    text = Text.objects.get(node=leaf, language="sq")
    assert text.said["blocks"][0]["data"]["text"] == "Lexo <b>rreshtin</b>."
    assert text.translator == mara
    block = said(leaf)["blocks"][0]
    texts.write(by=acting(mara), node=leaf, language="en", blocks=[{**block, "data": {"text": "Other words."}}])
    rows = desk.get(address).context["form"].rows
    assert [row["is_older"] for row in rows] == [False, True]
    desk.post(address, {"changes": str(text.changes), "t0": "E para", "t1": "Lexo **rreshtin**."})
    assert [row["is_older"] for row in desk.get(address).context["form"].rows] == [False, True]
    later = Text.objects.get(node=leaf, language="sq").changes
    desk.post(address, {"changes": str(later), "t0": "E para", "t1": "Lexo **rreshtin**.", "f1": "on"})
    assert [row["is_older"] for row in desk.get(address).context["form"].rows] == [False, False]


def test_the_course_and_its_questions_are_translated_too(desk, draft, leaf, acting, mara):
    about = f"/courses/{draft.slug}/write/languages/sq/about/"
    desk.post(about, {"t0": "Buxhetet"})
    assert Version.objects.get(course=draft).texts["sq"]["title"] == "Buxhetet"
    quiz = nodes.add(by=acting(mara), course=draft, kind="quiz", title="Quiz")
    row = bank.put(by=acting(mara), organisation=draft.organisation, question=single(), language="en")
    bank.place(by=acting(mara), node=quiz, question=row)
    address = f"/courses/{draft.slug}/write/languages/sq/{row.key}/"
    names = [each["name"] for each in desk.get(address).context["form"].rows]
    given = {f"t{number}": name for number, name in enumerate(names)}
    desk.post(address, given)
    assert Question.objects.get(is_latest=True).texts["sq"]["stem"] == "stem/"


def test_a_translator_translates_and_does_nothing_else(enter, draft, leaf, acting, mara):
    lira = factories.person(name="Lira")
    row = authors.name(by=acting(mara), course=draft, email=lira.email, role="translator", languages=["sq"])
    assert Notice.objects.filter(person=lira, kind="learning.role").exists()
    client = enter(lira)
    assert client.get(f"/courses/{draft.slug}/write/languages/sq/{leaf.key}/").status_code == 200
    assert client.get(at(draft, leaf)).status_code == 404
    assert client.post(f"/courses/{draft.slug}/write/", {"kind": "page", "title": "x"}).status_code == 200
    assert draft.versions.get().nodes.count() == 1
    authors.remove(by=acting(mara), course=draft, authorship=row)
    assert client.get(f"/courses/{draft.slug}/write/").status_code == 404


def test_what_a_copy_made_better_goes_back_to_the_authors(enter, acting, mara, draft, leaf):
    versions.publish(by=acting(mara), course=draft)
    Course.objects.filter(pk=draft.pk).update(is_public=True)
    other = factories.organisation()
    guest = factories.representative(other)
    copy = taking.copy(by=acting(guest), organisation=other, version=draft.versions.get(), title="Ours")
    mine = copy.versions.get().nodes.get()
    client = enter(guest)
    assert b"changed nothing" in client.post(at(copy, mine, "propose/"), {"why": "Clearer."}).content
    texts.write(by=acting(guest), node=mine, language="en", title="Clearer")
    assert client.post(at(copy, mine, "propose/"), {"why": "Clearer."}).status_code == 302
    row = Proposal.objects.get()
    assert (row.course, row.person) == (draft, guest)
    versions.begin(by=acting(mara), course=draft)
    owner = enter(mara)
    assert b"Clearer." in owner.get(f"/courses/{draft.slug}/write/proposals/").content
    owner.post(f"/courses/{draft.slug}/write/proposals/{row.pk}/take/", {"answer": "Thank you."})
    row.refresh_from_db()
    assert row.state == "taken"
    assert draft.versions.get(state="draft").nodes.get().texts.get().said["title"] == "Clearer"
    assert Notice.objects.filter(person=guest, kind="learning.proposal").exists()
    again = owner.post(f"/courses/{draft.slug}/write/proposals/{row.pk}/decline/", {"answer": "No."})
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.state == "taken"


def test_what_a_new_version_changes_is_told(desk, acting, mara, draft, leaf):
    versions.publish(by=acting(mara), course=draft)
    versions.begin(by=acting(mara), course=draft)
    page = draft.versions.get(state="draft").nodes.get()
    texts.write(by=acting(mara), node=page, language="en", title="Other")
    nodes.add(by=acting(mara), course=draft, kind="discussion", title="Talk")
    changes = desk.get(f"/courses/{draft.slug}/write/changes/2/").context["changes"]
    assert [(each.what, each.title) for each in changes] == [("words", "Other"), ("new", "Talk")]


def test_a_framework_comes_from_a_sheet_and_keeps_what_points_to_it(desk, school, acting, mara, leaf, draft):
    lines = "uri,code,parent,en,sq\nhttps://a.org/1,1,,Read,Lexo\nhttps://a.org/2,1.1,1,Read a budget,\n"
    given = {"name": "Ours", "uri": "https://a.org/", "organisation": school.pk}
    assert (
        desk.post("/frameworks/new/", given | {"file": SimpleUploadedFile("a.csv", lines.encode())}).status_code == 302
    )
    framework = Framework.objects.get(organisation=school)
    one, two = framework.competences.all()
    assert (one.names, two.parent) == ({"en": "Read", "sq": "Lexo"}, one)
    desk.post(at(draft, leaf, "competences/"), {"competences": [two.pk]})
    assert list(leaf.competences.all()) == [two]
    again = SimpleUploadedFile("a.csv", lines.replace("Read a budget", "Read any budget").encode())
    desk.post("/frameworks/new/", given | {"file": again})
    assert leaf.competences.get().names == {"en": "Read any budget"}
    bad = SimpleUploadedFile("a.csv", b"uri,en\njavascript:x,Bad\n")
    assert b"This is no address" in desk.post("/frameworks/new/", given | {"file": bad}).content


def test_the_desk_says_whose_turn_it_is_and_reminds(acting, mara, draft, leaf):
    eva = factories.person(name="Eva")
    authors.name(by=acting(mara), course=draft, email=eva.email, role="reviewer")
    versions.ask_review(by=acting(mara), course=draft)
    assert [item.is_mine for item in lent.reviews(acting(eva))] == [True]
    assert [item.is_mine for item in lent.reviews(acting(mara))] == [False]
    Version.objects.filter(course=draft).update(due_on="2026-01-01")
    remind_reviewers(0)
    remind_reviewers(0)
    assert Notice.objects.filter(person=eva, kind="learning.review").count() == 2


def test_a_person_takes_their_part_along_and_is_forgotten(acting, mara, draft, leaf):
    lira = factories.person(name="Lira")
    authors.name(by=acting(mara), course=draft, email=lira.email, role="translator")
    texts.translate(by=acting(lira), node=leaf, language="sq", said={"title": "E para"})
    data = {name: rows for part in people.data_of.gather(lira) for name, rows in part.items()}
    assert (len(data["courses_written"]), len(data["translations"])) == (1, 1)
    people.forget.gather(lira)
    assert not Authorship.objects.filter(person=lira).exists()
    text = Text.objects.get(node=leaf, language="sq")
    assert (text.translator, text.said["title"]) == (None, "E para")


@pytest.mark.parametrize(
    "address", ["/courses/", "/courses/{slug}/write/", "/questions/", "/courses/{slug}/write/files/"]
)
def test_lists_ask_the_same_number_of_questions(
    desk, draft, leaf, acting, mara, school, network, django_assert_max_num_queries, address
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert desk.get(address.format(slug=draft.slug)).status_code == 200
        return len(found)

    bank.put(by=acting(mara), organisation=school, question=single("one"), language="en")
    factories.asset(organisation=school)
    asked()
    one = asked()
    for number in range(2):
        nodes.add(by=acting(mara), course=draft, kind="page", title=f"More {number}")
        courses.create(by=acting(mara), organisation=school, title=f"C {number}", language="en", network=network)
        bank.put(by=acting(mara), organisation=school, question=single(f"q{number}"), language="en")
        factories.asset(organisation=school)
    assert asked() == one


def test_machines_translate_what_is_missing_and_a_person_stands_for_it(desk, draft, leaf, monkeypatch):
    from koinon.kit.languages import machine

    step = f"/courses/{draft.slug}/write/languages/sq/{leaf.key}/step/"
    desk.post(step, {"step": "machine"})
    assert not Text.objects.filter(node=leaf, language="sq").exists()
    monkeypatch.setattr(machine, "translate", lambda text, **facts: (f"[{text}]", "test 1"))
    desk.post(step, {"step": "machine"})
    text = Text.objects.get(node=leaf, language="sq")
    assert (text.state, text.engine, text.said["title"]) == ("machine", "test 1", "[First]")
    desk.post(step, {"step": "review"})
    text.refresh_from_db()
    assert (text.state, text.engine) == ("reviewed", "")
