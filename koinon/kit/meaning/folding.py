"""Folding: a name written in Latin, Greek or Cyrillic, with or without accents, becomes the same letters.

Two strengths, both pure and without any dictionary:

- `fold` is faithful: lower case, no accents, Greek by ELOT 743, Cyrillic by the South Slavic Latin alphabet
  without its accents (Велење, Velenje -> velenje; Σέρρες -> serres; Štip, Штип -> stip).
- `loose` goes further for *finding*: digraphs and doubled letters that differ by habit fall together
  (Shtip, Stip -> stip; Yambol, Jambol, Ямбол -> iambol). Two different names may share a loose form: use it
  to propose, never to decide.
"""

import re
import unicodedata

_LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ŀ": "l",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "ѓ": "gj", "е": "e", "ё": "e", "є": "je",
    "ж": "z", "з": "z", "ѕ": "dz", "и": "i", "і": "i", "ї": "ji", "й": "j", "ј": "j", "к": "k", "ќ": "kj",
    "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "ћ": "c", "у": "u", "ў": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "щ": "st",
    "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "ju", "я": "ja", "ґ": "g", "ѐ": "e", "ѝ": "i", "ѣ": "e",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_SIGNS = {
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʹ": "'", "“": '"', "”": '"', "„": '"',
    "«": '"', "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None,
    "\ufeff": None, "\0": " ",
}  # fmt: skip
_BEFORE = str.maketrans(_SIGNS | _CYRILLIC)
_AFTER = str.maketrans(_LATIN | _GREEK | _CYRILLIC)
_VOICELESS = "θκξπσςτφχψ"
_GREEK_PAIRS = re.compile("(ο)[υύ]|([αεη])[υύ](?=(.?))|γ(?=[γξχ])|(?<![^\\W\\d_])μπ|μπ(?![^\\W\\d_])", re.DOTALL)
_GREEK_LETTER = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_SPACE = re.compile(r"\s+")

_LOOSE = (
    ("tsch", "c"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("th", "t"), ("ph", "f"),
    ("dzh", "z"), ("dz", "z"), ("xh", "z"), ("dj", "d"), ("gj", "g"), ("kj", "k"), ("ts", "c"),
    ("tz", "c"), ("cz", "c"), ("sz", "s"), ("ou", "u"), ("qu", "k"), ("ks", "x"), ("q", "k"), ("w", "v"),
    ("y", "i"), ("j", "i"),
)  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Write `text` in plain lower-case Latin letters, so that names meet across scripts and accents.

    Letters of other scripts stay as they are; punctuation stays (curly quotes and dashes become plain), white
    space becomes one blank. Linear in the length of the text, raises nothing, and folding twice changes
    nothing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()).translate(_BEFORE)
        if _GREEK_LETTER.search(text):
            text = _GREEK_PAIRS.sub(_greek_pair, text)
        text = _unaccent(text).translate(_AFTER)
    return _SPACE.sub(" ", text.lower().replace("\0", " ")).strip()


def loose(text: str) -> str:
    """Fold `text`, then drop what people spell by habit: sh/s, ch/c, y/j/i, ou/u, doubled letters, signs."""
    plain = _NOT_WORD.sub(" ", fold(text)).strip()
    for written, sounded in _LOOSE:
        plain = plain.replace(written, sounded)
    return _DOUBLED.sub(r"\1", plain)


def _unaccent(text: str) -> str:
    """Drop the combining accents of European scripts; vowel signs of other scripts are letters and stay."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def _greek_pair(found: re.Match[str]) -> str:
    """Write the Greek pairs that sound as one (ου, αυ, γγ, initial μπ) the way ELOT 743 does."""
    if found[1]:
        return "ou"
    if found[2]:
        voiceless = not found[3] or not found[3].isalpha() or found[3] in _VOICELESS
        return found[2] + ("f" if voiceless else "v")
    return "n" if found[0] == "γ" else "b"
