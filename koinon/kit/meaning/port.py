"""What every encoder offers, whether it runs here, in another process or on another machine."""

from collections.abc import Sequence
from typing import Literal, Protocol

from koinon.kit.meaning.arrays import Floats

Kind = Literal["query", "passage"]
"""How a text is put to the encoder: offers and needs both as "query"; the search box "query" against "passage"."""

Vectors = Floats


class EncoderPort(Protocol):
    """Turns texts into unit vectors."""

    @property
    def version(self) -> str:
        """Name of the model; vectors of two versions are not comparable."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Give float32 [len(texts), size] of unit length, in the order of the texts; raises EncoderUnavailable."""
        ...


class EncoderUnavailable(Exception):  # noqa: N818  (a state of affairs, which callers expect)
    """The encoder cannot be reached or does not answer; words still find things. The message says why."""
