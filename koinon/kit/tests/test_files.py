"""Files: content decides, images are written anew, bombs and disguises are refused, nothing is left behind."""

import io
import struct
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageOps

from koinon.kit import files
from koinon.kit.models import Upload
from koinon.kit.verbs import VISITOR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(form="JPEG", size=(40, 30), **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, form, **options)
    return buffer.getvalue()


def upload(data, name="photo.jpg"):
    return SimpleUploadedFile(name, data)


def test_an_image_is_written_anew_without_metadata():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    kept = files.keep_image(file=upload(picture(exif=exif)), alt="A lake", person=uuid4())
    data = files.path_of(kept).read_bytes()
    assert (kept.media_type, kept.width, kept.height, kept.alt) == ("image/webp", 40, 30, "A lake")
    assert b"taken at home" not in data
    assert data[8:12] == b"WEBP"


def test_a_large_image_is_made_smaller():
    kept = files.keep_image(file=upload(picture(size=(4000, 1000))), alt="", person=None)
    assert (kept.width, kept.height) == (1600, 400)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data", [b"<script>alert(1)</script>", SVG, b"GIF89a" + bytes(30), b"\x89PNG\r\n\x1a\n", b"%PDF-1.7"]
)
def test_what_is_no_image_is_refused_whatever_its_name(data, media):
    with pytest.raises(ValidationError):
        files.keep_image(file=upload(data), alt="", person=None)
    assert not Upload.objects.exists()
    assert not list(media.rglob("*.*"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "CMYK"])
def test_a_picture_of_any_kind_is_turned_upright_and_made_small(form, mode):
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    drawn = Image.new("RGB", (2000, 1000), "teal")
    usual = {"JPEG": ("RGB", "L", "CMYK"), "PNG": ("RGB", "L", "P", "RGBA"), "WEBP": ("RGB", "RGBA")}[form]
    drawn.convert(mode if mode in usual else usual[0]).save(buffer, form, exif=exif)
    kept = files.keep_image(file=upload(buffer.getvalue()), alt="", person=None)
    assert (kept.width, kept.height) == (800, 1600)
    with Image.open(files.path_of(kept)) as seen:
        red, green, blue = seen.convert("RGB").getpixel((400, 800))
    assert red < 40 or mode == "L"
    assert abs(green - blue) < 12


@pytest.mark.parametrize("wrong", [struct.error, OverflowError, IndexError, MemoryError])
def test_whatever_a_decoder_stumbles_over_is_said_beside_the_field(wrong, monkeypatch):
    def stumble(_):
        raise wrong

    monkeypatch.setattr(ImageOps, "exif_transpose", stumble)
    with pytest.raises(ValidationError, match="not an image we can read"):
        files.keep_image(file=upload(picture()), alt="", person=None)


def test_an_image_bomb_is_refused():
    with pytest.raises(ValidationError):
        files.keep_image(file=upload(picture("PNG", (9000, 9000)), "bomb.png"), alt="", person=None)


def test_too_large_and_empty_files_are_refused(settings):
    settings.KOINON_MAX_UPLOAD = 100
    with pytest.raises(ValidationError, match="larger than"):
        files.keep_document(file=upload(b"%PDF-" + bytes(200)), person=None)
    with pytest.raises(ValidationError, match="empty"):
        files.keep_document(file=upload(b""), person=None)


def test_a_letter_may_be_a_pdf_or_a_photo():
    assert files.keep_document(file=upload(b"%PDF-1.7 letter", "a.pdf"), person=None).media_type == "application/pdf"
    assert files.keep_document(file=upload(picture(), "a.jpg"), person=None).media_type == "image/webp"
    with pytest.raises(ValidationError, match="PDF or a photo"):
        files.keep_document(file=upload(b"MZ program", "a.pdf"), person=None)


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix"),
    [(zipped("xl/workbook.xml"), ".xlsx"), (zipped("content.xml"), ".ods"), (b"name,country\nx,AL\n", ".csv"),
     ("name\tcountry".encode("utf-16"), ".csv")],
)  # fmt: skip
def test_a_spreadsheet_is_known_by_its_content(data, suffix):
    assert Path(files.keep_sheet(file=upload(data, "list.exe"), person=None).name).suffix == suffix


@pytest.mark.parametrize("data", [zipped("evil.js"), b"PK\x03\x04 broken", b"\x00\x01\x02binary", b"%PDF-1.4"])
def test_other_things_are_no_spreadsheet(data):
    with pytest.raises(ValidationError, match="spreadsheet"):
        files.keep_sheet(file=upload(data, "list.xlsx"), person=None)


def test_names_cannot_leave_the_folder(media):
    kept = files.keep_document(file=upload(b"%PDF-1.7", "../../etc/passwd.pdf"), person=None)
    assert media in files.path_of(kept).parents
    assert "/" not in kept.name


def test_files_are_served_without_trust(enter, stranger, milos, organisation):
    kept = files.keep_document(file=upload(b"%PDF-1.7", "a.pdf"), person=milos.pk, scope=organisation.pk)
    address = f"/files/{kept.pk}/"
    answer = enter(milos).get(address)
    assert answer.status_code == 200
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert enter(stranger).get(address).status_code == 404


def test_a_file_of_a_scope_is_for_the_role_it_is_kept_for(milos, vesa, rival, stranger, network, acting):
    facts = {"sha256": "cd" + "0" * 62, "name": "list.csv", "media_type": "text/csv", "size": 1, "scope": network.pk}
    for_all = Upload.objects.create(**facts, person=milos.pk)
    for_staff = Upload.objects.create(**facts, person=milos.pk, kept_for="coordinator")
    own = Upload.objects.create(**{**facts, "scope": None}, person=milos.pk)
    made = Upload.objects.create(**facts, person=milos.pk, until=timezone.now())
    Upload.objects.create(**facts, person=stranger.pk, until=timezone.now())
    seen = {
        name: set(Upload.objects.visible_to(me))
        for name, me in {**{each.name: acting(each) for each in (milos, vesa, rival, stranger)}, "": VISITOR}.items()
    }
    assert seen[vesa.name] == {for_all, for_staff}
    assert seen[milos.name] == {for_all, own, made}  # who brought a file keeps no key to what belongs to the network
    assert not any(seen[name] for name in (rival.name, stranger.name, ""))


@pytest.mark.parametrize("name", ["letter.exe", "letter\u202e.exe", "../letter.exe"])
def test_a_letter_is_saved_under_the_ending_of_what_it_is(name):
    assert files.keep_document(file=upload(b"%PDF-1.7 ...", name), person=None).name == "letter.pdf"
