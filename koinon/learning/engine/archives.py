"""Archives of strangers, opened safely: what is listed is checked at once, what is read is counted while it is read.

Names that leave the archive, links, devices, locked, overlapping or clashing entries, too many, too much or too dense:
the whole file is refused, before anything is written. Archives inside an archive stay files.
"""

import os
import shutil
import stat
import struct
import tarfile
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine.names import folded, safe_name, said_name
from koinon.learning.engine.reports import Refused, reasons

MB = 1024 * 1024
_STEP = 256 * 1024
_END, _END_SIZE = b"PK\x05\x06", 22
_LOCAL_HEADER = 30
_LONGEST_ENTRY = 2_048
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, OSError, ValueError, IndexError, KeyError,
    NotImplementedError, RuntimeError, OverflowError, AttributeError, TypeError,
)  # fmt: skip

reasons(
    too_large_inside=_("%(name)s is larger than %(limit)s MB when it is unpacked."),
    odd_packing=_("%(name)s is packed in a way that we do not open."),
)


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold: files, bytes unpacked in all, bytes of one file, and times its own size.

    `dense_from`: below so many unpacked bytes nobody is harmed by any density.
    """

    files: int = 5_000
    total: int = 2_048 * MB
    one: int = 1_024 * MB
    ratio: int = 150
    dense_from: int = 32 * MB


@dataclass(frozen=True)
class _Entry:
    name: str
    size: int
    member: Any


class Archive:
    """A ZIP, TAR or TAR.GZ file of which every entry has a safe name. Names are NFC with "/" between their parts."""

    def __init__(self, source: "_Zip | _Tar", limits: Limits) -> None:
        self._source, self._limits = source, limits
        self._entries = {entry.name: entry for entry in source.entries}
        self._folded = {folded(name): name for name in self._entries}
        self._spent = 0

    @classmethod
    def at(cls, path: Path, limits: Limits | None = None) -> "Archive":
        """Open by content, not by suffix. Raises Refused with what is wrong; nothing has been unpacked to the disk."""
        limits = limits or Limits()
        with _damage():
            source = _Zip(path, limits) if is_zip(path) else _Tar(path, limits)
        try:
            _check_together([entry.name for entry in source.entries])
        except Refused:
            source.close()
            raise
        return cls(source, limits)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def close(self) -> None:
        self._source.close()

    def names(self, folder: str = "") -> list[str]:
        """All files in the order of the archive, or those below a folder ("media/")."""
        return [name for name in self._entries if name.startswith(folder)]

    def find(self, name: str) -> str | None:
        """The file meant by a name of a text: "./", backslashes, case and Unicode form may differ. None if none."""
        with suppress(Refused):
            safe = safe_name(name)
            return safe if safe in self._entries else self._folded.get(folded(safe))
        return None

    def size(self, name: str) -> int:
        """Bytes that the archive promises; reading stops there or earlier."""
        return self._entry(name).size

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A binary stream of a file that ends with Refused when it gives more than it may."""
        entry = self._entry(name)
        with _damage():
            stream = self._source.open(entry.member)
        with stream:
            yield cast("IO[bytes]", _Counted(stream, name, self._limits.one))

    def read(self, name: str, limit: int = 64 * MB) -> bytes:
        """All bytes of a file; Refused when it is missing, damaged, or larger than `limit` bytes."""
        with self.open(name) as stream:
            found = stream.read(limit + 1)
        if len(found) > limit:
            raise Refused("too_large_inside", name=name, limit=max(1, limit // MB))
        return found

    def extract_to(self, folder: Path) -> None:
        """All files below a folder that must not exist yet: it appears complete, or not at all."""
        if folder.exists():
            raise FileExistsError(folder)
        unfinished = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
        try:
            total = 0
            for name in self._entries:
                total += self._copy(name, unfinished / name, self._limits.total - total)
            unfinished.chmod(0o755)
            os.rename(unfinished, folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    def _copy(self, name: str, target: Path, left: int) -> int:
        target.parent.mkdir(parents=True, exist_ok=True)
        done = 0
        with self.open(name) as stream, target.open("xb") as file:
            while piece := stream.read(_STEP):
                done += len(piece)
                if done > left:
                    raise Refused("too_large", limit=self._limits.total // MB)
                file.write(piece)
        return done

    def _entry(self, name: str) -> _Entry:
        if name not in self._entries:
            raise Refused("missing", name=said_name(name))
        return self._entries[name]


class _Counted:
    """A stream that gives no more than it may, whatever the headers say."""

    def __init__(self, stream: IO[bytes], name: str, limit: int) -> None:
        self._stream, self._name, self._limit, self._done = stream, name, limit, 0

    def read(self, size: int = -1) -> bytes:
        room = self._limit - self._done + 1
        with _damage():
            found = self._stream.read(room if size < 0 else min(size, room))
        self._done += len(found)
        if self._done > self._limit:
            raise Refused("too_large_inside", name=self._name, limit=self._limit // MB)
        return found


class _Zip:
    """A ZIP file: its own list is checked against itself before an entry is opened."""

    def __init__(self, path: Path, limits: Limits) -> None:
        _check_announced(path, limits)
        self._zip = zipfile.ZipFile(path)
        self._close = weakref.finalize(self, self._zip.close)
        try:
            members = [each for each in self._zip.infolist() if not each.is_dir()]
            if len(self._zip.infolist()) > limits.files:
                raise Refused("too_many", limit=limits.files)
            self._check_sizes(members, path.stat().st_size, limits)
            self._check_places(members)
            found = [_Entry(_zip_name(each), each.file_size, each) for each in members if _is_plain(each)]
            self.entries = [entry for entry in found if not _is_litter(entry.name)]
        except BaseException:
            self.close()
            raise

    def open(self, member: Any) -> IO[bytes]:
        return self._zip.open(member)

    def close(self) -> None:
        self._close()

    def _check_sizes(self, members: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
        total = sum(each.file_size for each in members)
        if total > limits.total:
            raise Refused("too_large", limit=limits.total // MB)
        for size, room in [(total, packed), *((each.file_size, each.compress_size) for each in members)]:
            if size > limits.dense_from and size > limits.ratio * max(room, 1):
                raise Refused("a_bomb")

    def _check_places(self, members: list[zipfile.ZipInfo]) -> None:
        """No two entries share bytes: an overlap makes a small file unpack to a huge one."""
        end = 0
        for each in sorted(members, key=lambda member: member.header_offset):
            if each.header_offset < end:
                raise Refused("a_bomb")
            end = each.header_offset + _LOCAL_HEADER + len(each.orig_filename) + each.compress_size
        if end > self._zip.start_dir:
            raise Refused("not_an_archive")


class _Tar:
    """A TAR or TAR.GZ file. A packed one is unpacked once, under a count, into a nameless file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._file = _plain(path, limits)
        self._close = weakref.finalize(self, self._file.close)
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115  (closed with its file)
            self.entries = list(self._listed(limits))
        except BaseException:
            self.close()
            raise

    def open(self, member: Any) -> IO[bytes]:
        stream = self._tar.extractfile(member)
        if stream is None:
            raise Refused("not_an_archive")
        return stream

    def close(self) -> None:
        self._close()

    def _listed(self, limits: Limits) -> Iterator[_Entry]:
        count = total = 0
        while (member := self._tar.next()) is not None:
            count, total = count + 1, total + max(0, member.size)
            if count > limits.files:
                raise Refused("too_many", limit=limits.files)
            if total > limits.total:
                raise Refused("too_large", limit=limits.total // MB)
            if member.isdir():
                if member.name.strip("./"):
                    safe_name(member.name)
                continue
            name = safe_name(member.name)
            if not member.isreg() or member.issparse():
                raise Refused("not_a_file", name=said_name(member.name))
            if not _is_litter(name):
                yield _Entry(name, member.size, member)


def is_zip(path: Path) -> bool:
    """Whether it begins as a ZIP file does (or is an empty one)."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", _END)


def is_archive(path: Path) -> bool:
    """Whether it begins as one of the archives that we open: ZIP, GZIP, or TAR."""
    with path.open("rb") as file:
        start = file.read(263)
    return start[:4] in (b"PK\x03\x04", _END) or start[:3] == b"\x1f\x8b\x08" or start[257:262] == b"ustar"


@contextmanager
def _damage() -> Iterator[None]:
    """Whatever a damaged archive makes the standard library raise becomes one sentence."""
    try:
        yield
    except Refused:
        raise
    except UnicodeDecodeError as trouble:
        raise Refused("bad_name") from trouble
    except _BROKEN as trouble:
        raise Refused("not_an_archive") from trouble


def _plain(path: Path, limits: Limits) -> IO[bytes]:
    """The bytes of the TAR itself, as a file that can be read anywhere."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if not packed:
        return path.open("rb")
    plain = tempfile.TemporaryFile()  # noqa: SIM115  (closed by _Tar)
    try:
        _unpack(path, plain, limits)
    except BaseException:
        plain.close()
        raise
    plain.seek(0)
    return plain


def _unpack(path: Path, plain: IO[bytes], limits: Limits) -> None:
    import gzip

    done, size = 0, path.stat().st_size
    with gzip.open(path) as stream:
        while piece := stream.read(_STEP):
            done += len(piece)
            if done > limits.total:
                raise Refused("too_large", limit=limits.total // MB)
            if done > limits.dense_from and done > limits.ratio * size:
                raise Refused("a_bomb")
            plain.write(piece)


def _check_announced(path: Path, limits: Limits) -> None:
    """The number of entries that the end of a ZIP tells, before its list is read into memory."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_536 - _END_SIZE))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise Refused("not_an_archive")
    count, length = struct.unpack("<HL", tail[at + 10 : at + 16])
    if count == 0xFFFF or length == 0xFFFFFFFF:
        count, length = _announced_64(tail[:at]) or (count, length)
    if count > limits.files or length > limits.files * _LONGEST_ENTRY:
        raise Refused("too_many", limit=limits.files)


def _announced_64(before: bytes) -> tuple[int, int] | None:
    """Number and bytes of entries in the record of a ZIP64 archive, which stands before the end; None without one."""
    at = before.rfind(b"PK\x06\x06")
    return struct.unpack("<QQ", before[at + 32 : at + 48]) if at >= 0 and len(before) >= at + 48 else None


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """Refuses what is no plain file, is locked, or is packed by a method that we do not open."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and kind != stat.S_IFREG:
        raise Refused("not_a_file", name=said_name(member.filename))
    if member.flag_bits & 0x41:
        raise Refused("encrypted")
    if member.compress_type not in _METHODS:
        raise Refused("odd_packing", name=said_name(member.filename))
    return True


def _zip_name(member: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: many programs write UTF-8 and do not say so."""
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return safe_name(name)


def _is_litter(name: str) -> bool:
    """What file managers leave behind in archives."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")


def _check_together(names: list[str]) -> None:
    """No two files that one disk would take for the same, and no file that is a folder to another."""
    seen: set[str] = set()
    for name in names:
        key = folded(name)
        if key in seen:
            raise Refused("twice", name=said_name(name))
        seen.add(key)
    for name in names:
        parts = folded(name).split("/")
        if any("/".join(parts[:depth]) in seen for depth in range(1, len(parts))):
            raise Refused("twice", name=said_name(name))
