"""Hostile archives are refused with a clear sentence, and nothing is left behind."""

import io
import stat
import tarfile
import unicodedata
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.learning.engine.archives import MB, Archive, Limits, is_archive
from koinon.learning.engine.reports import Refused
from koinon.learning.tests.hostile import raw_zip, tarred, tarred_member, zipped

SLIPS = ["../a", "a/../../b", "/etc/passwd", "C:\\a", "c:a", "..\\a", "\\\\host\\share", "a\\..\\..\\b", "./../a"]
SMALL = Limits(files=20, total=8 * MB, one=4 * MB, ratio=50, dense_from=MB)


def read_all(path, limits=None):
    with Archive.at(path, limits) as archive:
        return {name: archive.read(name) for name in archive.names()}


def refusal(path, limits=None):
    with pytest.raises(Refused) as caught:
        read_all(path, limits)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("name", SLIPS)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_leave_the_archive(tmp_path, name, pack):
    path = pack(tmp_path / "x", {"good": "1", name: "2"})
    assert refusal(path) == "outside"
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_in_a_zip(tmp_path, kind):
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([(b"link", b"/etc/passwd")], attributes=(kind | 0o777) << 16))
    assert refusal(path) == "not_a_file"


@pytest.mark.parametrize(
    "type_", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar(tmp_path, type_):
    assert refusal(tarred_member(tmp_path / "x", type=type_, linkname="/etc/passwd")) == "not_a_file"


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_hundred_thousand_files_are_refused(tmp_path, pack):
    path = pack(tmp_path / "x", {f"f{number}": "" for number in range(100_000)})
    assert refusal(path) == "too_many"


def test_a_lie_about_the_number_of_files(tmp_path):
    data = bytearray(raw_zip([(b"f%d" % number, b"") for number in range(30)]))
    at = data.rfind(b"PK\x05\x06")
    data[at + 8 : at + 12] = b"\x01\x00\x01\x00"
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert refusal(path, SMALL) == "too_many"


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_bombs(tmp_path, pack):
    assert refusal(pack(tmp_path / "dense", {"zeros": bytes(3 * MB)}), SMALL) == "a_bomb"
    assert refusal(pack(tmp_path / "large", {f"{n}": bytes(MB) for n in range(9)}), SMALL) in ("too_large", "a_bomb")


def test_a_tar_that_only_promises_too_much(tmp_path):
    assert refusal(tarred_member(tmp_path / "x", size=10**12)) in ("too_large", "not_an_archive")


def test_a_file_that_gives_more_than_it_may(tmp_path):
    path = zipped(tmp_path / "x.zip", {"big": b"ab" * (3 * MB)}, method=zipfile.ZIP_STORED)
    assert refusal(path, Limits(one=4 * MB)) == "too_large_inside"
    with Archive.at(path) as archive, pytest.raises(Refused) as caught:
        archive.read("big", limit=MB)
    assert caught.value.code == "too_large_inside"


def test_a_promised_size_is_not_believed(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([(b"a", b"x" * 1000)], size=10))
    assert refusal(path) == "not_an_archive"


def test_overlapping_entries(tmp_path):
    data = bytearray(raw_zip([(b"a", b"1" * 50), (b"b", b"2" * 50)]))
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = b"\x00\x00\x00\x00"
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert refusal(path) == "a_bomb"


def test_zip64_is_opened_and_counted(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(b"hello")
    with Archive.at(path) as archive:
        assert archive.read("a.txt") == b"hello"
    zipped(path, {f"f{number}": "" for number in range(70_000)})
    assert refusal(path) == "too_many"


def test_archives_inside_stay_files(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("../../evil", "x")
    with Archive.at(zipped(tmp_path / "x.zip", {"inner.zip": inner.getvalue()})) as archive:
        assert archive.names() == ["inner.zip"]
        archive.extract_to(tmp_path / "out")
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["inner.zip", "out", "x.zip"]


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("μάθημα.html".encode(), 0x800, "μάθημα.html"),
        ("μάθημα.html".encode(), 0, "μάθημα.html"),
        ("élan.html".encode("cp437"), 0, "élan.html"),
        (unicodedata.normalize("NFD", "élan.html").encode(), 0x800, "élan.html"),
        (b"a\\b\\c.html", 0, "a/b/c.html"),
        (b"./a//b.html", 0, "a/b.html"),
    ],
)
def test_names_in_every_encoding(tmp_path, raw, flags, name):
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([(raw, b"hello")], flags=flags))
    with Archive.at(path) as archive:
        assert archive.names() == [name]
        assert archive.read(name) == b"hello"
        assert archive.find("./" + unicodedata.normalize("NFD", name).upper()) == name


@pytest.mark.parametrize(
    ("raw", "flags"), [(b"\xff\xfe.html", 0x800), (b"a\x00b", 0), (b"a\nb", 0), (b"x" * 300, 0), (b".", 0)]
)
def test_names_that_cannot_be_read(tmp_path, raw, flags):
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([(raw, b"hello")], flags=flags))
    assert refusal(path) == "bad_name"


def test_nesting_without_end(tmp_path):
    assert refusal(zipped(tmp_path / "x.zip", {"a/" * 60 + "b": "1"})) == "too_deep"


@pytest.mark.parametrize(
    "names", [("a.html", "A.html"), ("é", unicodedata.normalize("NFD", "é")), ("straße", "STRASSE"), ("a", "a/b")]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_clash(tmp_path, names, pack):
    assert refusal(pack(tmp_path / "x", dict.fromkeys(names, "1"))) == "twice"


def test_the_same_name_twice(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([(b"a", b"1"), (b"a", b"2")]))
    assert refusal(path) == "twice"


def test_locked_and_oddly_packed(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([(b"a", b"1" * 20)], flags=1))
    assert refusal(path) == "encrypted"
    assert refusal(zipped(path, {"a": "1"}, method=zipfile.ZIP_LZMA)) == "odd_packing"


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_truncated(tmp_path, pack):
    path = pack(tmp_path / "x", {"a": bytes(range(256)) * 100, "b": "2" * 500})
    whole = path.read_bytes()
    for end in (0, 3, 10, len(whole) // 2, len(whole) - 9):
        path.write_bytes(whole[:end])
        assert refusal(path) == "not_an_archive"


def test_bytes_that_do_not_fit_their_sum_leave_nothing(tmp_path):
    path = zipped(tmp_path / "x.zip", {"a": "1" * 50, "b": "hello there"}, method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"hello there", b"hello where"))
    with Archive.at(path) as archive, pytest.raises(Refused) as caught:
        archive.extract_to(tmp_path / "out")
    assert caught.value.code == "not_an_archive"
    assert [file.name for file in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_what_is_good_is_unpacked_whole(tmp_path, pack):
    files = {"a.txt": b"1", "b/c/δ.txt": b"2", "__MACOSX/a.txt": b"litter"}
    with Archive.at(pack(tmp_path / "x", files)) as archive:
        assert archive.names() == ["a.txt", "b/c/δ.txt"]
        assert archive.names("b/") == ["b/c/δ.txt"]
        assert archive.find("B/C/Δ.TXT") == "b/c/δ.txt"
        assert archive.find("../a.txt") is None
        archive.extract_to(tmp_path / "out")
        with pytest.raises(FileExistsError):
            archive.extract_to(tmp_path / "out")
        with pytest.raises(Refused):
            archive.read("nothing")
    assert (tmp_path / "out/b/c/δ.txt").read_bytes() == b"2"
    assert (tmp_path / "out/a.txt").stat().st_mode & 0o111 == 0


@pytest.mark.parametrize("prefix", ["", "./"])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_names_with_and_without_a_dot(tmp_path, prefix, mode):
    path = tarred(tmp_path / "x", {"moodle_backup.xml": "<a/>"}, prefix=prefix, mode=mode)
    assert is_archive(path)
    with Archive.at(path) as archive:
        assert archive.names() == ["moodle_backup.xml"]


def try_all(path):
    with suppress(Refused):
        read_all(path, SMALL)


PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PATIENT
@given(data=st.binary(max_size=600), start=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"PK\x05\x06"]))
def test_any_bytes_are_refused_or_read(tmp_path, data, start):
    path = tmp_path / "x"
    path.write_bytes(start + data)
    try_all(path)


@PATIENT
@given(
    kind=st.sampled_from(["zip", "tar", "gz"]),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_mutated_archives_are_refused_or_read(tmp_path, kind, changes):
    path = tmp_path / "x"
    files = {"a.txt": b"hello" * 30, "b/ü.html": b"<p>x</p>" * 20}
    zipped(path, files) if kind == "zip" else tarred(path, files, mode="w" if kind == "tar" else "w:gz")
    data = bytearray(path.read_bytes())
    for place, value in changes:
        data[place % len(data)] = value
    path.write_bytes(data)
    try_all(path)
