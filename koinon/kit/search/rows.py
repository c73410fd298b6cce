"""What an app hands over to be found: plain data, so that search knows no noun of theirs."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from koinon.kit.meaning.folding import fold, loose

NAMES_KEPT = 1500
TITLE_KEPT = 300
KEY_KEPT = 120


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to be found in one scope.

    `names` are its spellings in any language and script; `tags` labels of its themes in any language; `themes`,
    `languages`, `marks`, `country` and `sort` are the values of the facets. `embeds` is what the encoder reads
    (default: title, tags and text); `prefix` how: things compared with each other are both "query".
    """

    noun: UUID
    title: str
    language: str
    names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    text: str = ""
    country: str = ""
    sort: str = ""
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    embeds: str | None = None
    prefix: Literal["query", "passage"] = "passage"

    @property
    def key(self) -> str:
        """Where it stands in an alphabetical list: the folded title, so that three scripts share one order."""
        return fold(self.title)[:KEY_KEPT]

    @property
    def spellings(self) -> str:
        """Folded and loosely folded names, each once: what misspelt names are compared with."""
        forms = [form(name) for name in (self.title, *self.names) for form in (fold, loose)]
        return " | ".join(dict.fromkeys(form for form in forms if form))[:NAMES_KEPT]

    @property
    def says(self) -> str:
        """What the encoder reads."""
        if self.embeds is not None:
            return self.embeds
        return ". ".join(part for part in (self.title, ", ".join(self.tags[:12]), self.text) if part)
