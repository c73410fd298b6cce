"""Organisations that people only write down: which spellings are the same one, and which are perhaps. Pure."""

import re
from difflib import SequenceMatcher

from koinon.kit.meaning.folding import fold

_INSIDE = re.compile(r"[.'\"`]")
_WORD = re.compile(r"[^\W_]+")
LONGEST = 400


def spelled(name: str) -> str:
    """One form for «NGO „Zid”», «zid ngo» and «НГО Зид»: folded, without signs, its words by the alphabet."""
    plain = fold(name)
    words = sorted(_WORD.findall(_INSIDE.sub("", plain)))
    return (" ".join(words) or plain)[:LONGEST]


def alike(one: str, other: str) -> bool:
    """Might these two be one? Both as `spelled`. Only to propose: a person says whether they are."""
    first, second = frozenset(one.split()), frozenset(other.split())
    if first <= second or second <= first:
        return True
    pair = SequenceMatcher(None, one.replace(" ", ""), other.replace(" ", ""), autojunk=False)
    if pair.real_quick_ratio() < 0.8 or (letters := pair.quick_ratio()) < 0.8:
        return False
    return letters >= 0.9 or pair.ratio() >= 0.8
