"""Files taken over through the pages: the report, a draft or questions, nothing behind when refused, and attacks."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koinon.kit import files
from koinon.kit.models import Upload, Work
from koinon.learning.clock import exports, imports
from koinon.learning.models import Course, CourseImport, Package, Question
from koinon.learning.tests.hostile import raw_zip, zipped
from koinon.learning.tests.test_packages import SCORM_12
from koinon.network.models import Mandate
from tests import factories

pytestmark = pytest.mark.django_db
GIFT = b"::Capital:: Which city? {=Tirana ~Serres}\n\n::Moon:: The moon is a star. {F}\n"
PAGES = "/course-imports/"
WORKS = {each.name: each for each in (imports.read_file, imports.take_over, exports.write_course)}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    return settings.KOINON_DATA


def work():
    """Run everything that waits, as the worker does, until nothing waits."""
    while rows := list(Work.objects.filter(state="waiting").order_by("pk")):
        for row in rows:
            with TestCase.captureOnCommitCallbacks(execute=True):
                WORKS[row.task].func(work_id=str(row.pk))


def scorm(path: Path, **more: str) -> bytes:
    files = {"imsmanifest.xml": SCORM_12, "my home/index.html": "<p>x", "work.html": "<p>y", **more}
    return zipped(path / "fire.zip", files).read_bytes()


def send(client, *given, language="en", home=""):
    uploads = [SimpleUploadedFile(name, data) for name, data in given]
    return client.post(PAGES, {"upload": uploads, "language": language, "home": home})


@pytest.fixture
def home(school, network):
    return f"{school.pk}:{network.pk}"


def folder_is_clean(folder):
    """No drafts of any kind, no file that no row names."""
    kept = {upload.sha256 for upload in Upload.objects.all()}
    assert {path.name for path in (folder / "files").rglob("*") if path.is_file()} == kept
    assert not any((folder / "drafts").glob("*"))


def test_a_file_becomes_a_report_and_then_a_draft(enter, mara, home, own_folder, tmp_path):
    client = enter(mara)
    data = scorm(tmp_path)
    answer = send(client, ("Fire safety.zip", data), home=home)
    row = CourseImport.objects.get()
    assert answer["Location"] == f"{PAGES}{row.pk}/"
    assert "http-equiv" in client.get(answer["Location"]).content.decode()
    work()
    page = client.get(answer["Location"]).content.decode()
    assert "Fire safety" in page
    assert "What must be done before is not enforced" in page
    assert not Course.objects.exists()
    for _twice in range(2):
        client.post(f"{PAGES}{row.pk}/take/")
    assert Work.objects.filter(task="learning.import_take").count() == 1
    work()
    row.refresh_from_db()
    course = Course.objects.get()
    assert (row.state, row.course) == ("taken", course)
    assert not course.is_published
    assert course.network.slug == "lake-cities"
    package = Package.objects.get()
    assert (package.kind, package.launch) == ("scorm12", "my home/index.html?x=1&lang=en")
    assert (own_folder / "packages" / package.asset.upload.sha256 / "my home" / "index.html").is_file()
    client.post(f"{PAGES}{row.pk}/take/")
    work()
    assert Course.objects.count() == 1
    original = client.get(f"{PAGES}{row.pk}/original/")
    assert b"".join(original.streaming_content) == data
    assert "attachment" in original["Content-Disposition"]
    folder_is_clean(own_folder)


def test_the_report_is_there_for_other_programs(enter, mara, home, tmp_path):
    client = enter(mara)
    send(client, ("=cmd.zip", scorm(tmp_path)), home=home)
    work()
    row = CourseImport.objects.get()
    said = json.loads(client.get(f"{PAGES}{row.pk}/report.json").content)
    assert (said["format"], said["is_importable"], said["changed"]) == ("scorm", True, 1)
    sheet = client.get(f"{PAGES}{row.pk}/report.csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(sheet)))
    assert lines[0][0] == "Place in the file"
    assert len(lines) == 1 + len(said["items"])
    assert b"Kept" in client.get(f"{PAGES}{row.pk}/?show=kept").content
    assert client.get(f"{PAGES}{row.pk}/?show=nonsense&page=99").status_code == 200


def test_words_of_a_report_do_not_run_in_a_sheet():
    from koinon.learning.engine import reports
    from koinon.learning.queries import imports as queries

    report = reports.Report("scorm")
    report.kept("a", "=HYPERLINK(1)", "page")
    row = CourseImport(format="scorm", report=queries.kept(report))
    assert "'=HYPERLINK(1)" in queries.as_csv(row)


def test_questions_go_into_the_bank(enter, mara, home, school):
    client = enter(mara)
    send(client, ("bank.gift", GIFT), home=home)
    work()
    row = CourseImport.objects.get()
    assert (row.format, row.report["questions"]) == ("gift", {"single": 1, "true_false": 1})
    client.post(f"{PAGES}{row.pk}/bank/")
    work()
    row.refresh_from_db()
    assert (row.state, row.questions, row.course) == ("taken", 2, None)
    assert Question.objects.filter(organisation=school).count() == 2
    for form in ("gift", "moodle_xml"):
        assert b"Tirana" in client.get(f"/questions/export/{school.pk}/{form}/").content
    assert client.get(f"/questions/export/{school.pk}/cartridge/").status_code == 404


def test_a_folder_of_packages_is_unpacked(enter, mara, home, own_folder, tmp_path):
    inside = {"a/fire.zip": scorm(tmp_path), "b/bank.gift": GIFT, "readme.bin": b"\x00\x01"}
    folder = zipped(tmp_path / "all.zip", inside).read_bytes()
    client = enter(mara)
    send(client, ("all.zip", folder), home=home)
    work()
    whole = CourseImport.objects.get(batch=None)
    assert whole.state == "unpacked"
    rows = CourseImport.objects.filter(batch=whole.pk).order_by("name")
    assert [(row.name, row.state, row.format) for row in rows] == [
        ("bank.gift", "read", "gift"), ("fire.zip", "read", "scorm"),
    ]  # fmt: skip
    assert b"fire.zip" in client.get(f"{PAGES}{whole.pk}/").content
    folder_is_clean(own_folder)


def test_several_files_at_once(enter, mara, home, tmp_path):
    answer = send(enter(mara), ("a.gift", GIFT), ("b.zip", scorm(tmp_path)), home=home)
    assert answer["Location"] == PAGES
    work()
    assert sorted(CourseImport.objects.values_list("state", flat=True)) == ["read", "read"]


def _bomb(tmp_path):
    return zipped(tmp_path / "bomb.zip", {"imsmanifest.xml": SCORM_12, "zeros": b"\x00" * 200_000_000}).read_bytes()


def _many(tmp_path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    return (tmp_path / "many.zip").read_bytes()


HOSTILE = {
    "a bomb": (_bomb, "far more than its size"),
    "100,000 files": (_many, "more than 5000 files"),
    "slip": (lambda _: raw_zip([(b"../../evil.txt", b"x")]), "outside itself"),
    "absolute": (lambda _: raw_zip([(b"/etc/passwd", b"x")]), "outside itself"),
    "symlink": (lambda _: raw_zip([(b"link", b"/etc/passwd")], attributes=0o120777 << 16), "no plain file"),
    "wrong encoding": (lambda _: raw_zip([(b"\xff\xfe\x00bad", b"x")], flags=0x800), ""),
    "nothing we know": (lambda _: b"\x00\x01\x02 hello", "do not know this kind"),
    "not what it says": (lambda _: b"PK\x03\x04" + b"\x00" * 100, "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_means_harm_is_refused_and_leaves_nothing(enter, mara, home, own_folder, tmp_path, name):
    make, words = HOSTILE[name]
    client = enter(mara)
    answer = send(client, ("course.zip", make(tmp_path)), home=home)
    assert answer.status_code == 302
    work()
    row = CourseImport.objects.get()
    assert row.state == "refused"
    page = client.get(answer["Location"]).content.decode()
    assert "This file cannot be taken over" in page
    assert words in page
    assert not Upload.objects.exists()
    assert not Course.objects.exists()
    folder_is_clean(own_folder)
    client.post(f"{PAGES}{row.pk}/take/")
    assert not Course.objects.exists()


def test_too_large_or_empty_is_said_beside_the_field(enter, mara, home, settings):
    settings.KOINON_MAX_UPLOAD = 1000
    client = enter(mara)
    for data, words in ((b"x" * 1001, "larger than"), (b"", "empty")):
        page = send(client, ("a.gift", data), home=home)
        assert page.status_code == 200
        assert words in page.content.decode()
    assert not CourseImport.objects.exists()
    assert not Upload.objects.exists()


def test_a_name_can_do_no_harm(enter, mara, home):
    names = ("../../../etc/x.gift", "<b>bold</b>.gift", "ž" * 180 + ".gift", ".gift", "a/b\\c.gift")
    client = enter(mara)
    for name in names:
        send(client, (name, GIFT), home=home)
    work()
    for row in CourseImport.objects.all():
        assert row.state == "read"
        assert "/" not in row.name
        assert "<b>bold" not in client.get(f"{PAGES}{row.pk}/").content.decode()


def test_others_find_nothing(enter, mara, home, rival, stranger, vesa, tmp_path):
    send(enter(mara), ("bank.gift", GIFT), home=home)
    work()
    row = CourseImport.objects.get()
    speaker = factories.representative(factories.member(factories.network()))
    for person in (rival, stranger, vesa, speaker):
        client = enter(person)
        for end in ("", "report.json", "report.csv", "original/"):
            assert client.get(f"{PAGES}{row.pk}/{end}").status_code in (302, 404)
        for step in ("take", "bank", "drop", "stop", "again"):
            assert client.post(f"{PAGES}{row.pk}/{step}/").status_code in (302, 404)
    assert send(enter(speaker), ("bank.gift", GIFT), home=home).status_code == 200
    row.refresh_from_db()
    assert row.state == "read"
    assert CourseImport.objects.count() == 1


def test_who_no_longer_speaks_takes_nothing(enter, mara, home):
    client = enter(mara)
    send(client, ("bank.gift", GIFT), home=home)
    work()
    row = CourseImport.objects.get()
    client.post(f"{PAGES}{row.pk}/take/")
    Mandate.objects.filter(person=mara).update(cut_at=timezone.now())
    work()
    row.refresh_from_db()
    assert row.state == "read"
    assert "Only who speaks" in row.work.result["problem"]
    assert not Course.objects.exists()


def test_forgotten_with_its_file(enter, mara, home, own_folder):
    client = enter(mara)
    send(client, ("bank.gift", GIFT), home=home)
    work()
    row = CourseImport.objects.get()
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(f"{PAGES}{row.pk}/drop/")
    row.refresh_from_db()
    assert (row.state, row.upload, row.report) == ("dropped", None, {})
    assert client.get(f"{PAGES}{row.pk}/").status_code == 404
    folder_is_clean(own_folder)


def test_stopped_and_read_again(enter, mara, home):
    client = enter(mara)
    send(client, ("bank.gift", GIFT), home=home)
    row = CourseImport.objects.get()
    client.post(f"{PAGES}{row.pk}/stop/")
    work()
    row.refresh_from_db()
    assert (row.state, row.work.state) == ("waiting", "cancelled")
    assert "Reading was stopped" in client.get(f"{PAGES}{row.pk}/").content.decode()
    client.post(f"{PAGES}{row.pk}/again/")
    work()
    row.refresh_from_db()
    assert row.state == "read"


def test_reading_twice_changes_nothing(enter, mara, home):
    """A worker that died: its job runs again."""
    send(enter(mara), ("bank.gift", GIFT), home=home)
    row = CourseImport.objects.get()
    imports.read_file.func(work_id=str(row.work_id))
    Work.objects.filter(pk=row.work_id).update(state="running")
    imports.read_file.func(work_id=str(row.work_id))
    row.refresh_from_db()
    assert row.state == "read"
    assert len(row.report["items"]) == 2


def test_killed_while_it_is_taken_leaves_nothing_and_goes_on(enter, mara, home, monkeypatch):
    client = enter(mara)
    send(client, ("bank.gift", GIFT), home=home)
    work()
    row = CourseImport.objects.get()
    client.post(f"{PAGES}{row.pk}/take/")
    row.refresh_from_db()
    from koinon.learning.actions import taking

    class Killed(BaseException):
        pass

    def die(self, node, row):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(taking._Tree, "_ask", die)
        with pytest.raises(Killed):
            imports.take_over.func(work_id=str(row.work_id))
    assert not Course.objects.exists()
    assert not Question.objects.exists()
    imports.take_over.func(work_id=str(row.work_id))
    row.refresh_from_db()
    assert row.state == "taken"
    assert Course.objects.count() == 1


def test_lists_cost_the_same_for_one_and_three(enter, mara, home):
    client = enter(mara)
    counts = []
    for number in (1, 3):
        while CourseImport.objects.count() < number:
            send(client, (f"{number}.gift", GIFT), home=home)
        work()
        with CaptureQueriesContext(connection) as caught:
            client.get(PAGES)
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("form", ["cartridge", "koinon_json", "html_zip"])
def test_a_course_leaves_as_a_file(enter, mara, course, version, form):
    client = enter(mara)
    answer = client.post(f"/courses/{course.slug}/export/", {"form": form})
    work()
    page = client.get(answer["Location"])
    assert b"Download" in page.content
    row = Work.objects.get(task="learning.export")
    kept = Upload.objects.get(pk=row.result["upload"])
    assert zipfile.is_zipfile(files.path_of(kept))


def test_all_rights_reserved_stay_with_the_owner(enter, mara, course, version, milos, stranger):
    Course.objects.filter(pk=course.pk).update(is_public=True)
    address = f"/courses/{course.slug}/export/"
    assert enter(milos).get(address).status_code == 200
    assert enter(stranger).get(address).status_code == 404, "right answers go along"
    Course.objects.filter(pk=course.pk).update(licence="reserved")
    assert enter(mara).get(address).status_code == 200
    for person in (milos, stranger):
        assert enter(person).get(address).status_code == 404
        assert enter(person).post(address, {"form": "koinon_json"}).status_code == 404
    assert not Work.objects.exists()


def test_terms_that_changed_meanwhile_count(enter, mara, course, version, milos):
    Course.objects.filter(pk=course.pk).update(is_public=True)
    enter(milos).post(f"/courses/{course.slug}/export/", {"form": "koinon_json"})
    Course.objects.filter(pk=course.pk).update(licence="reserved")
    work()
    assert Work.objects.get().result == {}
    assert not Upload.objects.exists()


def test_a_quiz_leaves_for_who_writes_it(enter, mara, arben, course, quiz, stranger, luka):
    address = f"/courses/{course.slug}/export/{quiz.key}/moodle_xml/"
    for person in (mara, arben):
        assert b"Which one?" in enter(person).get(address).content
    for person in (stranger, luka):
        assert enter(person).get(address).status_code == 404


def test_a_report_waits_on_the_desk_of_who_sent_it(enter, mara, arben, home):
    client = enter(mara)
    send(client, ("bank.gift", GIFT), home=home)
    work()
    row = CourseImport.objects.get()
    assert f"{PAGES}{row.pk}/" in client.get("/desk/").content.decode()
    client.post(f"{PAGES}{row.pk}/bank/")
    work()
    assert f"{PAGES}{row.pk}/" not in client.get("/desk/").content.decode()


def test_data_and_forgetting(enter, mara, home):
    from koinon.learning.lends import packages

    send(enter(mara), ("bank.gift", GIFT), home=home)
    assert packages.sent(mara)["course_imports"][0]["name"] == "bank.gift"
    packages.forget_sender(mara)
    assert CourseImport.objects.get().person is None
    assert packages.sent(mara) == {"course_imports": []}
