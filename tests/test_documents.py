"""The documents hold together: links lead somewhere, each decision is in the index under a number of its own."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

from koinon.config import environment

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = ROOT / "docs" / "decisions"
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.M | re.S)
LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]*\ssrc=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ +(.+?) *$", re.M)


def documents() -> list[Path]:
    """The Markdown files that are, or are about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\0")
    return [file for name in names if name and (file := ROOT / name).is_file()]


def anchors(text: str) -> set[str]:
    """Names of the headings as a forge makes them: lower case, no signs, hyphens for blanks."""
    bare = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in HEADING.findall(bare)}


def lost(file: Path) -> list[str]:
    found = []
    for match in LINK.finditer(CODE.sub("", file.read_text())):
        address = match[1] or match[2]
        if re.match(r"[a-z]+:", address):
            continue
        path, _, anchor = address.partition("#")
        target = (file.parent / unquote(path)) if path else file
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target.read_text())):
            found.append(f"{file.relative_to(ROOT)}: {address}")
    return found


def test_relative_links_lead_somewhere():
    assert len(documents()) > 10
    assert not [address for file in documents() for address in lost(file)]


def test_a_lost_link_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.test_documents.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "# A head, here\n[a](page.md#a-head-here) [b](#b) [c](no.md) `[d](no.md)` [e](https://example.org/)"
    )
    assert lost(page) == ["page.md: #b", "page.md: no.md"]


def test_each_decision_has_a_number_and_stands_in_the_index():
    pages = sorted(file.name for file in DECISIONS.glob("[0-9]*.md"))
    index = re.findall(r"\[(\d{4})\]\(((\d{4})-[\w-]+\.md)\)", (DECISIONS / "README.md").read_text())
    assert [name for _, name, _ in index] == pages
    assert all(number == own for number, _, own in index)
    assert len({name[:4] for name in pages}) == len(pages)


def test_each_decision_is_one_page_in_the_same_form():
    for file in DECISIONS.glob("[0-9]*.md"):
        text = file.read_text()
        assert text.startswith(f"# {file.name[:4]} "), file.name
        assert all(part in text for part in ("**Context.**", "**Decision.**", "**What we gave up.**")), file.name
        assert len(text.split()) <= 450, f"{file.name} is longer than a page"


def test_operators_read_of_every_setting():
    page = (ROOT / "docs" / "guides" / "operators.md").read_text()
    assert not [setting.name for setting in environment.SETTINGS if f"`{setting.name}`" not in page]
