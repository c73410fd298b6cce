"""Readers that are not ours: pyslet takes and scores our cartridges' quizzes, pikepdf looks into our PDFs."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import segno

from koinon.events.queries import badges
from koinon.events.queries import certificates as attendance
from koinon.kit import pdf
from koinon.learning.formats.cartridge import FORMAT
from koinon.learning.queries import certificates
from koinon.learning.tests.test_cartridge import a_course
from koinon.network.actions import letters

ROOT = Path(__file__).resolve().parents[2]
SOURCE, PLACE = ROOT / "tests" / "judges" / "readers", ROOT / "var" / "judges-readers"
PYTHON = PLACE / "bin" / "python"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader():
    """reader(script, file, asked) -> what it says; the readers live in an environment of their own, not in ours."""
    pinned, kept = (SOURCE / "requirements.txt").read_text(), PLACE / "installed.txt"
    if not kept.exists() or kept.read_text() != pinned:
        install = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "-r",
            SOURCE / "requirements.txt",
        ]
        try:
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", PLACE], check=True, capture_output=True, timeout=120
            )
            subprocess.run(install, check=True, capture_output=True, text=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
            absent = pytest.fail if os.environ.get("KOINON_JUDGES") == "must" else pytest.skip
            absent(f"pip could not install the readers: {str(problem.stderr or problem)[-300:]}")
        kept.write_text(pinned)

    def read(script, file, asked=None):
        command = [PYTHON, "-W", "ignore", SOURCE / script, file]
        done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return read


def test_another_reader_takes_a_quiz_and_scores_it_as_we_do(reader, tmp_path):
    FORMAT.write(a_course(), tmp_path / "x.imscc", "en")
    answers = {
        "q1": [["a"], ["b"]],
        "q2": [["a", "b"], ["a"], ["a", "b", "c"], ["c"]],
        "q3": [["true"], ["false"]],
    }
    assert reader("quiz.py", tmp_path / "x.imscc", answers) == {
        "q1": {"most": 1, "shares": [1.0, 0.0]},
        "q2": {"most": 3, "shares": [1.0, 0.0, 0.0, 0.0]},
        "q3": {"most": 1, "shares": [0.0, 1.0]},
    }


def code(kind):
    file = io.BytesIO()
    segno.make("https://example.org/badges/1").save(file, kind=kind)
    return list(file.getvalue())


CERTIFICATE = {
    "title": "Буџет · Lukë", "kicker": "Badge", "badge": "Буџет", "given_to": "given to", "name": "Lukë",
    "description": "Short", "criteria_label": "For it", "criteria": ["Read", "Do"], "competences_label": "Shows",
    "competences": ["Reading", "Counting"], "picture": code("png"), "picture_alt": "A leaf", "qr": code("svg"),
    "qr_alt": "A code", "check": "Check", "address": "https://example.org/badges/1?key=x", "issuer": "Hub",
    "address_shown": "https://example.org/badges/1", "did": "did:web:example.org", "id": "urn:uuid:1",
    "dates": "Given on 1 May", "endorsed": "", "state": "",
}  # fmt: skip
LETTER = {
    "sender": "Hub", "sender_line": "https://example.org", "addressee": ["Lukë", "Tirana"], "reference": ["1/2026"],
    "subject": "Буџет", "paragraphs": ["One", "Two"], "facts": [["a", "b"]], "closing": ["Hub"], "footer": "1/2026",
}  # fmt: skip


ATTENDED = {
    "title": "Потврда · Lukë", "name": "Lukë", "event": "Буџет", "organisation": "Hub", "kind": "Workshop",
    "when": "1 May", "where": "Tirana", "time": "5 h", "given_on": "2 May", "confirms": "This confirms that",
    "attended": "has attended", "time_label": "Time", "when_label": "Days", "where_label": "Place", "given": "Given",
    "check": "Check", "address": "https://example.org/certificates/1", "code": "1", "qr": code("svg"),
    "qr_alt": "A code", "funder": "Fund", "revoked": "",
}  # fmt: skip
NAME_BADGES = {
    "title": "Name badges", "event": "Буџет · 1 May", "organisation": "Hub",
    "people": [
        {"name": f"Lukë {number}", "size": 19, "organisation": "Hub", "qr": code("svg"), "alt": "A code", "below": ""}
        for number in range(12)
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "words", "figures"),
    [
        (certificates.TEMPLATE, CERTIFICATE, ["A leaf", "A code"]), (letters.TEMPLATE, LETTER, []),
        (attendance.TEMPLATE, ATTENDED, ["A code"]), (badges.TEMPLATE, NAME_BADGES, ["A code"] * 12),
    ],
    ids=["certificate", "letter", "attendance", "badges"],
)  # fmt: skip
def test_another_reader_finds_a_paper_archival_and_accessible(reader, tmp_path, template, words, figures):
    (tmp_path / "x.pdf").write_bytes(pdf.write(template, words, language="mk"))
    said = reader("paper.py", tmp_path / "x.pdf")
    assert said["findings"] == []
    facts = said["facts"]
    assert (facts["part"], facts["level"], facts["accessible"]) == ("2", "A", "1")
    assert (facts["language"], facts["is_tagged"], facts["shows_title"]) == ("mk", True, True)
    assert facts["title"].startswith(words.get("title", words.get("subject")))
    assert {"/H1", "/P"} <= set(facts["kinds"])
    assert facts["figures"] == figures
