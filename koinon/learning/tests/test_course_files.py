"""Our own files: JSON without loss, HTML that anybody can read, and the command that says what a file holds."""
# ruff: noqa: E501  (samples of XML are easier to read on one line)

import hashlib
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from koinon.config.cli import cli
from koinon.learning import formats
from koinon.learning.engine.documents import NODE_KINDS, QUESTION_KINDS, Asset, Document, Node, Part, Question
from koinon.learning.formats import html_zip, koinon_json
from koinon.learning.tests.hostile import zipped
from koinon.learning.tests.test_cartridge import a_course
from koinon.learning.tests.test_packages import SCORM_12

KEYS = st.from_regex(r"[a-z0-9_.:-]{1,12}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&\x00"), max_size=20)
LANGUAGES = st.sampled_from(["en", "el", "sq", "zh-hans"])
TEXTS = st.dictionaries(
    LANGUAGES, st.dictionaries(st.sampled_from(["title", "stem", "a.text"]), WORDS, max_size=3), max_size=3
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
SETTINGS = st.dictionaries(KEYS, JSON, max_size=3)
NUMBERS = st.floats(-100, 100).map(lambda number: number + 0.0)


@st.composite
def documents(draw) -> Document:
    keys = draw(st.lists(KEYS, unique=True, max_size=6))
    nodes = tuple(
        Node(key, draw(st.sampled_from(NODE_KINDS)), draw(st.sampled_from(["", *keys[:place]])), draw(TEXTS), draw(SETTINGS), draw(SETTINGS), draw(st.booleans()), tuple(draw(st.lists(WORDS, max_size=2))))
        for place, key in enumerate(keys)
    )  # fmt: skip
    questions = tuple(
        Question(key, draw(st.sampled_from(QUESTION_KINDS)), tuple(Part(part, draw(NUMBERS), draw(SETTINGS)) for part in draw(st.lists(KEYS, unique=True, max_size=3))), draw(TEXTS), draw(NUMBERS), draw(st.booleans()), tuple(draw(st.lists(WORDS, max_size=2))), draw(WORDS))
        for key in draw(st.lists(KEYS, unique=True, max_size=3))
    )  # fmt: skip
    contents = draw(st.lists(st.binary(max_size=40), unique=True, max_size=3))
    assets = tuple(
        Asset(hashlib.sha256(data).hexdigest(), f"{place}.png", "image/png", len(data), {"en": draw(WORDS)}, {}, draw(WORDS), draw(WORDS), read=lambda data=data: data)
        for place, data in enumerate(contents)
    )  # fmt: skip
    return Document(draw(KEYS), "en", draw(TEXTS), nodes, questions, assets, draw(WORDS), draw(WORDS), draw(WORDS))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(document=documents())
def test_what_is_written_is_read_again_identical(tmp_path, document):
    path = tmp_path / "x.zip"
    koinon_json.FORMAT.write(document, path, "en")
    again, report = formats.read(path)
    assert report.refusal is None
    assert again == document
    assert [asset.read() for asset in again.assets] == [asset.read() for asset in document.assets]
    first = path.read_bytes()
    koinon_json.FORMAT.write(again, path, "en")
    assert path.read_bytes() == first


def test_a_course_with_blocks_and_pictures_comes_back_identical(tmp_path):
    koinon_json.FORMAT.write(a_course(), tmp_path / "x.zip", "en")
    again, report = formats.read(tmp_path / "x.zip")
    assert again == a_course()
    assert not [item for item in report.items if item.fate != "kept"]


def changed(tmp_path, change, name="document.json"):
    koinon_json.FORMAT.write(a_course(), tmp_path / "x.zip", "en")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    change(files)
    return formats.read(zipped(tmp_path / "y.zip", files))


def test_texts_that_were_changed_by_hand_are_cleaned(tmp_path):
    def change(files):
        files["document.json"] = files["document.json"].replace(
            b"Hello <b>you</b>", b"Hello <b>you</b><script>x()</script>"
        )

    document, report = changed(tmp_path, change)
    assert "<script" not in str(document)
    assert ("changed", "html_cleaned") in {(item.fate, item.code) for item in report.items}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda said: said["nodes"].__setitem__(0, said["nodes"][-1]), "not_ours"),
        (lambda said: said["nodes"][0].__setitem__("parent", said["nodes"][0]["key"]), "not_ours"),
        (lambda said: said["nodes"][0].__setitem__("kind", "game"), "not_ours"),
        (lambda said: said.pop("questions"), "not_ours"),
        (lambda said: said["questions"].append(said["questions"][0]), "not_ours"),
        (lambda said: said.__setitem__("texts", [1]), "not_ours"),
        (lambda said: said["assets"][0].__setitem__("key", "0" * 64), "missing"),
        (lambda said: said["assets"][0].__setitem__("size", 1), "not_ours"),
    ],
)
def test_files_that_do_not_keep_to_our_format(tmp_path, change, code):
    def rewrite(files):
        said = json.loads(files["document.json"])
        change(said["document"])
        files["document.json"] = json.dumps(said)

    assert changed(tmp_path, rewrite)[1].refusal.code == code


def test_a_file_that_is_not_what_its_name_says(tmp_path):
    def rewrite(files):
        name = next(name for name in files if name.startswith("assets/"))
        files[name] = files[name][::-1]

    assert changed(tmp_path, rewrite)[1].refusal.code == "wrong_sum"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=JSON)
def test_any_json_is_refused_or_read(tmp_path, said):
    path = zipped(tmp_path / "x.zip", {"document.json": json.dumps({"format": "koinon course 1", "document": said})})
    document, report = formats.read(path)
    assert document is None
    assert report.refusal.code == "not_ours"


def test_pages_in_two_languages(tmp_path):
    course = a_course()
    course = replace(course, texts={**course.texts, "el": {"title": "Ένα μάθημα"}})
    html_zip.FORMAT.write(course, tmp_path / "x.zip", "en")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".html")}
        names = set(archive.namelist())
    assert {"index.html", "en/index.html", "el/index.html", "en/001.html"} <= set(pages)
    for name, page in pages.items():
        root = lxml_html.document_fromstring(page)
        assert root.get("lang")
        assert not root.xpath("//script | //@style | //style | //@onclick")
        assert len(root.xpath("//h1")) == 1
        assert len(root.xpath("//main")) == 1
        assert all(each.get("alt") is not None for each in root.xpath("//img"))
        for address in root.xpath("//a/@href | //img/@src | //link/@href"):
            if not re.match("https?:|#", address):
                folder = name.rpartition("/")[0]
                import posixpath
                from urllib.parse import unquote

                assert posixpath.normpath(posixpath.join(folder, unquote(address))) in names
    assert 'lang="en"' in pages["el/001.html"]
    assert "Which ones?" in "".join(pages.values())


def check(path, *options):
    result = CliRunner().invoke(cli, ["course", "check", str(path), *options])
    return result.exit_code, json.loads(result.output)


def test_the_command(tmp_path):
    files = {"imsmanifest.xml": SCORM_12, "my home/index.html": "", "work.html": ""}
    code, said = check(zipped(tmp_path / "x.zip", files))
    assert (code, said["format"], said["is_importable"], said["refused"]) == (0, "scorm", True, None)
    assert said["kept"] + said["changed"] + said["dropped"] == len(said["items"])
    (tmp_path / "x.bin").write_bytes(b"nothing")
    code, said = check(tmp_path / "x.bin")
    assert (code, said["is_importable"], said["refused"]["code"]) == (2, False, "unknown_format")
    assert said["refused"]["reason"] == "We do not know this kind of file."
    code, said = check(zipped(tmp_path / "y.zip", {"../x": "1", "imsmanifest.xml": ""}))
    assert (code, said["refused"]["code"]) == (2, "outside")


ENGINE = Path(formats.__file__).parent.parent / "engine"
REASON = re.compile(r"^    (\w+)=_\(", re.MULTILINE)


def test_a_format_says_only_reasons_of_its_own_or_of_the_engine():
    """Each is loaded by itself when it is used: what several say stands where all find it."""
    read = {
        each: "".join(file.read_text() for file in each.rglob("*.py"))
        for each in [ENGINE, *filter(Path.is_dir, (ENGINE.parent / "formats").iterdir())]
    }
    codes = {each: set(REASON.findall(text)) for each, text in read.items()}
    for each, text in list(read.items())[1:]:
        others = set().union(*codes.values()) - codes[each] - codes[ENGINE]
        borrowed = sorted(code for code in others if f'"{code}"' in text)
        assert not borrowed, f"{each.name} says {borrowed}"
