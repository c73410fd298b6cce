"""Names of files in archives: one safe form, so that the same name means the same file on every disk."""

import hashlib
import re
import unicodedata

from koinon.learning.engine.reports import Refused

_LONGEST, _LONGEST_PART, _DEEPEST = 1_000, 255, 40
_DRIVE = re.compile(r"^[A-Za-z]:")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,60}")
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def safe_name(name: str) -> str:
    """The name in NFC with "/" between its parts, without "./". Raises Refused: outside, bad_name, too_deep."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    if _UNREADABLE.search(plain) or len(plain) > _LONGEST:
        raise Refused("bad_name")
    if plain.startswith("/") or _DRIVE.match(plain) or ".." in plain.split("/"):
        raise Refused("outside", name=said_name(name))
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if not parts or any(len(part.encode()) > _LONGEST_PART for part in parts):
        raise Refused("bad_name")
    if len(parts) > _DEEPEST:
        raise Refused("too_deep", name=said_name(parts[0]))
    return "/".join(parts)


def folded(name: str) -> str:
    """What two names have in common that some disks cannot tell apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", name).casefold())


def said_name(name: str) -> str:
    """A hostile name as it may stand in a sentence: no control signs, not too long."""
    shown = _UNREADABLE.sub("?", name)
    return shown if len(shown) <= 120 else shown[:119] + "…"


def word(name: str) -> str:
    """An identifier of a file as the key of a part: itself where it is plain, else 16 hex digits of its sum."""
    return name if _WORD.fullmatch(name) else hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]


def language(said: str) -> str:
    """The code of a language as files write it ("el-GR", "pt_BR", "LT") in our way, or "" when it is none."""
    found = re.fullmatch(r"([A-Za-z]{2,3})([-_].{0,30})?", said.strip())
    return found.group(1).lower() if found and found.group(1).lower() not in ("und", "zxx", "mul") else ""


def media_type(name: str) -> str:
    """By suffix, from our own list, so that machines do not differ; application/octet-stream when unknown."""
    return _TYPES.get(name.rsplit(".", 1)[-1].lower() if "." in name else "", "application/octet-stream")


_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "avif": "image/avif", "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg",
    "wav": "audio/wav", "flac": "audio/flac", "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm",
    "ogv": "video/ogg", "mov": "video/quicktime", "pdf": "application/pdf", "txt": "text/plain", "md": "text/markdown",
    "csv": "text/csv", "vtt": "text/vtt", "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml",
    "xml": "application/xml", "json": "application/json", "css": "text/css", "js": "text/javascript",
    "zip": "application/zip", "h5p": "application/zip", "imscc": "application/zip", "epub": "application/epub+zip",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}  # fmt: skip
