"""Words for searching: each word of a text in the forms under which somebody may look for it.

PostgreSQL stems two of our languages and mangles a third; so the forms are made here and stored in the 'simple'
configuration: the word itself and its lemma (simplemma), both folded to plain Latin letters, so that accents and
scripts do not matter. The lemma tables stay compressed in memory (about 5 MB a language, 20 microseconds a word).
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from .folding import fold, loose

LONGEST = 64
"""Letters of a word that count; longer ones are keys or mistakes, not words."""

LETTERS = 400_000
"""Letters of a text that are read."""

_WORD = re.compile(r"[^\W_]+")
TABLES = 16
"""Lemma tables kept at once, 2 to 15 MB each."""

_loading = threading.Lock()
_loaded: set[str] = set()
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_TABLE_OF = {"bs": "hbs", "hr": "hbs", "sr": "hbs", "cnr": "hbs", "me": "hbs", "sh": "hbs", "no": "nb"}
_SERBIAN = str.maketrans(
    dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
    | {"љ": "lj", "њ": "nj", "џ": "dž"}
)


def lexemes(text: str, *languages: str) -> list[list[str]]:
    """Give the forms of each word of `text`, in order: itself and its lemma in each of the languages, folded.

    The number of words does not depend on the languages, so readings of one text can be laid side by side. An
    unknown language, "" too, adds no lemma. Never fails; a word whose forms are all empty is left out nowhere.
    """
    tables = tuple(dict.fromkeys(table for each in languages if (table := _table(each))))
    plain = unicodedata.normalize("NFC", text[:LETTERS])
    return [list(_forms(word[:LONGEST], tables)) for word in _WORD.findall(plain)]


def lemma(word: str, language: str) -> str:
    """Give the dictionary form of one word, or the word itself when the language has no table."""
    table = _table(language)
    return _lemma(word[:LONGEST], table) if table else word


def name_keys(name: str) -> list[str]:
    """Give the keys under which a name is found in any script: faithful first, then as people spell by habit.

    Велење and Velenje have the same keys, Σέρρες shares them with Serres, Shtip with Štip and Штип.
    """
    return [key for key in dict.fromkeys((fold(name), loose(name))) if key]


def warm(languages: Iterable[str]) -> None:
    """Load the lemma tables of these languages now (0.05 to 1.5 s each), so that no reader waits for them."""
    for table in {_table(each) for each in languages} - {""}:
        _lemma("a", table)


def forget() -> None:
    """Give the memory of the lemma tables back."""
    _forms.cache_clear()
    _lemmatizer.cache_clear()
    _loaded.clear()


def has_lemmas(language: str) -> bool:
    """Say whether words of this language are also found in their other endings."""
    return bool(_table(language))


@lru_cache(maxsize=1)
def _lemmatizer() -> Any:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory

    tables = StreamDictionaryFactory(cache_max_size=TABLES)
    return Lemmatizer(cache_max_size=1, lemmatization_strategy=DefaultStrategy(dictionary_factory=tables))


@lru_cache(maxsize=64)
def _table(language: str) -> str:
    """The name of the lemma table of a language tag, "" when there is none."""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    code = language.replace("_", "-").split("-")[0].lower()
    code = _TABLE_OF.get(code, code)
    return code if code in SUPPORTED_LANGUAGES else ""


@lru_cache(maxsize=20_000)
def _forms(word: str, tables: tuple[str, ...]) -> tuple[str, ...]:
    found = [fold(word), *(fold(_lemma(word, table)) for table in tables)]
    return tuple(dict.fromkeys(each for each in found if each))


def _lemma(word: str, table: str) -> str:
    if table == "hbs" and _CYRILLIC.search(word):
        word = word.lower().translate(_SERBIAN)
    if table not in _loaded:
        with _loading:  # several threads that need a table at once load it once
            _lemmatizer().lemmatize("a", lang=table)
            _loaded.add(table)
    try:
        return str(_lemmatizer().lemmatize(word, lang=table))
    except (ValueError, IndexError):  # odd tokens; the word itself is still a form
        return word
