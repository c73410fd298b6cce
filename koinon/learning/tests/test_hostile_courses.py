"""Whatever is inside a file that looks like a course: it is read, or refused with a reason; nothing else comes out."""
# ruff: noqa: E501

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.learning import formats
from koinon.learning.formats import cartridge, html_zip, koinon_json
from koinon.learning.tests import moodle, test_cartridge, test_documents_format, test_packages
from koinon.learning.tests.hostile import zipped

SAMPLES = {
    "cartridge": {"imsmanifest.xml": test_cartridge.MANIFEST.format(minor=3), **test_cartridge.FILES},
    "scorm": {"imsmanifest.xml": test_packages.SCORM_12, "my home/index.html": "", "work.html": ""},
    "scorm 2004": {"imsmanifest.xml": test_packages.SCORM_2004, "a.html": ""},
    "docx": test_documents_format.DOCX,
    "odt": test_documents_format.ODT,
    "moodle": moodle.whole(),
}
XMLS = [(name, file) for name, files in SAMPLES.items() for file in files if file.endswith((".xml", ".rels"))]
EVIL = [
    "",
    "-1",
    "1e999",
    "nan",
    "999999999999",
    "../../etc/passwd",
    "javascript:alert(1)",
    "\u202e",
    "x" * 2000,
    "%",
    "$@NULL@$",
]
PATIENT = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def taken(path):
    document, report = formats.read(path)
    assert (document is None) == (report.refusal is not None)
    assert report.as_json()
    return document


@PATIENT
@given(file=st.sampled_from(XMLS), place=st.integers(0, 10**6), value=st.sampled_from(EVIL), what=st.sampled_from(["text", "value", "drop", "double"]))  # fmt: skip
def test_every_value_may_be_anything(tmp_path, file, place, value, what):
    name, inner = file
    text = str(SAMPLES[name][inner])
    if what in ("text", "value"):
        found = list(re.finditer(r">([^<>]+)<" if what == "text" else r"=[\"\']([^\"\'<>]*)[\"\']", text))
    else:
        found = list(re.finditer(r"(<(\w[\w:]*)[^<>]*>[^<>]*</\2>)", text))
    if found:
        match = found[place % len(found)]
        new = {"drop": "", "double": match.group(1) * 2}.get(what, value)
        text = text[: match.start(1)] + new + text[match.end(1) :]
    document = taken(zipped(tmp_path / "x.zip", {**SAMPLES[name], inner: text}))
    if document is not None:
        for index, form in enumerate((cartridge.FORMAT, koinon_json.FORMAT, html_zip.FORMAT)):
            form.write(document, tmp_path / f"{index}.zip", "en")
        again = taken(tmp_path / "1.zip")
        assert again is not None
        assert (len(again.nodes), len(again.questions)) == (len(document.nodes), len(document.questions))
        assert taken(tmp_path / "0.zip") is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_files_may_be_missing(tmp_path, name):
    for missing in SAMPLES[name]:
        taken(zipped(tmp_path / "x.zip", {file: text for file, text in SAMPLES[name].items() if file != missing}))
