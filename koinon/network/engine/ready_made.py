"""Ready-made forms in the languages of a network: what a coordinator begins with."""

import tomllib
from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "data" / "forms.toml"
_TEXTS = {"titles", "intros", "labels", "helps", "units"}


def choices(language: str) -> list[tuple[str, str, str]]:
    """(key, purpose, name in the reader's language) of those that are not empty."""
    rows = [(key, form["purpose"], form["names"]) for key, form in _forms().items() if not key.startswith("empty ")]
    return [(key, purpose, names.get(language) or names["en"]) for key, purpose, names in rows]


def ready_made(key: str, languages: Sequence[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Names and schema of the form `key` in these languages, the original first. Raises KeyError if there is none.

    A language without texts of ours is left for the coordinator; if the original has none, English stands in for it.
    """
    form = deepcopy(_forms()[key])
    schema = {"language": languages[0], "parts": form["parts"]}
    for part in schema["parts"]:
        part.setdefault("intros", {})
        part.setdefault("questions", [])
        for question in part["questions"]:
            question.setdefault("helps", {})
    kept = _in(schema["parts"], languages)
    return _texts(form["names"], languages), {**schema, "parts": kept}


def _in(thing: Any, languages: Sequence[str]) -> Any:
    if isinstance(thing, list):
        return [_in(each, languages) for each in thing]
    if isinstance(thing, dict):
        return {
            name: _texts(value, languages)
            if name in _TEXTS
            else [_texts(end, languages) for end in value]
            if name == "ends"
            else _in(value, languages)
            for name, value in thing.items()
        }
    return thing


def _texts(texts: dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    kept = {language: texts[language] for language in languages if language in texts}
    return {languages[0]: texts["en"], **kept} if texts and languages[0] not in kept else kept


@cache
def _forms() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
