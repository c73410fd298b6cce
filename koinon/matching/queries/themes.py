"""Themes for the writer: five suggestions from the words, all default ones by group."""

from collections.abc import Sequence

from koinon.kit.vocabularies import eurovoc

SUGGESTED = 5


def suggested_themes(text: str, language: str, chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Up to five (id, label in `language`) that the text is about, those chosen already left out."""
    try:
        from koinon.kit.meaning import themes
    except ImportError:
        return []
    found = themes.suggest(text, language, limit=SUGGESTED + len(chosen))
    return [(each, eurovoc.label(each, language)) for each in found if each not in chosen][:SUGGESTED]


def group_labels(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The default themes as choices of a form: (group, [(id, label)]), each group in the order of its labels."""
    return [
        (
            concepts[0].label(language),
            sorted(((each.id, each.label(language)) for each in concepts), key=lambda pair: pair[1].casefold()),
        )
        for concepts in eurovoc.default_groups().values()
        if concepts
    ]
