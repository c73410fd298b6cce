"""H5P: the package stays whole and plays from the second origin; what it says is read for search and the report."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine.archives import MB, Archive, is_zip
from koinon.learning.engine.documents import Document
from koinon.learning.engine.drafts import Draft, line, plain
from koinon.learning.engine.reports import Refused, Report, reasons
from koinon.learning.formats import Format, Progress

KINDS = {
    "MultiChoice": "multiple", "SingleChoiceSet": "single", "TrueFalse": "true_false", "Blanks": "cloze",
    "DragText": "cloze", "DragQuestion": "match", "MarkTheWords": "multiple", "Essay": "long", "Summary": "single",
    "ArithmeticQuiz": "numeric", "SortParagraphs": "order", "ImageSequencing": "order", "GuessTheAnswer": "short",
    "MultiMediaChoice": "multiple",
}  # fmt: skip
"""H5P types that ask something -> our kind of question, for the counts of the report."""
_DEEPEST, _WORDS = 40, 20_000

reasons(
    own_code=_("The package brings code of its own for %(name)s: it runs only on the separate address for packages."),
    no_library=_("The package does not bring the code that plays %(name)s."),
)


def looks(path: Path) -> bool:
    if not is_zip(path):
        return False
    with Archive.at(path) as archive:
        return archive.find("h5p.json") is not None


def read(path: Path, report: Report, language: str, progress: Progress) -> Document:
    """One package node; settings {"asset", "standard": "h5p", "main", "version", "libraries", "words", "is_scored"}."""
    with Archive.at(path) as archive:
        facts = _json(archive, "h5p.json")
        content = _json(archive, "content/content.json")
        settings = described(facts, archive)
    language = _language(facts) or language
    draft = Draft(f"h5p {settings['main']} {settings['title']}", language, report)
    kinds = Counter(kind for name in _asked(content, settings["main"]) if (kind := KINDS.get(name)))
    report.questions.update(kinds)
    settings |= {"asset": draft.package(path), "words": words(content), "is_scored": bool(kinds)}
    progress(1, 1)
    draft.node("h5p.json", "package", settings["title"] or path.stem, settings=settings, rule={"played": "completed"})
    for library in settings["libraries"]:
        _report(report, library)
    return draft.document(
        settings["title"] or path.stem, licence=_licence(facts), credit=line(", ".join(_authors(facts)))
    )


def described(facts: dict[str, Any], archive: Archive) -> dict[str, Any]:
    """Main library and version, all libraries with whether their code is in the package."""
    main = str(facts.get("mainLibrary") or "")
    if not main:
        raise Refused("missing", name="mainLibrary")
    libraries = [_library(each, archive) for each in facts.get("preloadedDependencies") or [] if isinstance(each, dict)]
    version = next((each["version"] for each in libraries if each["name"] == main), "")
    return {
        "standard": "h5p",
        "title": line(str(facts.get("title") or "")),
        "main": line(main),
        "version": version,
        "embeds": [str(each) for each in facts.get("embedTypes") or []][:5],
        "libraries": libraries[:300],
    }


def words(content: Any) -> str:
    """All texts of the content for search, as plain words; at most 20,000 signs."""
    found: list[str] = []
    size = 0
    for key, text in _strings(content):
        if key in ("library", "path", "mime", "subContentId", "copyright", "license", "contentType", "url"):
            continue
        said = plain(text) if "<" in text else line(text)
        if len(said) > 2 and (" " in said or said.isalpha()):
            found.append(said)
            size += len(said) + 1
        if size > _WORDS:
            break
    return " ".join(dict.fromkeys(found))[:_WORDS]


def _library(each: dict[str, Any], archive: Archive) -> dict[str, Any]:
    name = line(str(each.get("machineName") or ""))
    version = f"{each.get('majorVersion', 0)}.{each.get('minorVersion', 0)}"
    brings = any(archive.find(f"{folder}/library.json") for folder in (f"{name}-{version}", name))
    return {"name": name, "version": line(version), "brings_code": brings}


def _asked(content: Any, main: str) -> Iterator[str]:
    """Short names of all types in use, the main one first ("H5P.MultiChoice 1.16" -> "MultiChoice")."""
    yield main.removeprefix("H5P.")
    for key, text in _strings(content):
        if key == "library" and text.startswith("H5P."):
            yield text.split(" ", 1)[0].removeprefix("H5P.")


def _strings(content: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise Refused("too_deep", name="content/content.json")
    if isinstance(content, str):
        yield key, content
    elif isinstance(content, dict):
        for name, below in content.items():
            yield from _strings(below, str(name), depth + 1)
    elif isinstance(content, list):
        for below in content:
            yield from _strings(below, key, depth + 1)


def _json(archive: Archive, name: str) -> dict[str, Any]:
    try:
        found = json.loads(archive.read(archive.find(name) or name, limit=16 * MB))
    except (ValueError, RecursionError) as trouble:
        raise Refused("not_json", name=name) from trouble
    if not isinstance(found, dict):
        raise Refused("not_json", name=name)
    return found


def _language(facts: dict[str, Any]) -> str:
    said = str(facts.get("defaultLanguage") or facts.get("language") or "").split("-")[0].lower()
    return said if len(said) in (2, 3) and said.isalpha() and said != "und" else ""


def _licence(facts: dict[str, Any]) -> str:
    said = line(str(facts.get("license") or ""))
    version = line(str(facts.get("licenseVersion") or ""))
    return "" if said in ("", "U") else f"{said} {version}".strip()


def _authors(facts: dict[str, Any]) -> list[str]:
    found = facts.get("authors")
    return [str(each.get("name") or "") for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _report(report: Report, library: dict[str, Any]) -> None:
    said = f"{library['name']} {library['version']}"
    code = "own_code" if library["brings_code"] else "no_library"
    report.changed("h5p.json", said, "library", code, name=library["name"])


FORMAT = Format(name="h5p", title="H5P", looks=looks, read=read, suffix=".h5p", order=15)
