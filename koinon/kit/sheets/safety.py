"""What kind of file is it, and is it safe to unpack: decided from its bytes, before any parser sees it."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

from koinon.kit.sheets.errors import SheetError

Kind = Literal["workbook", "text"]
MEMBERS = 2_000
UNPACKED = 160 * 2**20
SUSPICIOUS = 8 * 2**20
RATIO = 150
_CHUNK = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


def kind_of(path: Path) -> Kind:
    """Tell a workbook (XLSX, ODS, XLS) from text by its first bytes; raises SheetError for anything else."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\0 \r\n\t"):
        raise SheetError("empty")
    if start.startswith(b"PK"):
        check_zip(path)
        return "workbook"
    if start.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise SheetError("protected")
        return "workbook"
    text = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        raise SheetError("web_page")
    if text.startswith((b"<?xml", b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"\x1f\x8b")):
        raise SheetError("unknown")
    return "text"


def check_zip(path: Path) -> None:
    """Unpack every member into nothing, counting; raises SheetError for bombs, passwords and foreign archives.

    The sizes written in the archive are not believed: what counts is what comes out.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            members = archive.infolist()
            names = {member.filename for member in members}
            if not names & {"[Content_Types].xml", "mimetype", "content.xml"}:
                raise SheetError("unknown")
            if len(members) > MEMBERS:
                raise SheetError("bomb")
            total = 0
            for member in members:
                total += _unpacked(file, member, UNPACKED - total)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError) as error:
        raise SheetError("broken") from error


def _unpacked(file: BinaryIO, member: zipfile.ZipInfo, allowance: int) -> int:
    """Count the bytes that really come out of one member, without keeping them."""
    if member.flag_bits & 1:
        raise SheetError("protected")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SheetError("unknown")
    file.seek(member.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile
    file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
    packer = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    left, out, tail = member.compress_size, 0, b""
    while left > 0:
        data = file.read(min(_CHUNK, left))
        if not data:
            raise EOFError
        left -= len(data)
        while data:
            piece = packer.decompress(data, _CHUNK) if packer else data
            data = packer.unconsumed_tail if packer else b""
            out += len(piece)
            _weigh(out, member.compress_size, allowance)
            tail = _scan(member.filename, tail, piece)
            if packer and packer.eof:
                left, data = 0, b""
    return out


def _weigh(out: int, packed: int, allowance: int) -> None:
    if out > allowance or (out > SUSPICIOUS and out > RATIO * max(packed, 1)):
        raise SheetError("bomb")


def _scan(name: str, tail: bytes, piece: bytes) -> bytes:
    """Refuse XML that declares entities; gives the end of the piece, in case the word is cut in two."""
    if not name.endswith((".xml", ".rels", ".vml")):
        return b""
    if any(word in tail + piece for word in _FORBIDDEN):
        raise SheetError("bomb")
    return piece[-10:]
