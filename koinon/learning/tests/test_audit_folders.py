"""A folder of packages from the command line: what would come of it, and sent for an organisation."""

import json

import pytest
from click.testing import CliRunner

from koinon.config import courses
from koinon.config.cli import cli
from koinon.learning.models import CourseImport
from koinon.learning.tests.test_imports import work

FIRE = "# Fire safety\n\nWalk, do not run.\n\n## Exits\n\nThere are two."


@pytest.fixture
def folder(tmp_path):
    """Two texts, one of them deeper, something that is no course; what is hidden or a link is passed over."""
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "exits.md").write_text(FIRE)
    (tmp_path / "fire.md").write_text(FIRE)
    (tmp_path / "nothing.bin").write_bytes(b"nothing")
    (tmp_path / ".hidden.md").write_text(FIRE)
    (tmp_path / "link.md").symlink_to(tmp_path / "fire.md")
    return tmp_path


def check(path):
    done = CliRunner().invoke(cli, ["course", "check", str(path)])
    return done.exit_code, json.loads(done.stdout)


def test_a_folder_is_checked_file_by_file(folder):
    code, said = check(folder)
    assert code == 2
    verdicts = [(each["file"], each["is_importable"]) for each in said]
    assert verdicts == [("deeper/exits.md", True), ("fire.md", True), ("nothing.bin", False)]
    assert said[2]["refused"]["code"] == "unknown_format"
    (folder / "nothing.bin").unlink()
    assert check(folder)[0] == 0
    assert check(folder / "fire.md")[1]["is_importable"] is True


@pytest.mark.django_db
def test_a_folder_is_sent_and_waits_for_who_speaks_for_the_organisation(folder, school, mara, stranger, enter, capsys):
    assert courses.bring(path=folder, organisation="school", language="en") == 0
    sent = json.loads(capsys.readouterr().out)
    assert [each["file"] for each in sent] == ["deeper/exits.md", "fire.md", "nothing.bin"]
    assert set(CourseImport.objects.values_list("organisation", "person", "state")) == {(school.pk, None, "waiting")}
    assert "exits.md" in enter(mara).get("/course-imports/").content.decode()
    assert enter(stranger).get("/course-imports/").status_code == 404
    work()
    states = dict(CourseImport.objects.values_list("name", "state"))
    assert states == {"exits.md": "read", "fire.md": "read", "nothing.bin": "refused"}
    assert courses.bring(path=folder, organisation="nobody", language="en") == 2
    assert CourseImport.objects.count() == 3
