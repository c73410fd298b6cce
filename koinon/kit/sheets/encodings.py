"""Text files of unknown origin: which letters are these, and what parts the columns?"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from koinon.kit.sheets.errors import SheetError

DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The letters that the languages written in each code page really use; others count against it.
_LETTERS = {
    "cp1251": "абвгдежзијклмнопрстуфхцчшљњџѓќѕђћйщъьюяыэёіїє",
    "cp1253": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "iso8859-7": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "cp1257": "ąčęėįšųūžāēģīķļņõäöü",
    "cp1250": "čćđšžëçáéíóöőúüűăâîąęłńśźżěřůýôßä",
    "cp1252": "æøåäöüßéèêëàçñáíóúôâîûïœ",
}
_TYPICAL = {
    "cp1251": "аеиотнрс",
    "cp1253": "αειοςτσν",
    "iso8859-7": "αειοςτσν",
    "cp1257": "ąčęėįšųūž",
    "cp1250": "čćđšžëç",
    "cp1252": "æøåäöüßéèç",
}
_MARKS = "–—‘’“”„«»•…€°§©®№·"
_WORDS = {
    "cp1250": re.compile(r"\b(dhe|për|në|të|së|është|i|je|za|škola|općina|grad)\b"),
    "cp1257": re.compile(r"\b(ir|yra|rajono|miesto|mokykla|savivaldybė|centras|įstaiga|pavadinimas)\b"),
    "cp1252": re.compile(
        r"\b(og|på|for|kommune|skole|und|der|die|et|de|la|stadt|navn|di|della|dei|delle|del|per|città|comune)\b"
    ),
}


def encoding_of(path: Path) -> str:
    """Name the encoding of a text file: by its mark, else UTF-8 where it is valid, else by its letters."""
    with path.open("rb") as file:
        start = file.read(256 * 1024)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    if _controls(start[:4096]) > 0.05:
        return _utf16(start[:4096])
    if _is_utf8(path):
        return "utf-8"
    return max(_LETTERS, key=lambda name: _likeness(start, name))


def read_rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give (line, cells); the line is where the row begins, as an editor counts. Raises SheetError."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            begins = 1
            for cells in reader:
                if not (begins == 1 and len(cells) <= 2 and "".join(cells).lower().startswith("sep=")):
                    yield begins, cells
                begins = reader.line_num + 1
    except (UnicodeError, LookupError) as error:
        raise SheetError("encoding", encoding=encoding) from error
    except csv.Error as error:
        raise SheetError("broken") from error


def delimiter_of(path: Path, encoding: str) -> str:
    """Name the sign that parts the columns: the one by which most lines have the same number of cells."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            text = file.read(128 * 1024)
    except (UnicodeError, LookupError) as error:
        raise SheetError("encoding", encoding=encoding) from error
    told = re.match(r'"?sep=(.)', text, re.IGNORECASE)
    if told and told[1] in DELIMITERS:
        return told[1]
    return max(DELIMITERS, key=lambda sign: _evenness(text, sign))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """Rate a delimiter: the share of rows that have the most usual width, weighted by that width."""
    widths: Counter[int] = Counter()
    try:
        for position, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            widths[len(cells)] += bool(cells)
            if position > 200:
                break
    except csv.Error:
        return 0.0, 0
    wide = {width: rows for width, rows in widths.items() if width > 1}
    if not wide:
        return 0.0, 0
    width, rows = max(wide.items(), key=lambda each: (each[1], each[0]))
    return rows / max(sum(widths.values()), 1), width


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _controls(start: bytes) -> float:
    """Give the share of bytes that no text holds; a stray one or two do no harm."""
    return sum(byte < 32 and byte not in b"\t\r\n" for byte in start) / max(len(start), 1)


def _utf16(start: bytes) -> str:
    """Tell the two UTF-16 apart by where the zeros are; a file with zeros anywhere else is not text."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) // 8 or min(even, odd) > max(even, odd) // 4:
        raise SheetError("unknown")
    return "utf-16-le" if odd > even else "utf-16-be"


def _likeness(start: bytes, encoding: str) -> float:
    """Rate how well a code page explains the bytes: letters of its languages, none foreign, none amid others."""
    text = start.decode(encoding, errors="replace")
    known, typical = _LETTERS[encoding], _TYPICAL.get(encoding, "")
    rating = 0.0
    for match in re.finditer(r"[^\x00-\x7f]", text):
        sign = match[0].lower()
        if sign in known:
            rating += 1.4 if sign in typical else 1.0
            rating -= 2.0 * _out_of_place(text, match.start(), encoding)
        elif sign not in _MARKS:
            rating -= 2.0
    words = _WORDS.get(encoding)
    return rating + (0.3 * len(words.findall(text.lower()[:20_000])) if words else 0.0)


def _out_of_place(text: str, position: int, encoding: str) -> bool:
    """Tell whether a letter stands in a Latin word that it cannot stand in, or is a capital within a small word."""
    before, after = text[position - 1] if position else " ", text[position + 1 : position + 2]
    if text[position].isupper() and before.islower():
        return True
    if encoding not in ("cp1251", "cp1253", "iso8859-7"):
        return False
    latin = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
    return latin or (text[position] == "ς" and after.isalpha())
