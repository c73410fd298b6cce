"""Texts with variables in braces: only names on a list are replaced, nothing in a text is ever run."""

import re
from collections.abc import Iterable, Mapping

_NAME = re.compile(r"\{\s*(\w+)\s*\}")
_LINES = re.compile(r"\n{3,}")


def fill(text: str, said: Mapping[str, str]) -> str:
    """Put what is said where `{name}` stands; names that are not said become empty, and empty paragraphs close up."""
    filled = _NAME.sub(lambda found: said.get(found.group(1), ""), text)
    return _LINES.sub("\n\n", "\n".join(line.rstrip() for line in filled.splitlines())).strip()


def unknown(text: str, names: Iterable[str]) -> list[str]:
    """Variables of the text that are not on the list, in order, each once."""
    known = set(names)
    return list(dict.fromkeys(name for name in _NAME.findall(text) if name not in known))
