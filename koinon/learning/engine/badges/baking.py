"""Baking: a credential inside a picture (PNG: iTXt `openbadgecredential`; SVG: `openbadges:credential`), and out again.

Bytes of the picture stay as they were, so that taking the credential out gives exactly the picture that was baked: its
digest shows whether somebody put another in its place. Pictures come from strangers: nothing here decodes pixels.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import pack, unpack_from
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
OLD_KEYWORD = b"openbadges"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
OLD_NAMESPACES = ("http://openbadges.org", "https://openbadges.org")
SVG = "http://www.w3.org/2000/svg"
LARGEST_PICTURE = 8 * 2**20
LARGEST_CREDENTIAL = 256 * 1024
MOST_PARTS, DEEPEST = 100_000, 256
ACTIVE = {"script", "foreignobject", "iframe", "embed", "object", "handler", "set", "animate"}
ACTIVE_ADDRESS = re.compile(r"\s*(javascript|vbscript|data:(?!image/(png|jpeg|gif|webp)[;,]))", re.IGNORECASE)


class Unbakeable(ValueError):  # noqa: N818
    """Not a picture, a damaged or hostile one, or one that runs code. `code`: not_a_picture, damaged, too_large,
    twice (two credentials), active (would run code), older (baked for Open Badges 2.0)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_picture(data: bytes) -> bool:
    """Does it begin as PNG or as XML?"""
    return data.startswith(PNG) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def bake(picture: bytes, credential: str) -> bytes:
    """The picture with the credential inside, in place of one that was there. Raises Unbakeable."""
    if len(credential.encode()) > LARGEST_CREDENTIAL:
        raise Unbakeable("too_large")
    bare = unbake(picture)[1]
    return _bake_png(bare, credential) if bare.startswith(PNG) else _bake_svg(bare, credential)


def unbake(picture: bytes) -> tuple[str, bytes]:
    """The credential ("" without one) and the picture without it. Raises Unbakeable."""
    if len(picture) > LARGEST_PICTURE:
        raise Unbakeable("too_large")
    if picture.startswith(PNG):
        return _unbake_png(picture)
    if is_picture(picture):
        return _unbake_svg(picture)
    raise Unbakeable("not_a_picture")


def _bake_png(picture: bytes, credential: str) -> bytes:
    data = KEYWORD + b"\0\0\0\0\0" + credential.encode()
    chunk = pack("!I", len(data)) + b"iTXt" + data + pack("!I", zlib.crc32(b"iTXt" + data))
    end = len(picture) - 12
    return picture[:end] + chunk + picture[end:]


def _unbake_png(picture: bytes) -> tuple[str, bytes]:
    found, is_older, kept, last = [], False, [PNG], b""
    for count, (kind, start, end) in enumerate(_chunks(picture)):
        if count > MOST_PARTS or (count == 0) != (kind == b"IHDR"):
            raise Unbakeable("damaged")
        data, last = picture[start + 8 : end - 4], kind
        keyword = data.partition(b"\0")[0] if kind in (b"iTXt", b"tEXt", b"zTXt") else b""
        is_older = is_older or keyword == OLD_KEYWORD
        if kind == b"iTXt" and keyword == KEYWORD:
            found.append(_itxt(data))
        else:
            kept.append(picture[start:end])
    if last != b"IEND":
        raise Unbakeable("damaged")
    if is_older and not found:
        raise Unbakeable("older")
    if len(found) > 1:
        raise Unbakeable("twice")
    return (found[0] if found else ""), b"".join(kept)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of each chunk; sums are checked, nothing stands after the end."""
    place = len(PNG)
    while place < len(picture):
        if place + 12 > len(picture):
            raise Unbakeable("damaged")
        size, kind = unpack_from("!I4s", picture, place)
        end = place + 12 + size
        if end > len(picture) or zlib.crc32(picture[place + 4 : end - 4]) != unpack_from("!I", picture, end - 4)[0]:
            raise Unbakeable("damaged")
        if kind == b"IEND" and end != len(picture):
            raise Unbakeable("damaged")
        yield kind, place, end
        place = end


def _itxt(data: bytes) -> str:
    rest = data[len(KEYWORD) + 1 :]
    flags, words = rest[:2], rest[2:].split(b"\0", 2)
    if len(flags) != 2 or len(words) != 3 or flags not in (b"\0\0", b"\1\0"):
        raise Unbakeable("damaged")
    text = words[2]
    if flags[0]:
        opener = zlib.decompressobj()
        try:
            text = opener.decompress(text, LARGEST_CREDENTIAL)
        except zlib.error as problem:
            raise Unbakeable("damaged") from problem
        if not opener.eof:
            raise Unbakeable("too_large" if opener.unconsumed_tail else "damaged")
    if len(text) > LARGEST_CREDENTIAL:
        raise Unbakeable("too_large")
    return _decoded(text)


def _bake_svg(picture: bytes, credential: str) -> bytes:
    walk = _walked(picture)
    if walk.is_active:
        raise Unbakeable("active")
    if not picture[walk.root_end :].startswith(b"</"):
        raise Unbakeable("damaged")
    begin = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}"'
    said = (
        f"{begin}>{escape(credential)}</openbadges:credential>"
        if credential.lstrip().startswith("{")
        else f"{begin} verify={quoteattr(credential)}/>"
    )
    return picture[: walk.root_end] + said.encode() + picture[walk.root_end :]


def _unbake_svg(picture: bytes) -> tuple[str, bytes]:
    walk = _walked(picture)
    if walk.is_older and not walk.found:
        raise Unbakeable("older")
    if len(walk.found) > 1:
        raise Unbakeable("twice")
    if not walk.found:
        return "", picture
    text, begin, end = walk.found[0]
    if len(text.encode()) > LARGEST_CREDENTIAL:
        raise Unbakeable("too_large")
    return text, picture[:begin] + picture[end:]


@dataclass
class _Walk:
    """A walk through an SVG: credentials with their places in bytes, where the root ends, whether it would run code."""

    data: bytes
    depth: int = 0
    parts: int = 0
    root_end: int = 0
    is_active: bool = False
    is_older: bool = False
    found: list[tuple[str, int, int]] = field(default_factory=list)
    open: list[Any] = field(default_factory=list)
    parser: Any = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth, self.parts = self.depth + 1, self.parts + 1
        namespace, _, local = name.rpartition(" ")
        if self.depth > DEEPEST or self.parts > MOST_PARTS or self.open:
            raise Unbakeable("damaged")
        if self.depth == 1 and (namespace, local) != (SVG, "svg"):
            raise Unbakeable("not_a_picture")
        if (namespace, local) == (NAMESPACE, "credential"):
            self.open = [attributes.get("verify"), [], self.parser.CurrentByteIndex, self.depth]
        self.is_older = self.is_older or (namespace in OLD_NAMESPACES and local == "assertion")
        self.is_active = self.is_active or local.lower() in ACTIVE or any(map(_is_active, attributes.items()))

    def say(self, text: str) -> None:
        if self.open:
            self.open[1].append(text)

    def end(self, _name: str) -> None:
        place = self.parser.CurrentByteIndex
        if self.open and self.open[3] == self.depth:
            verify, texts, begun, _depth = self.open
            over = self._after(begun)
            over = over if self.data[:over].endswith(b"/>") else self._after(place)
            self.found.append(("".join(texts).strip() if verify is None else verify, begun, over))
            self.open = []
        if self.depth == 1:
            self.root_end = place
        self.depth -= 1

    def _after(self, place: int) -> int:
        """Where the tag that begins at `place` is over: `>` inside quotes is none."""
        tag = re.compile(rb"""<(?:[^"'<>]|"[^"]*"|'[^']*')*>""").match(self.data, place)
        if tag is None:
            raise Unbakeable("damaged")
        return tag.end()


def _walked(picture: bytes) -> _Walk:
    text = _decoded(picture)
    declared = re.match(r"\ufeff?<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", text)
    if declared and declared[1].lower() not in ("utf-8", "us-ascii"):
        raise Unbakeable("damaged")
    walk = _Walk(picture)
    parser = walk.parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = walk.begin, walk.end
    parser.CharacterDataHandler = walk.say
    parser.StartDoctypeDeclHandler = _no_subset
    parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(picture, True)
    except expat.ExpatError as problem:
        raise Unbakeable("damaged") from problem
    return walk


def _no_subset(_name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
    if has_subset:
        raise Unbakeable("damaged")


def _refuse(*_said: Any) -> int:
    raise Unbakeable("damaged")


def _is_active(attribute: tuple[str, str]) -> bool:
    local = attribute[0].rpartition(" ")[2].lower()
    return local.startswith("on") or (local in ("href", "src") and bool(ACTIVE_ADDRESS.match(attribute[1])))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise Unbakeable("damaged") from problem
