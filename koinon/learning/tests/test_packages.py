"""SCORM and H5P packages: kept whole, their manifests read, what cannot be followed is said."""
# ruff: noqa: E501  (samples of XML are easier to read on one line)

import json

import pytest

from koinon.learning import formats
from koinon.learning.tests.hostile import zipped

SCORM_12 = """<?xml version="1.0"?><manifest identifier="fire" version="1.1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>
</metadata><organizations default="b"><organization identifier="a"><title>Other</title></organization>
<organization identifier="b"><title>Fire safety</title><item identifier="i0"><title>Part</title>
<item identifier="i1" identifierref="r1" parameters="lang=en"><title>At home</title><adlcp:masteryscore>80</adlcp:masteryscore>
<adlcp:maxtimeallowed>00:30:00</adlcp:maxtimeallowed></item>
<item identifier="i2" identifierref="r2"><title>At work</title><adlcp:prerequisites type="aicc_script">i1</adlcp:prerequisites></item>
</item></organization></organizations><resources>
<resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="my%20home/index.html?x=1"><file href="my%20home/index.html"/></resource>
<resource identifier="r2" type="webcontent" adlcp:scormtype="sco" href="work.html"><file href="work.html"/></resource>
</resources></manifest>"""

SCORM_2004 = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
 xmlns:imsss="http://www.imsglobal.org/xsd/imsss"><metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Two parts</title>
<item identifier="i1" identifierref="r1"><title>One</title><imsss:sequencing><imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">
<imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives></imsss:sequencing></item>
<item identifier="i2" identifierref="r1"><title>Two</title></item></organization></organizations>
<resources><resource identifier="r1" adlcp:scormType="sco" href="a.html"/></resources></manifest>"""

QUIZ = {
    "questions": [
        {"library": "H5P.MultiChoice 1.16", "params": {"question": "<p>What is <b>loam</b> soil?</p>"}},
        {"library": "H5P.TrueFalse 1.8", "params": {"question": "Sand holds water"}},
        {"library": "H5P.Image 1.1", "params": {"file": {"path": "images/a.png", "mime": "image/png"}}},
    ]
}
H5P = {
    "title": "Soils",
    "mainLibrary": "H5P.QuestionSet",
    "language": "el",
    "license": "CC BY",
    "licenseVersion": "4.0",
    "authors": [{"name": "School of gardens", "role": "Author"}],
    "preloadedDependencies": [
        {"machineName": "H5P.QuestionSet", "majorVersion": 1, "minorVersion": 20},
        {"machineName": "H5P.MultiChoice", "majorVersion": 1, "minorVersion": 16},
    ],
}


def test_scorm_12(tmp_path):
    files = {"imsmanifest.xml": SCORM_12, "my home/index.html": "<p>x", "work.html": "<p>y"}
    document, report = formats.read(zipped(tmp_path / "fire.zip", files))
    assert report.format == "scorm"
    (node,) = document.nodes
    assert (node.kind, node.rule, node.texts["en"]["title"]) == ("package", {"played": "passed"}, "Fire safety")
    said = node.settings
    assert (said["standard"], said["launch"], said["mastery"]) == ("scorm12", "my home/index.html?x=1&lang=en", 0.8)
    assert said["minutes"] == 30.0
    assert [item["title"] for item in said["items"]] == ["At home", "At work"]
    assert [each["title"] for each in said["organisations"]] == ["Fire safety", "Other"]
    assert [(item.title, item.fate, item.code) for item in report.items][1:] == [
        ("At home", "kept", ""),
        ("At work", "changed", "not_asked"),
    ]
    (asset,) = document.assets
    assert asset.key == said["asset"]
    assert asset.read() == (tmp_path / "fire.zip").read_bytes()


def test_scorm_2004_with_several_parts_says_that_their_order_is_not_followed(tmp_path):
    document, report = formats.read(zipped(tmp_path / "x.zip", {"imsmanifest.xml": SCORM_2004, "a.html": ""}))
    said = document.nodes[0].settings
    assert (said["standard"], said["mastery"], len(said["items"])) == ("scorm2004", 0.7, 2)
    assert report.items[0].code == "no_sequencing"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"imsmanifest.xml": SCORM_12}, "no_start"),
        ({"imsmanifest.xml": SCORM_12[:300] + "adlcp"}, "not_xml"),
        ({"imsmanifest.xml": '<!DOCTYPE a [<!ENTITY x "adlcp">]><manifest>&x;</manifest>'}, "not_xml"),
        ({"imsmanifest.xml": SCORM_12, "../x": "1"}, "outside"),
        ({"imsmanifest.xml": "<adlcp>" + "<a>" * 5000}, "not_xml"),
    ],
)
def test_what_is_no_scorm(tmp_path, files, code):
    document, report = formats.read(zipped(tmp_path / "x.zip", files))
    assert document is None
    assert report.refusal.code == code
    assert report.as_json()["refused"]["reason"]


def test_h5p(tmp_path):
    files = {
        "h5p.json": json.dumps(H5P),
        "content/content.json": json.dumps(QUIZ),
        "H5P.QuestionSet-1.20/library.json": "{}",
    }
    document, report = formats.read(zipped(tmp_path / "x.h5p", files))
    said = document.nodes[0].settings
    assert (report.format, document.language, document.licence) == ("h5p", "el", "CC BY 4.0")
    assert document.credit == "School of gardens"
    assert (said["standard"], said["main"], said["version"]) == ("h5p", "H5P.QuestionSet", "1.20")
    assert said["words"] == "What is loam soil? Sand holds water"
    assert dict(report.questions) == {"multiple": 1, "true_false": 1}
    assert [item.code for item in report.items] == ["", "own_code", "no_library"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"h5p.json": "{"}, "not_json"),
        ({"h5p.json": "[" * 100_000}, "not_json"),
        ({"h5p.json": json.dumps(H5P)}, "missing"),
        ({"h5p.json": json.dumps(H5P), "content/content.json": '{"a":' * 60 + "1" + "}" * 60}, "too_deep"),
        ({"h5p.json": "{}", "content/content.json": "{}"}, "missing"),
    ],
)
def test_what_is_no_h5p(tmp_path, files, code):
    assert formats.read(zipped(tmp_path / "x.h5p", files))[1].refusal.code == code


def test_keys_are_stable(tmp_path):
    path = zipped(tmp_path / "x.zip", {"imsmanifest.xml": SCORM_2004, "a.html": ""})
    assert formats.read(path)[0] == formats.read(path)[0]
