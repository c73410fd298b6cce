"""What authors do in pages, without any script: begin, write, place questions, translate, propose, publish."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from koinon.learning.actions import bank, courses, nodes, texts, versions
from koinon.learning.models import Asset, Course, Question, Text
from koinon.learning.tests.test_writing import single
from tests import factories

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


def at(draft, node, rest=""):
    return f"/courses/{draft.slug}/write/parts/{node.key}/{rest}"


def sent(node, do="save", **more):
    """What the form of a page sends: its title, its number, its pieces."""
    text = node.texts.get(language="en")
    made = {"title": text.said["title"], "changes": text.changes, "do": do, "block": []}
    for block in text.said["blocks"]:
        made["block"].append(f"{block['id']}:{block['type']}")
        made |= {f"b-{block['id']}-{name}": value for name, value in block["data"].items()}
    return made | more


def said(node):
    return Text.objects.get(node=node, language="en").said


def test_a_course_is_begun_written_and_published_in_pages(desk, school, network):
    form = desk.get("/courses/new/").context["form"]
    home = next(iter(form.homes))
    answer = desk.post("/courses/new/", {"home": home, "title": "Water", "language": "en", "start": "pages"})
    course = Course.objects.get(title="Water")
    assert answer["Location"] == f"/courses/{course.slug}/write/"
    quiz = course.versions.get().nodes.get(kind="quiz")
    words = {"language": "en", "stem": "Is water wet?", "is_true": "true", "points": "2"}
    desk.post(f"/questions/new/true_false/?quiz={quiz.pk}", words)
    assert quiz.placed.get().question.texts["en"]["stem"] == "Is water wet?"
    check = desk.get(f"/courses/{course.slug}/write/check/")
    assert check.context["blocking"] == []
    desk.post(f"/courses/{course.slug}/write/check/publish/", {"changelog": "All new."})
    course.refresh_from_db()
    assert course.is_published
    assert b"All new." in desk.get(f"/courses/{course.slug}/").content


def test_what_blocks_is_named_with_its_place(desk, draft, acting, mara):
    node = nodes.add(by=acting(mara), course=draft, kind="quiz", title="Quiz")
    row = desk.get(f"/courses/{draft.slug}/write/check/").context["blocking"][0]
    assert (row["title"], row["url"]) == ("Quiz", at(draft, node, "questions/"))
    answer = desk.post(f"/courses/{draft.slug}/write/check/publish/")
    assert answer.status_code == 200
    assert b"no question here" in answer.content


def test_pieces_are_added_moved_and_taken_out_without_a_script(desk, draft, leaf):
    answer = desk.post(at(draft, leaf), sent(leaf, do="add:header"))
    assert answer["Location"].endswith("?new=header#new")
    new = desk.get(answer["Location"].partition("#")[0]).context["form"].pieces[-1][0]
    more = {f"b-{new['id']}-text": "Why **now**", f"b-{new['id']}-level": "2"}
    whole = sent(leaf)
    whole["block"].append(f"{new['id']}:header")
    desk.post(at(draft, leaf), whole | more)
    assert [block["type"] for block in said(leaf)["blocks"]] == ["paragraph", "header"]
    assert said(leaf)["blocks"][1]["data"]["text"] == "Why <b>now</b>"
    desk.post(at(draft, leaf), sent(leaf, do=f"up:{new['id']}"))
    assert [block["type"] for block in said(leaf)["blocks"]] == ["header", "paragraph"]
    desk.post(at(draft, leaf), sent(leaf, do=f"remove:{new['id']}"))
    assert [block["type"] for block in said(leaf)["blocks"]] == ["paragraph"]


def test_what_a_script_sends_is_cleaned_like_anything_else(desk, draft, leaf):
    hostile = [{"type": "paragraph", "data": {"text": '<img src=x onerror=alert(1)><a href="javascript:x">w</a>'}}]
    desk.post(at(draft, leaf), sent(leaf, blocks=json.dumps(hostile)))
    assert "onerror" not in json.dumps(said(leaf))
    assert "javascript" not in json.dumps(said(leaf))
    before = said(leaf)
    assert desk.post(at(draft, leaf), sent(leaf, blocks="{no json")).status_code == 302
    assert said(leaf) == before


def test_what_the_richer_editor_sent_is_not_lost_when_somebody_was_quicker(desk, draft, leaf, acting, mara):
    mine = [{"id": "one", "type": "header", "data": {"text": "My words", "level": 2}}]
    whole = sent(leaf, blocks=json.dumps(mine))
    texts.write(by=acting(mara), node=leaf, language="en", title="Hers")
    form = desk.post(at(draft, leaf), whole).context["form"]
    assert "My words" in form.kept_blocks
    assert [block["type"] for block, _piece in form.pieces] == ["header"]
    form = desk.post(at(draft, leaf), whole | {"title": ""}).context["form"]
    assert "My words" in form.kept_blocks


def test_who_comes_second_sees_both_and_loses_nothing(desk, draft, leaf, acting, mara):
    mine = sent(leaf, title="Mine")
    texts.write(by=acting(mara), node=leaf, language="en", title="Hers")
    answer = desk.post(at(draft, leaf), mine)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Somebody else has saved this meanwhile" in page
    assert "Hers" in page
    assert 'value="Mine"' in page
    assert said(leaf)["title"] == "Hers"
    desk.post(at(draft, leaf), mine | {"changes": answer.context["form"]["changes"].value()})
    assert said(leaf)["title"] == "Mine"


def test_a_picture_needs_words_or_says_that_it_is_decoration(desk, draft, leaf):
    whole = sent(leaf)
    whole["block"].append("picture1:image")
    answer = desk.post(at(draft, leaf), whole | {"b-picture1-file": SimpleUploadedFile("a.png", PNG)})
    assert answer.status_code == 200
    assert b"what the picture shows" in answer.content
    assert not Asset.objects.exists()
    told = {"b-picture1-file": SimpleUploadedFile("a.png", PNG), "b-picture1-alt": "A red point"}
    assert desk.post(at(draft, leaf), whole | told).status_code == 302
    asset = Asset.objects.get()
    assert asset.alt == {"en": "A red point"}
    assert said(leaf)["blocks"][1]["data"]["asset"] == asset.key
    assert desk.get(f"/courses/{draft.slug}/files/{asset.key}")["Content-Type"] == "image/webp"


def test_what_could_run_is_no_file_of_a_course(desk, draft):
    for name, data in (("a.html", b"<script>x</script>"), ("a.svg", b"<svg onload='x'/>"), ("a.exe", b"MZ\x00\x01")):
        answer = desk.post(f"/courses/{draft.slug}/write/files/upload/", {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 400
    assert not Asset.objects.exists()


def test_files_of_a_course_are_for_those_who_see_it(desk, draft, enter, stranger, acting, mara, school):
    upload = {"file": SimpleUploadedFile("a.txt", b"words"), "licence": "CC0-1.0", "credit": "Eva"}
    desk.post(f"/courses/{draft.slug}/write/files/", upload)
    asset = Asset.objects.get()
    assert (asset.licence, asset.credit) == ("CC0-1.0", "Eva")
    address = f"/courses/{draft.slug}/files/{asset.key}"
    assert enter(stranger).get(address).status_code == 404
    answer = desk.get(address)
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("kind", "typed", "right"),
    [
        ("single", {"text_0": "Yes", "right_0": "on", "text_1": "No"}, None),
        ("multiple", {"text_0": "a", "right_0": "on", "text_1": "b", "right_1": "on", "text_2": "c"}, None),
        ("true_false", {"is_true": "false"}, {"false": True}),
        ("short", {"lines": "Tirana\nTiran* | 50"}, {"": "tirana"}),
        ("numeric", {"value": "3.5", "tolerance": "0.1"}, {"": "3.45"}),
        ("match", {"lines": "Serres = Greece\nVelenje = Slovenia\n= Malta"}, None),
        ("order", {"lines": "one\ntwo\nthree"}, None),
        ("cloze", {"stem": "The council meets in [[Tirana | Tiranë]], [[once* / twice]] a month."}, None),
        ("long", {}, None),
    ],
)
def test_every_kind_of_question_is_typed_and_comes_back_as_it_was(desk, school, kind, typed, right):
    common = {"language": "en", "stem": "Which?", "points": "1", "tags": "city, money"}
    assert desk.post(f"/questions/new/{kind}/", {**common, **typed}).status_code == 302
    row = Question.objects.get()
    assert (row.kind, row.tags) == (kind, ["city", "money"])
    form = desk.get(f"/questions/{row.pk}/").context["form"]
    again = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    assert desk.post(f"/questions/{row.pk}/", again).status_code == 302
    same = Question.objects.get()
    assert (same.form, same.texts) == (row.form, row.texts)
    if right:
        name = "one" if kind == "true_false" else "text"
        answer = desk.post(f"/questions/{row.pk}/try/", {name: next(iter(right)) or right[""]})
        assert answer.context["result"]["marking"].is_right


def test_a_question_without_a_right_answer_is_refused_but_for_surveys(desk, school):
    words = {"language": "en", "stem": "How was it?", "points": "1", "text_0": "Good", "text_1": "Bad"}
    answer = desk.post("/questions/new/single/", words)
    assert b"No answer is right" in answer.content
    assert desk.post("/questions/new/single/", {**words, "is_for_surveys": "on"}).status_code == 302


def test_questions_of_others_are_not_there(enter, acting, mara):
    theirs = factories.question()
    assert enter(mara).get(f"/questions/{theirs.pk}/").status_code == 404
    with pytest.raises(Exception, match="Only authors of this organisation"):
        bank.put(by=acting(mara), organisation=theirs.organisation, question=single(), language="en")


def test_what_the_course_says_of_itself_is_written_and_stays_once_published(desk, draft, leaf, acting, mara):
    about = {
        "title": "Budgets for all",
        "learn": "Read one.",
        "licence": "CC0-1.0",
        "credit": "Eva",
        "languages": ["lt"],
    }
    assert desk.post(f"/courses/{draft.slug}/write/about/", about).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.licence, draft.languages) == ("Budgets for all", "CC0-1.0", ["en", "lt"])
    assert draft.versions.get().texts["en"]["learn"] == "Read one."
    versions.publish(by=acting(mara), course=draft)
    desk.post(f"/courses/{draft.slug}/write/about/", {**about, "title": "Other", "licence": "CC-BY-4.0"})
    draft.refresh_from_db()
    assert (draft.title, draft.licence) == ("Budgets for all", "CC-BY-4.0")
    desk.post(f"/courses/{draft.slug}/write/shelf/withdraw/")
    draft.refresh_from_db()
    assert not draft.is_published


@pytest.mark.parametrize(
    ("kind", "typed", "settings", "rule"),
    [
        ("page", {"due_days": "3"}, {"due_days": 3}, {}),
        (
            "quiz", {"share": "70", "attempts": "2", "review": "last"},
            {"pass": 0.7, "attempts": 2, "review": "last"}, {"score": 0.7},
        ),
        ("task", {"asks": ["photo"]}, {"asks": ["photo"]}, {}),
        ("session", {"minutes": "90", "count": "2"}, {"minutes": 90}, {"attended": 2}),
        ("discussion", {"count": "2"}, {}, {"posted": 2}),
        ("link", {"url": "https://a.org/"}, {"url": "https://a.org/"}, {}),
    ],
)  # fmt: skip
def test_each_kind_is_set_up_in_its_own_way(desk, draft, acting, mara, kind, typed, settings, rule):
    node = nodes.add(by=acting(mara), course=draft, kind=kind, title="One")
    assert desk.post(at(draft, node, "settings/"), {**typed, "is_optional": "on"}).status_code == 302
    node.refresh_from_db()
    assert (node.settings, node.rule, node.is_optional) == (settings, rule, True)


def test_a_rubric_keeps_the_keys_of_lines_that_stay(desk, draft, acting, mara):
    node = nodes.add(by=acting(mara), course=draft, kind="task", title="One")
    desk.post(at(draft, node, "rubric/"), {"rows": "Really done | 2\nSays why"})
    node.refresh_from_db()
    one, two = node.settings["rubric"]
    assert (one["points"], two["points"], said(node)[f"rubric.{one['key']}"]) == (2, 1, "Really done")
    desk.post(at(draft, node, "rubric/"), {"rows": "Says why | 3\nNew"})
    node.refresh_from_db()
    assert node.settings["rubric"][0] == {"key": two["key"], "points": 3}
    assert b"above 0" in desk.post(at(draft, node, "rubric/"), {"rows": "Bad | -1"}).content


def test_a_preview_is_the_page_of_the_learner_hidden_parts_included(desk, draft, leaf, acting, mara):
    hidden = nodes.add(by=acting(mara), course=draft, kind="page", title="Later")
    nodes.set_up(by=acting(mara), node=hidden, settings={"is_hidden": True})
    page = desk.get(at(draft, leaf, "preview/"))
    assert "learning/lesson.html" in [each.name for each in page.templates]
    assert b"Read the <b>first</b> line." in page.content
    said = page.content.decode()
    assert f'href="/courses/{draft.slug}/write/"' in said
    assert f'href="{at(draft, leaf)}"' in said
    assert "/save/" not in said
    assert desk.get(at(draft, hidden, "preview/")).status_code == 200


def test_material_is_brought_along_and_taken_away_from_where_one_looks_for_it(desk, draft, leaf, acting, mara):
    for address in ("/courses/", "/courses/new/", "/questions/"):
        assert b'href="/course-imports/"' in desk.get(address).content
    assert b'/gift/"' in desk.get("/questions/").content
    away = f'href="/courses/{draft.slug}/export/"'.encode()
    assert away not in desk.get(f"/courses/{draft.slug}/").content
    versions.publish(by=acting(mara), course=draft)
    assert away in desk.get(f"/courses/{draft.slug}/").content
    assert away in desk.get(f"/courses/{draft.slug}/write/").content


def test_the_shelf_speaks_the_language_of_the_reader_where_the_course_does(desk, enter, draft, leaf, acting, mara):
    courses.translate(by=acting(mara), course=draft, language="sq", said={"title": "Buxhete"})
    courses.edit(by=acting(mara), course=draft, is_public=True)
    versions.publish(by=acting(mara), course=draft)
    reader = enter(factories.person(language="sq"))
    assert ">Buxhete<" in reader.get("/courses/", HTTP_ACCEPT_LANGUAGE="sq").content.decode()
    greek = enter(factories.person(language="el")).get("/courses/").content.decode()
    assert '<span lang="en">Budgets</span>' in greek


def test_the_tree_says_in_which_language_a_title_is(enter, mara, draft, leaf, acting):
    texts.translate(by=acting(mara), node=leaf, language="sq", said={"title": "E para"})
    type(mara).objects.filter(pk=mara.pk).update(language="sq")
    page = enter(mara).get(f"/courses/{draft.slug}/write/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "E para" in page
    assert '<span lang="en">E para</span>' not in page
