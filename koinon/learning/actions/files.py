"""Files of courses: kept once per organisation under the hash of their bytes, with words for who cannot see or hear."""

import contextlib
import hashlib
import io
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from koinon.kit import files, prose
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.actions.bank import NOT_BANK
from koinon.learning.engine import documents, names
from koinon.learning.models import Asset
from koinon.network.models import Organisation

ALT, TRANSCRIPT = 300, 60_000
PICTURES = tuple(files.IMAGES.values())
HEARD = ("audio/", "video/")
_SIGNS: tuple[tuple[bytes, int, str], ...] = (
    (b"ID3", 0, "audio/mpeg"), (b"\xff\xfb", 0, "audio/mpeg"), (b"\xff\xf3", 0, "audio/mpeg"),
    (b"\xff\xf2", 0, "audio/mpeg"), (b"OggS", 0, "audio/ogg"), (b"WAVE", 8, "audio/wav"), (b"fLaC", 0, "audio/flac"),
    (b"ftypM4A", 4, "audio/mp4"), (b"ftyp", 4, "video/mp4"), (b"\x1aE\xdf\xa3", 0, "video/webm"),
    (b"%PDF-", 0, "application/pdf"),
)  # fmt: skip
_BY_NAME = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation", "application/zip",
)  # fmt: skip
_TEXTS = ("text/plain", "text/csv", "text/markdown")


@verb("learning.file_kept", rule=rules.keeps_bank, refusal=NOT_BANK)
def keep(
    *, by: Actor, organisation: Organisation, file: UploadedFile, alt: Mapping[str, str] | None = None,
    transcript: Mapping[str, str] | None = None, is_decoration: bool = False, licence: str = "", credit: str = "",
) -> Asset:  # fmt: skip
    """Keep a file that somebody chose: pictures are written anew, all else is told by its content."""
    data = file.read()
    file.seek(0)
    kind = told(data, file.name or "")
    if not kind:
        raise ValidationError({"file": [_("We take pictures, sound, video, PDF, office documents and plain text.")]})
    asset = documents.Asset(
        hashlib.sha256(data).hexdigest(), file.name or "file", kind, len(data), alt or {}, transcript or {}, licence,
        credit, lambda: data,
    )  # fmt: skip
    if kind in PICTURES and not is_decoration and not any((alt or {}).values()):
        raise ValidationError({"alt": [_("Say in a few words what the picture shows, or tick that it is decoration.")]})
    made = take(by, organisation, asset)
    if is_decoration and not made.is_decoration:
        made.is_decoration = True
        made.save(update_fields=["is_decoration"])
    return made


@verb("learning.file_kept_of_course", rule=rules.keeps_bank, refusal=NOT_BANK)
def keep_bytes(*, by: Actor, organisation: Organisation, asset: documents.Asset) -> Asset:
    """Keep a file of a course that was read from elsewhere."""
    return take(by, organisation, asset)


@verb("learning.file_described", rule=rules.keeps_bank, refusal=NOT_BANK)
def describe(
    *, by: Actor, organisation: Organisation, asset: Asset, alt: Mapping[str, str], transcript: Mapping[str, str],
    is_decoration: bool = False, licence: str = "", credit: str = "", name: str = "",
) -> Asset:  # fmt: skip
    """Words of a file, language by language, and under which terms it may be used."""
    if asset.organisation_id != organisation.pk:
        raise ValidationError(_("Please choose one of the list."))
    asset.alt, asset.transcript = _lines(alt), _texts(transcript)
    asset.is_decoration, asset.licence, asset.credit = is_decoration, licence[:20], prose.line(credit)[:300]
    asset.name = prose.line(name)[:200] or asset.name
    asset.save()
    return asset


def take(by: Actor, organisation: Organisation, asset: documents.Asset) -> Asset:
    """Inside a verb: the row of a file; the same bytes are one row, and words and terms that it lacks are added."""
    row = Asset.objects.filter(organisation=organisation, key=asset.key[:64]).first()
    if row is not None:
        row.alt, row.transcript = {**_lines(asset.alt), **row.alt}, {**_texts(asset.transcript), **row.transcript}
        if not row.licence and not row.credit:
            row.licence, row.credit = asset.licence[:20], prose.line(asset.credit)[:300]
        row.save(update_fields=["alt", "transcript", "licence", "credit"])
        return row
    name = prose.line(asset.name)[:200] or "file"
    return Asset.objects.create(
        organisation=organisation, upload=_kept(by, asset, name), key=asset.key[:64], name=name, alt=_lines(asset.alt),
        transcript=_texts(asset.transcript), licence=asset.licence[:20], credit=prose.line(asset.credit)[:300],
    )  # fmt: skip


def told(data: bytes, name: str) -> str:
    """The kind of a file by its first bytes (office files and plain text also by their name); "" for what we refuse."""
    if picture := _picture(data):
        return picture
    for sign, at, kind in _SIGNS:
        if data[at : at + len(sign)] == sign:
            return kind
    kind = names.media_type(name)
    if data[:4] == b"PK\x03\x04" and kind in _BY_NAME:
        return kind
    is_text = b"\x00" not in data[:4096] and kind in _TEXTS
    return kind if is_text and data else ""


def _picture(data: bytes) -> str:
    from PIL import Image

    try:
        with files.opened(io.BytesIO(data)) as picture:
            return files.IMAGES.get(picture.format or "", "")
    except (OSError, ValueError, Image.DecompressionBombError):
        return ""


def _kept(by: Actor, asset: documents.Asset, name: str) -> Upload:
    data = asset.read()
    if asset.media_type in PICTURES:
        with contextlib.suppress(ValidationError):
            return files.keep_image(file=SimpleUploadedFile(name, data), alt="", person=None)
    return files.keep_paper(data, name=name, media_type=asset.media_type[:100] or "application/octet-stream")


def _lines(said: Mapping[str, Any]) -> dict[str, str]:
    return {code: prose.line(text)[:ALT] for code, text in said.items() if isinstance(text, str) and text.strip()}


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    return {
        code: prose.clean(text)[:TRANSCRIPT] for code, text in said.items() if isinstance(text, str) and text.strip()
    }
