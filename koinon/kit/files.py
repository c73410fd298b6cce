"""Files people give us: checked by content, images written anew, kept under their hash, served without trust."""

import hashlib
import io
import os
import tempfile
import unicodedata
import warnings
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit.models import Upload

if TYPE_CHECKING:  # who opens a picture loads what that needs
    from PIL import Image

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
MAX_PIXELS = 40_000_000
MAX_EDGE = 1600
SCALED_AS_THEY_ARE = ("RGB", "RGBA", "L", "CMYK")
"""First made small, then converted: a photo of a phone is decoded in a fraction of its 100 MB."""
SHEETS = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          ".ods": "application/vnd.oasis.opendocument.spreadsheet"}  # fmt: skip
ARCHIVE = "application/zip"
GIVEN = "application/octet-stream"
MADE_LIFE = timedelta(days=7)


class TooLarge(UploadedFile):
    """Stands for a file that was not kept: its size lets the form say beside the field what is wrong."""


class RefuseTooLarge(FileUploadHandler):
    """Lets go of a file once it is larger than allowed; a body far beyond that is not read at all.

    Somewhat too large is read to its end and thrown away: a browser shows our answer only after it has sent everything.
    """

    FAR = 5

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > self.FAR * settings.KOINON_MAX_UPLOAD:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.taken += len(raw_data)
        return None if self.is_over else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return TooLarge(io.BytesIO(), self.file_name, self.content_type, self.taken) if self.is_over else None

    @property
    def is_over(self) -> bool:
        return self.taken > settings.KOINON_MAX_UPLOAD


def opened(file: IO[bytes] | UploadedFile) -> "Image.Image":
    """A picture to look into. Raises what Pillow raises; a bomb is refused."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    return Image.open(file)  # type: ignore[arg-type]


def keep_image(
    *, file: UploadedFile, alt: str, person: UUID | None, scope: UUID | None = None, is_public: bool = False
) -> Upload:
    """Decode an image and write it anew as WebP without metadata, at most 1600 pixels wide or high.

    Raises ValidationError (for the field) when it is no image, too large, or a bomb.
    """
    from PIL import Image, ImageOps

    _check_size(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with opened(file) as picture:
                if picture.format not in IMAGES or picture.width * picture.height > MAX_PIXELS:
                    raise ValidationError(_("Please choose a JPEG, PNG, WebP or GIF image of a usual size."))
                mode = "RGBA" if _has_alpha(picture) else "RGB"
                small = picture if picture.mode in SCALED_AS_THEY_ARE else picture.convert(mode)
                small.thumbnail((MAX_EDGE, MAX_EDGE))
                clean = ImageOps.exif_transpose(small).convert(mode)
    except ValidationError:
        raise
    except Exception as problem:  # decoders of what strangers send raise whatever comes to them
        raise ValidationError(_("This file is not an image we can read.")) from problem
    buffer = io.BytesIO()
    clean.save(buffer, "WEBP", quality=82, method=4)
    return _keep(
        buffer.getvalue(),
        name=_named(file, ".webp"),
        media_type="image/webp",
        alt=alt[:300],
        width=clean.width,
        height=clean.height,
        person=person,
        scope=scope,
        is_public=is_public,
    )


def keep_document(*, file: UploadedFile, person: UUID | None, scope: UUID | None = None) -> Upload:
    """Keep a PDF or an image of a letter. Raises ValidationError when the content is something else."""
    _check_size(file)
    head = file.read(1024)
    file.seek(0)
    if head.lstrip()[:5] == b"%PDF-":
        return _keep(
            file.read(),
            name=_named(file, ".pdf"),
            media_type="application/pdf",
            person=person,
            scope=scope,
        )
    try:
        return keep_image(file=file, alt="", person=person, scope=scope)
    except ValidationError as problem:
        raise ValidationError(_("Please choose a PDF or a photo of the letter.")) from problem


def keep_sheet(*, file: UploadedFile, person: UUID | None, scope: UUID | None = None, kept_for: str = "") -> Upload:
    """Keep a spreadsheet (XLSX, ODS, CSV), told apart by content. Raises ValidationError when it is something else."""
    _check_size(file)
    data = file.read()
    suffix = _sheet_suffix(data)
    if not suffix:
        raise ValidationError(_("Please choose a spreadsheet: XLSX, ODS or CSV."))
    return _keep(
        data, name=_named(file, suffix), media_type=SHEETS[suffix], person=person, scope=scope, kept_for=kept_for
    )


def keep_made(*, file: Path, name: str, person: UUID, scope: UUID | None = None, media_type: str = ARCHIVE) -> Upload:
    """Take over, for a week, what a job wrote for one person; the file is moved, never read into memory.

    With a `scope` the person reads it only as long as they hold a role there.
    """
    with file.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    upload = Upload(sha256=digest, size=file.stat().st_size, name=name, media_type=media_type, person=person)
    upload.scope = scope
    upload.until = timezone.now() + MADE_LIFE
    target = path_of(upload)
    target.parent.mkdir(parents=True, exist_ok=True)
    file.replace(target)
    upload.save()
    return upload


def keep_given(*, file: UploadedFile, name: str) -> Upload:
    """Keep a file as it came, for nobody in particular, piece by piece: who reads it later tells what it is.

    Raises ValidationError when it is too large or empty.
    """
    _check_size(file)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=drafts(), delete=False) as draft:
        for piece in file.chunks():
            digest.update(piece)
            draft.write(piece)
    upload = Upload(sha256=digest.hexdigest(), size=file.size or 0, name=name[:200], media_type=GIVEN)
    target = path_of(upload)
    target.parent.mkdir(parents=True, exist_ok=True)
    Path(draft.name).replace(target)
    upload.save()
    return upload


def keep_paper(data: bytes, *, name: str, media_type: str, scope: UUID | None = None) -> Upload:
    """Keep a file that we made ourselves (a letter), for nobody in particular."""
    return _keep(data, name=name[:200], media_type=media_type, person=None, scope=scope)


def drop(upload: Upload) -> None:
    """Forget a file: its row at once, its bytes when no other row shares them and the transaction stays."""
    digest, path = upload.sha256, path_of(upload)
    upload.delete()
    if not Upload.objects.filter(sha256=digest).exists():
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def sweep() -> int:
    """Drop what was made for somebody and has had its time; how many."""
    old = list(Upload.objects.filter(until__lt=timezone.now()))
    for upload in old:
        drop(upload)
    return len(old)


def drafts() -> Path:
    """The folder where jobs write before a file is whole: on the same disk as the files."""
    folder = Path(settings.KOINON_DATA) / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(upload: Upload) -> Path:
    return Path(settings.MEDIA_ROOT) / upload.sha256[:2] / upload.sha256


def serve(upload: Upload, *, download: bool = False) -> FileResponse:
    """Send a file so that a browser cannot run it: its own type, no sniffing, its own empty policy."""
    inline = upload.media_type in IMAGES.values() and not download
    response = FileResponse(
        path_of(upload).open("rb"),
        as_attachment=not inline,
        filename=upload.name,
        content_type=upload.media_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _sheet_suffix(data: bytes) -> str:
    if data[:4] == b"PK\x03\x04":
        try:
            names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        except (zipfile.BadZipFile, ValueError):
            return ""
        return ".xlsx" if "xl/workbook.xml" in names else ".ods" if "content.xml" in names else ""
    is_text = (bool(data) and b"\x00" not in data[:4096].replace(b"\xff\xfe", b"")) or data[:2] in (
        b"\xff\xfe",
        b"\xfe\xff",
    )
    return ".csv" if is_text and data[:5] != b"%PDF-" else ""


def _named(file: UploadedFile, suffix: str) -> str:
    """Its own name, but with the ending of what it is, and without signs that turn how a name reads."""
    stem = "".join(sign for sign in Path(file.name or "").stem if unicodedata.category(sign) not in ("Cc", "Cf"))
    return (stem[:150] or "file") + suffix


def _check_size(file: UploadedFile) -> None:
    if (file.size or 0) > settings.KOINON_MAX_UPLOAD:
        limit = settings.KOINON_MAX_UPLOAD // 2**20
        raise ValidationError(_("This file is larger than %(limit)s MB.") % {"limit": limit})
    if not file.size:
        raise ValidationError(_("This file is empty."))


def _keep(data: bytes, **facts: Any) -> Upload:
    upload = Upload(sha256=hashlib.sha256(data).hexdigest(), size=len(data), **facts)
    target = path_of(upload)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}.part")
        draft.write_bytes(data)
        draft.replace(target)
    upload.save()
    return upload


def _has_alpha(picture: "Image.Image") -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
