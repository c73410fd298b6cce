"""Common Cartridges: what others write is read, what we write is read again the same."""
# ruff: noqa: E501  (samples of XML are easier to read on one line)

import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from koinon.learning import formats
from koinon.learning.engine.documents import Document, Part, Question
from koinon.learning.engine.drafts import Draft
from koinon.learning.engine.reports import Report
from koinon.learning.formats.cartridge import FORMAT
from koinon.learning.tests.hostile import zipped

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="c1" xmlns="http://www.imsglobal.org/xsd/imsccv1p{minor}/imscp_v1p1"
  xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p{minor}/LOM/manifest">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.{minor}.0</schemaversion>
<lom:lom><lom:general><lom:title><lom:string language="sq">Tokat</lom:string></lom:title><lom:language>sq-AL</lom:language>
<lom:description><lom:string>About soil</lom:string></lom:description></lom:general></lom:lom></metadata>
<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">
<item identifier="s1"><title>Part 1</title>
<item identifier="i1" identifierref="r1"><title>Page</title></item>
<item identifier="i2" identifierref="r2"><title>Test</title></item>
<item identifier="s2"><title>Deeper</title><item identifier="i3" identifierref="r3"><title>Talk</title></item></item>
</item>
<item identifier="i4" identifierref="r4"><title>Atlas</title></item>
<item identifier="i5" identifierref="r5"><title>Tool</title></item>
<item identifier="i6" identifierref="r6"><title>Your turn</title></item>
<item identifier="i7" identifierref="r7"><title>Key for teachers</title></item>
<item identifier="i8" identifierref="gone"><title>Gone</title></item>
</item></organization></organizations>
<resources>
<resource identifier="r1" type="webcontent" href="w/page.html"><file href="w/page.html"/><dependency identifierref="f1"/></resource>
<resource identifier="f1" type="webcontent" href="web_resources/my%20a.png"><file href="web_resources/my%20a.png"/></resource>
<resource identifier="r2" type="imsqti_xmlv1p2/imscc_xmlv1p{minor}/assessment"><file href="q.xml"/></resource>
<resource identifier="b" type="imsqti_xmlv1p2/imscc_xmlv1p{minor}/question-bank"><file href="b.xml"/></resource>
<resource identifier="r3" type="imsdt_xmlv1p{minor}"><file href="t.xml"/></resource>
<resource identifier="r4" type="imswl_xmlv1p{minor}"><file href="l.xml"/></resource>
<resource identifier="r5" type="imsbasiclti_xmlv1p0"><file href="lti.xml"/></resource>
<resource identifier="r6" type="assignment_xmlv1p0"><file href="a.xml"/></resource>
<resource identifier="r7" type="webcontent" href="key.pdf"><metadata><lom:lom><lom:educational><lom:intendedEndUserRole>
<lom:value>Instructor</lom:value></lom:intendedEndUserRole></lom:educational></lom:lom></metadata><file href="key.pdf"/></resource>
<resource identifier="r8" type="webcontent" href="extra.pdf"><file href="extra.pdf"/></resource>
</resources></manifest>"""

ITEM = """<item ident="{id}"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel>
<fieldentry>{profile}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material>
<mattext texttype="text/html">&lt;p&gt;{stem} &lt;img src="$IMS-CC-FILEBASE$/my%20a.png"&gt;&lt;/p&gt;</mattext></material>
<response_lid ident="r" rcardinality="Single"><render_choice><response_label ident="x"><material><mattext texttype="text/plain">2 &lt; 3</mattext>
</material></response_label><response_label ident="y"><material><mattext>No</mattext></material></response_label></render_choice></response_lid>
</presentation><resprocessing><respcondition continue="No"><conditionvar><varequal respident="r">x</varequal></conditionvar>
<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item>"""
QUIZ = f"""<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="q" title="T"><qtimetadata>
<qtimetadatafield><fieldlabel>cc_maxattempts</fieldlabel><fieldentry>3</fieldentry></qtimetadatafield></qtimetadata><section ident="s">
{ITEM.format(id="one", profile="cc.multiple_choice.v0p1", stem="Which?")}
<item ident="odd" title="Odd"><presentation/></item></section></assessment></questestinterop>"""
BANK = f"""<questestinterop><objectbank ident="b">{ITEM.format(id="two", profile="cc.multiple_choice.v0p1", stem="More?")}
</objectbank></questestinterop>"""
FILES = {
    "w/page.html": "<html><head><title>x</title></head><body><p>Soil <img src='../web_resources/my%20a.png' alt='Hand'>"
    "<a href='lost.pdf'>gone</a><a href='http://a.example/'>out</a></p></body></html>",
    "web_resources/my a.png": b"\x89PNG 1",
    "q.xml": QUIZ,
    "b.xml": BANK,
    "t.xml": "<topic><title>Talk</title><text texttype='text/plain'>What &lt;grows&gt;?</text></topic>",
    "l.xml": "<webLink><title>Atlas</title><url href='https://soil.example/'/></webLink>",
    "a.xml": "<assignment><title>T</title><text texttype='text/html'>Show it</text><gradable points_possible='5'>true</gradable>"
    "<submission_formats><format type='file'/></submission_formats></assignment>",
    "lti.xml": "<x/>",
    "key.pdf": b"%PDF k",
    "extra.pdf": b"%PDF e",
}


@pytest.mark.parametrize("minor", [1, 2, 3])
def test_a_cartridge_of_others(tmp_path, minor):
    files = {"imsmanifest.xml": MANIFEST.format(minor=minor), **FILES}
    document, report = formats.read(zipped(tmp_path / "x.imscc", files))
    assert (report.format, report.refusal) == ("cartridge", None)
    assert document.texts == {"sq": {"title": "Tokat", "summary": "About soil"}}
    nodes = {node.texts["sq"]["title"]: node for node in document.nodes}
    assert {title: node.kind for title, node in nodes.items()} == {
        "Part 1": "section", "Page": "page", "Test": "quiz", "Deeper": "section", "Talk": "discussion", "Atlas": "link",
        "Your turn": "task", "Key for teachers": "file", "extra.pdf": "file",
    }  # fmt: skip
    assert nodes["Talk"].parent == nodes["Deeper"].key
    assert nodes["Deeper"].parent == nodes["Part 1"].key
    assert "What &lt;grows&gt;?" in str(nodes["Talk"].texts["sq"]["blocks"])
    assert nodes["Your turn"].settings == {"asks": ["file"], "rubric": [{"key": "whole", "points": 5.0}]}
    assert nodes["Test"].settings["attempts"] == 3
    assert nodes["Key for teachers"].settings["is_hidden"] is True
    one, two = document.questions
    assert one.texts["sq"]["stem"].startswith('Which? <img src="asset:')
    assert (one.texts["sq"]["x.text"], one.parts) == ("2 &lt; 3", (Part("x", 1.0), Part("y", 0.0)))
    assert two.key not in nodes["Test"].settings["questions"]
    reasons = {(item.title, item.code) for item in report.items if item.code}
    assert {("Gone", "no_resource"), ("Tool", "outside_tool"), ("Odd", "kind_unknown"), ("w/lost.pdf", "file_missing"),
            ("Key for teachers", "restricted")} <= reasons  # fmt: skip
    assert {asset.name: dict(asset.alt) for asset in document.assets}["my a.png"] == {"sq": "Hand"}


def a_course() -> Document:
    draft = Draft("own", "en", Report("own"))
    picture, paper = draft.data(b"\x89PNG x", "a b.png"), draft.data(b"%PDF", "paper.pdf")
    draft.note_pictures(f'<img src="{picture}" alt="A hand">', lambda address: address)
    words = draft.words
    questions = [
        Question(
            "q1",
            "single",
            (Part("a", 1.0), Part("b", 0.0)),
            words(
                stem=f'Which? <img src="asset:{picture}" alt="A hand">',
                a__text="<b>x</b>",
                b__text="y &lt; z",
                b__feedback="No",
                right="Yes",
                general="So",
            ),
            2.0,
        ),
        Question(
            "q2",
            "multiple",
            (Part("a", 0.5), Part("b", 0.5), Part("c", 0.0)),
            words(stem="Which ones?", a__text="1", b__text="2", c__text="3"),
        ),
        Question("q3", "true_false", (Part("true", 0.0), Part("false", 1.0)), words(stem="Is it?")),
        Question(
            "q4",
            "short",
            (Part("a1", 1.0, {"is_case_sensitive": True}), Part("a2", 0.5, {"is_case_sensitive": False})),
            words(stem="Name", a1__text="Loam", a2__text="*sand*"),
        ),
        Question("q5", "long", (), words(stem="Write")),
        Question("q6", "numeric", (Part("n", 1.0, {"value": 1.0, "tolerance": 0.0}),), words(stem="How many?")),
    ]
    for question in questions:
        draft.question(question)
    text = [
        {"id": "b1", "type": "paragraph", "data": {"text": "Hello <b>you</b>"}},
        {"id": "b2", "type": "image", "data": {"asset": picture, "caption": ""}},
    ]
    section = draft.node("s", "section", "Part & one")
    draft.node("p", "page", "Page <1>", parent=section, blocks=text)
    draft.node("f", "file", "Paper", parent=section, settings={"asset": paper})
    draft.node(
        "q",
        "quiz",
        "Quiz",
        parent=section,
        settings={"questions": ["q1", "q2", "q3", "q6"], "attempts": 2, "minutes": 10.0},
    )
    deeper = draft.node("s2", "section", "Deeper", parent=section)
    draft.node("d", "discussion", "Talk", parent=deeper, blocks=text[:1])
    draft.node(
        "t",
        "task",
        "Do",
        blocks=text[:1],
        settings={"asks": ["text", "file"], "rubric": [{"key": "whole", "points": 5.0}]},
    )
    draft.node("l", "link", "Atlas", settings={"url": "https://soil.example/?a=1&b=2"})
    return draft.document("A course", summary="About <b>it</b>", licence="CC BY 4.0")


def shape(document, parent=""):
    return [(node.kind, node.texts["en"]["title"], shape(document, node.key)) for node in document.children(parent)]


def test_what_we_write_is_read_again(tmp_path):
    ours = a_course()
    FORMAT.write(ours, tmp_path / "x.imscc", "en")
    again, report = formats.read(tmp_path / "x.imscc")
    left = ("page", "What this file could not hold", [])
    assert shape(again) == [*shape(ours), left]
    assert (again.texts["en"]["title"], again.licence) == ("A course", "CC BY 4.0")
    assert {(a.key, a.name, a.media_type, a.size, a.read()) for a in again.assets} == {
        (a.key, a.name, a.media_type, a.size, a.read()) for a in ours.assets
    }
    assert [asset.alt for asset in again.assets if asset.name == "a b.png"] == [{"en": "A hand"}]
    facts = {q.texts["en"]["stem"]: (q.kind, q.parts, q.points, q.texts) for q in again.questions}
    for question in ours.questions:
        if question.kind == "numeric":
            assert "How many?" in str(again.nodes[-1].texts)
            continue
        kind, parts, points, texts = facts[question.texts["en"]["stem"]]
        assert (kind, parts, points) == (question.kind, question.parts, question.points)
        assert dict(texts["en"]) == dict(question.texts["en"])
    quiz = next(node for node in again.nodes if node.kind == "quiz")
    assert (quiz.settings["attempts"], quiz.settings["minutes"], len(quiz.settings["questions"])) == (2, 10.0, 3)
    task = next(node for node in again.nodes if node.kind == "task")
    assert task.settings == {"asks": ["text", "file"], "rubric": [{"key": "whole", "points": 5.0}]}
    assert next(node for node in again.nodes if node.kind == "link").settings == {
        "url": "https://soil.example/?a=1&b=2"
    }
    assert not [item for item in report.items if item.fate == "dropped"]


def test_the_structure_that_the_specification_asks_for(tmp_path):
    FORMAT.write(a_course(), tmp_path / "x.imscc", "en")
    with zipfile.ZipFile(tmp_path / "x.imscc") as archive:
        root = etree.fromstring(archive.read("imsmanifest.xml"))
        names = set(archive.namelist())
    space = {"c": "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"}
    assert [etree.QName(each).localname for each in root] == ["metadata", "organizations", "resources"]
    assert root.findtext("c:metadata/c:schemaversion", namespaces=space) == "1.3.0"
    (organisation,) = root.findall("c:organizations/c:organization", space)
    assert organisation.get("structure") == "rooted-hierarchy"
    (top,) = organisation
    assert top.find("c:title", space) is None
    identifiers = [each.get("identifier") for each in root.iter() if each.get("identifier")]
    assert len(identifiers) == len(set(identifiers))
    resources = {each.get("identifier"): each for each in root.iterfind(".//c:resource", space)}
    for item in root.iterfind(".//c:item", space):
        assert item.get("identifierref") is None or item.get("identifierref") in resources
        assert item.get("identifierref") is None or item.find("c:item", space) is None
    for each in root.iterfind(".//c:dependency", space):
        assert each.get("identifierref") in resources
    from urllib.parse import unquote

    assert {unquote(each.get("href")) for each in root.iterfind(".//c:file", space)} == names - {"imsmanifest.xml"}


Q = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}


def fields(above):
    found = above.iterfind("q:qtimetadata/q:qtimetadatafield", Q)
    return {each.findtext("q:fieldlabel", namespaces=Q): each.findtext("q:fieldentry", namespaces=Q) for each in found}


def test_quizzes_keep_to_the_rules_of_the_profile(tmp_path):
    """The rules are those that the Schematron part of the public schema states in words."""
    course = a_course()
    quiz = next(node for node in course.nodes if node.kind == "quiz")
    asked = [question.key for question in course.questions]
    more = replace(quiz, settings={**quiz.settings, "attempts": 9, "questions": asked})
    nodes = tuple(more if node is quiz else node for node in course.nodes)
    questions = tuple(replace(each, points=0.5) if each.key == "q2" else each for each in course.questions)
    FORMAT.write(replace(course, nodes=nodes, questions=questions), tmp_path / "x.imscc", "en")
    with zipfile.ZipFile(tmp_path / "x.imscc") as archive:
        root = etree.fromstring(archive.read(f"quizzes/{quiz.key}.xml"))
        left = archive.read("pages/left.html").decode()
    assert fields(root.find("q:assessment", Q))["cc_maxattempts"] == "unlimited"
    assert all(
        words in left for words in ("five attempts", "Points of the question: Which ones?", "Question: How many?")
    )
    items = list(root.iterfind(".//q:item", Q))
    assert len(items) == 5
    for item in items:
        facts, labels = fields(item.find("q:itemmetadata", Q)), len(item.findall(".//q:response_label", Q))
        kind = facts["cc_profile"].split(".")[1]
        assert facts.get("cc_weighting", "1").isdigit()
        assert [etree.QName(each).localname for each in item][:3] == ["itemmetadata", "presentation", "resprocessing"]
        assert {"true_false": labels == 2, "multiple_choice": labels >= 3, "multiple_response": labels >= 2}.get(
            kind, labels == 0
        )
        if kind != "pattern_match":
            assert item.find(".//q:varsubstring", Q) is None
        assert item.find("q:resprocessing/q:respcondition", Q) is not None
        most = item.find(".//q:render_choice[@maxnumber]", Q)
        assert (most is None) == (kind != "multiple_response")
        assert most is None or most.get("maxnumber") == str(labels)
        if kind == "essay":
            assert facts["qmd_computerscored"] == "No"
            assert item.find(".//q:varequal", Q) is None
        told = {each.get("ident") for each in item.iterfind("q:itemfeedback", Q)}
        assert told == {each.get("linkrefid") for each in item.iterfind(".//q:displayfeedback", Q)}


def test_a_quiz_of_which_nothing_can_be_said_is_a_page(tmp_path):
    course = a_course()
    quiz = next(node for node in course.nodes if node.kind == "quiz")
    only = replace(quiz, settings={**quiz.settings, "questions": ["q6"]})
    nodes = tuple(only if node is quiz else node for node in course.nodes)
    FORMAT.write(replace(course, nodes=nodes), tmp_path / "x.imscc", "en")
    with zipfile.ZipFile(tmp_path / "x.imscc") as archive:
        assert f"quizzes/{quiz.key}.xml" not in archive.namelist()
        assert f"pages/{quiz.key}.html" in archive.namelist()
        assert "How many?" in archive.read("pages/left.html").decode()
