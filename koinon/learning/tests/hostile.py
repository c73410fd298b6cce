"""Archives that mean harm, made while the tests run."""

import io
import struct
import tarfile
import zipfile
from pathlib import Path


def zipped(path: Path, files: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A ZIP file with these files, in this order."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes | str], *, prefix: str = "", mode: str = "w:gz") -> Path:
    """A TAR.GZ file with these files; `prefix` is what some writers put before each name ("./")."""
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(prefix + name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def tarred_member(path: Path, **facts: object) -> Path:
    """A TAR file with one member of any type."""
    member = tarfile.TarInfo(str(facts.pop("name", "a.txt")))
    for name, value in facts.items():
        setattr(member, name, value)
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(member)
    return path


def raw_zip(
    entries: list[tuple[bytes, bytes]], *, flags: int = 0, attributes: int = 0, size: int | None = None
) -> bytes:
    """A ZIP written by hand (stored): names as raw bytes, with any flags and a promised size that may be a lie."""
    import zlib

    body, index = b"", b""
    for name, data in entries:
        promised = len(data) if size is None else size
        head = struct.pack("<HHHHHLLLHH", 20, flags, 0, 0, 0x21, zlib.crc32(data), len(data), promised, len(name), 0)
        index += b"PK\x01\x02" + struct.pack("<H", 0x0314) + head
        index += struct.pack("<HHHLL", 0, 0, 0, attributes, len(body)) + name
        body += b"PK\x03\x04" + head + name + data
    end = struct.pack("<HHHHLLH", 0, 0, len(entries), len(entries), len(index), len(body), 0)
    return body + index + b"PK\x05\x06" + end
