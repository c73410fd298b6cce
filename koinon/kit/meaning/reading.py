"""How a question is read: the forms of its words and the language it seems to be in.

The tables behind it take 80 MB, so the encoder process reads for all (`serve`, `http`). Whoever finds it away reads
here, by this same function: the answer is the same, the process grows by what the tables take.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SPOKEN = 5
SMALL = 3
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a question in order, each in its forms (folded, none empty), and its language; None: not clear."""

    words: list[list[str]]
    language: str | None


def read(text: str, language: str, spoken: Sequence[str] = ()) -> Reading:
    """Read `text` in the reader's language and in the one it seems to be written in.

    When that is not clear, in those that are `spoken` where it is asked. Never fails.
    """
    from koinon.kit.meaning import detect, words  # their tables are large: loaded with the first question

    seen = detect.language_of(text, among=[language, *spoken] if spoken else None)
    readings = dict.fromkeys([seen, language] if seen else [language, *spoken[:SPOKEN]])
    return Reading([forms for forms in words.lexemes(_telling(text), *readings) if forms], seen)


def warm(languages: Sequence[str]) -> None:
    """Load the tables of these languages now, so that nobody waits for them."""
    from koinon.kit.meaning import detect, words

    words.warm(languages)
    detect.warm()


def forget() -> None:
    """Give the memory of the tables back; the next question read here loads them again."""
    from koinon.kit.meaning import detect, words

    words.forget()
    detect.forget()


def _telling(text: str) -> str:
    """The words that tell something: not the small ones (of, and, për, για, ir), unless there is nothing else."""
    told = [word for word in _WORD.findall(text) if len(word) > SMALL or word.isupper() or any(map(str.isdigit, word))]
    return " ".join(told) or text
