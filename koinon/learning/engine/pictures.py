"""The twelve pictures of a code for people who do not write: simple shapes with names, told apart without colour."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

LENGTH = 4
"""Pictures of a code, in their order: 20,736 codes, and five tries."""

_SHAPES = {
    "sun": (
        '<circle cx="24" cy="24" r="9"/><path d="M24 4v7M24 37v7M4 24h7M37 24h7M10 10l5 5M33 33l5 '
        '5M38 10l-5 5M15 33l-5 5"/>'
    ),
    "house": '<path d="M5 24 24 7l19 17M10 20v22h28V20M20 42V29h8v13"/>',
    "tree": '<path d="M24 5 11 22h6L8 35h32l-9-13h6zM24 35v9"/>',
    "fish": '<path d="M5 24c7-11 20-13 29-2l9-8v20l-9-8c-9 11-22 9-29-2z"/><circle cx="14" cy="22" r="1.5"/>',
    "key": '<circle cx="13" cy="24" r="8"/><path d="M21 24h23M36 24v8M42 24v6"/>',
    "cup": (
        '<path d="M8 14h25v18a8 8 0 0 1-8 8h-9a8 8 0 0 1-8-8zM33 19h4a5 5 0 0 1 0 12h-4M15 8v-4M21 '
        '8v-4M27 8v-4"/>'
    ),
    "star": '<path d="m24 4 6 14 15 1-12 10 4 15-13-8-13 8 4-15L3 19l15-1z"/>',
    "boat": '<path d="M4 33h40l-6 10H10zM24 33V5l14 22H24M20 27H9L20 12"/>',
    "moon": '<path d="M33 5a20 20 0 1 0 10 28A17 17 0 0 1 33 5z"/>',
    "umbrella": '<path d="M4 24a20 20 0 0 1 40 0zM24 24v14a5 5 0 0 1-10 0M24 4V1"/>',
    "bell": '<path d="M8 36c5-4 4-12 5-18a11 11 0 0 1 22 0c1 6 0 14 5 18zM20 36a4 4 0 0 0 8 0M24 7V3"/>',
    "leaf": '<path d="M7 41C3 18 18 5 43 5c0 25-13 40-36 36zM7 41 31 17M17 31V19M17 31h12"/>',
}  # fmt: skip
PICTURES: Mapping[str, tuple[Any, str]] = {
    "sun": (_("Sun"), _SHAPES["sun"]),
    "house": (_("House"), _SHAPES["house"]),
    "tree": (_("Tree"), _SHAPES["tree"]),
    "fish": (_("Fish"), _SHAPES["fish"]),
    "key": (_("Key"), _SHAPES["key"]),
    "cup": (_("Cup"), _SHAPES["cup"]),
    "star": (_("Star"), _SHAPES["star"]),
    "boat": (_("Boat"), _SHAPES["boat"]),
    "moon": (_("Moon"), _SHAPES["moon"]),
    "umbrella": (_("Umbrella"), _SHAPES["umbrella"]),
    "bell": (_("Bell"), _SHAPES["bell"]),
    "leaf": (_("Leaf"), _SHAPES["leaf"]),
}
"""key -> (name, shapes inside a box of 48 by 48, drawn as lines)."""


def draw() -> list[str]:
    """A new code: four pictures by chance, in their order; the same may come twice."""
    return [secrets.choice(list(PICTURES)) for _place in range(LENGTH)]


def is_code(said: Sequence[str]) -> bool:
    """Four pictures that we know."""
    return len(said) == LENGTH and all(picture in PICTURES for picture in said)
