"""Packages on the disk: unpacked once by the hash of their bytes, served from the second origin only."""

import hmac
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.crypto import salted_hmac

from koinon.kit import files
from koinon.learning.engine.archives import Archive
from koinon.learning.engine.names import folded
from koinon.learning.models import Asset, Course, Package

_TYPES = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json",
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".svg": "image/svg+xml",
    ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".mp4": "video/mp4", ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg", ".webm": "video/webm", ".ogg": "audio/ogg", ".vtt": "text/vtt", ".webp": "image/webp",
    ".wasm": "application/wasm", ".xml": "application/xml", ".swf": "application/octet-stream",
}  # fmt: skip


def package_at(course: Course, node_settings: dict[str, Any]) -> Package | None:
    """The package of a node of this course. One query."""
    key = str(node_settings.get("asset") or "")
    rows = Package.objects.select_related("asset__upload")
    return rows.filter(asset__organisation=course.organisation_id, asset__key=key).first() if key else None


def mark_of(asset: Asset) -> str:
    """How the folder of a package is called in addresses: its hash and our seal, so that nobody can guess one."""
    return f"{asset.upload.sha256}-{_seal(asset.upload.sha256)}"


def folder_of(mark: str) -> Path | None:
    """The folder that a mark means, if it is ours and unpacked."""
    digest, _dash, seal = mark.partition("-")
    if not hmac.compare_digest(seal.encode(), _seal(digest).encode()):
        return None
    folder = _home() / digest
    return folder if folder.is_dir() else None


def unpack(asset: Asset) -> Path:
    """The folder of a package, unpacked now if it was not; complete or not there. Raises engine.reports.Refused."""
    folder = _home() / asset.upload.sha256
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Archive.at(files.path_of(asset.upload)) as archive:
        try:
            archive.extract_to(folder)
        except OSError:
            if not folder.is_dir():  # else somebody was quicker
                raise
    return folder


def file_in(folder: Path, name: str) -> Path | None:
    """A file below a folder by its address; writers of packages are not strict about case."""
    names = _names(folder)
    found = names.get(name) or names.get(folded(name))
    path = folder / found if found else None
    return path if path is not None and path.is_file() and not path.is_symlink() else None


def type_of(path: Path) -> str:
    suffix = path.suffix.lower()
    return _TYPES.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def address(mark: str, name: str) -> str:
    """Where a file of a package is, on the second origin; `name` may carry a query and a fragment."""
    path, sign, rest = name, "", ""
    for each in ("?", "#"):
        if each in path:
            path, _sep, more = path.partition(each)
            sign, rest = (each, more + sign + rest)
    return f"/files/{mark}/{quote(path)}{sign}{rest}"


@lru_cache(maxsize=32)
def _names(folder: Path) -> dict[str, str]:
    """Names of all files below a folder, as they are and as one writes them; folders of packages never change."""
    found = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    return {**{folded(name): name for name in found}, **{name: name for name in found}}


def _home() -> Path:
    return Path(settings.KOINON_DATA) / "packages"


def _seal(digest: str) -> str:
    return salted_hmac("koinon.learning.package", digest, algorithm="sha256").hexdigest()[:24]
