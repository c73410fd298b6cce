"""`koinon match`: the offers and needs of one spreadsheet, matched on this machine, as a page and a workbook.

No server, no database, nothing leaves the machine. The same encoder, calibration, pairs and reasons as the site.
"""

import errno
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koinon.kit.meaning import calibration, themes
from koinon.kit.meaning.folding import fold
from koinon.kit.meaning.port import EncoderPort
from koinon.kit.sheets import SheetError
from koinon.kit.vocabularies import eurovoc
from koinon.matching.engine import pairs, rows, signals
from koinon.matching.engine.clusters import Cluster
from koinon.matching.engine.clusters import clusters as grouped

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
TEXTS_AT_ONCE = 32
THEMES_GUESSED = 3
PARTS = 100
READ, LABELLED, EMBEDDED, THEMED, MATCHED = 3, 20, 80, 92, 97
"""How far the bar stands after each part, in hundredths."""


@dataclass
class Findings:
    """What the page and the workbook show: the book, its matches with reasons, themes of each text, clusters."""

    book: rows.Book
    needs: list[int]
    offers: list[int]
    items: list[signals.Item]
    pairs: list[pairs.Pair]
    themes: list[tuple[str, ...]]
    clusters: list[Cluster] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict, repr=False)

    def cluster_of(self) -> dict[int, int]:
        """Row position -> number of its cluster."""
        return {row: number for number, each in enumerate(self.clusters) for row in each.rows}

    def cluster_of_row(self, row: int) -> str:
        """The number of the cluster of one row as text, "" for none; asked once per entry, so it is kept."""
        if not self._numbers:
            self._numbers.update(self.cluster_of())
        return str(self._numbers.get(row, ""))


def run(*, file: Path, out: Path, language: str, encoder: EncoderPort, progress: Progress) -> list[Path]:
    """Match the spreadsheet `file`, write `<out>.html` and `<out>.xlsx` in `language`, give their paths.

    `progress(done, of)` hears how far it is, in hundredths. Raises ValueError with a sentence for the person when the
    file cannot be used or the report cannot be written; rows that cannot be read are listed in the report instead.
    """
    _words_ready()
    from django.utils import translation

    from koinon.matching.engine import book, page

    with translation.override(_known(language)):
        base = out.with_suffix("") if out.suffix.lower() in (".html", ".xlsx") else out
        try:
            written = _targets(file, base)
        except OSError as problem:
            raise ValueError(page.unwritable(base, problem)) from problem
        try:
            read = rows.read(file)
        except rows.Unusable as problem:
            raise ValueError(page.unusable(problem)) from problem
        except SheetError as problem:
            raise ValueError(str(problem)) from problem
        progress(READ, PARTS)
        found = find(read, encoder, progress)
        try:
            with tempfile.TemporaryDirectory(dir=base.parent, prefix=".report-") as folder:
                drafts = [Path(folder) / each.name for each in written]
                drafts[0].write_text(page.html(found, source=file.name, language=_known(language)), "utf-8")
                with drafts[1].open("wb") as workbook:
                    book.write(workbook, found, language=_known(language))
                for draft, target in zip(drafts, written, strict=True):
                    draft.replace(target)
        except OSError as problem:
            raise ValueError(page.unwritable(base, problem)) from problem
    progress(PARTS, PARTS)
    return written


def _targets(file: Path, base: Path) -> list[Path]:
    """Where the report goes, before minutes are spent on it; never over the spreadsheet that it is made from."""
    base.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(base.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    written = [base.with_name(f"{base.name}.{ending}") for ending in ("html", "xlsx")]
    if any(each.exists() and each.samefile(file) for each in written):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    if any(each.is_dir() for each in written):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return written


def find(read: rows.Book, encoder: EncoderPort, progress: Progress) -> Findings:
    """Themes, matches and clusters of what was read."""
    texts = read.texts
    vectors = _encoded([text.says for text in texts], encoder, progress)
    kept = _Kept(encoder, dict(zip([text.says for text in texts], vectors, strict=True)))
    named = _themes(read, kept, progress)
    languages, sides = [text.language for text in texts], [text.side for text in texts]
    meaning = calibration.fit(vectors, languages, sides, encoder=encoder.version).apply(vectors, languages, sides)
    houses = _houses(read)
    items = [_item(read, text, named[place], houses[text.row]) for place, text in enumerate(texts)]
    needs = [place for place, side in enumerate(sides) if side == "need"]
    offers = [place for place, side in enumerate(sides) if side == "offer"]
    matched = pairs.match(*(pairs.Side(meaning[side], [items[place] for place in side]) for side in (needs, offers)))
    progress(MATCHED, PARTS)
    found = Findings(read, needs, offers, items, matched, named)
    found.clusters = _clusters(found, meaning)
    return found


def _encoded(texts: Sequence[str], encoder: EncoderPort, progress: Progress) -> Vectors:
    parts = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        parts.append(encoder.encode(texts[start : start + TEXTS_AT_ONCE], "query"))
        done = min(start + TEXTS_AT_ONCE, len(texts)) / len(texts)
        progress(READ + round((EMBEDDED - LABELLED) * done), PARTS)
    return np.concatenate(parts)


class _Kept:
    """An encoder that remembers the texts of the book, so that asking for their themes costs nothing again."""

    def __init__(self, encoder: EncoderPort, known: dict[str, Vectors]) -> None:
        self._encoder, self._known = encoder, known

    @property
    def version(self) -> str:
        return self._encoder.version

    def encode(self, texts: Sequence[str], kind: Any = "passage") -> Vectors:
        if kind == "query" and all(text in self._known for text in texts):
            return np.stack([self._known[text] for text in texts])
        return self._encoder.encode(texts, kind)


def _themes(read: rows.Book, encoder: EncoderPort, progress: Progress) -> list[tuple[str, ...]]:
    """Themes of each text: those written in the sheet, else the three that fit best."""
    asked = themes.Themes(((each.id, each.labels) for each in eurovoc.default_concepts()), encoder, _cache())
    is_needed = any(not read.rows[text.row].themes for text in read.texts)
    if is_needed:
        start = READ + EMBEDDED - LABELLED
        asked.prepare(encoder, lambda done, of: progress(start + round((EMBEDDED - start) * done / max(1, of)), PARTS))
    found = []
    for place, text in enumerate(read.texts):
        written = read.rows[text.row].themes
        found.append(written or tuple(asked.suggest(text.says, text.language, THEMES_GUESSED)))
        if place % TEXTS_AT_ONCE == 0:
            progress(EMBEDDED + round((THEMED - EMBEDDED) * place / len(read.texts)), PARTS)
    return found


def _houses(read: rows.Book) -> list[int]:
    """For each row the first of the same organisation: people write one offer or need a row, and nobody is their own
    partner."""
    first: dict[tuple[str, str], int] = {}
    return [first.setdefault((fold(row.name), row.country), place) for place, row in enumerate(read.rows)]


def _item(read: rows.Book, text: rows.Text, named: Sequence[str], house: int) -> signals.Item:
    row = read.rows[text.row]
    spoken = {*row.languages, text.language} - {rows.UNKNOWN}
    return signals.Item(
        language=text.language,
        organisation=house,
        kind=text.kind,
        themes=frozenset(named),
        organisation_kind=row.kind,
        country=row.country,
        speaks=frozenset(spoken),
        point=row.point,
    )


def _clusters(found: Findings, meaning: Vectors) -> list[Cluster]:
    """Organisations by the mean of their texts; those without a text belong to no cluster."""
    by_row: dict[int, list[int]] = {}
    for place, text in enumerate(found.book.texts):
        by_row.setdefault(text.row, []).append(place)
    written = sorted(by_row)
    vectors = calibration.unit(np.stack([meaning[by_row[row]].mean(0) for row in written]))
    languages = [found.book.texts[by_row[row][0]].language for row in written]
    named = [[theme for place in by_row[row] for theme in found.themes[place]] for row in written]
    return [
        Cluster(tuple(written[row] for row in each.rows), each.themes) for each in grouped(vectors, languages, named)
    ]


def _words_ready() -> None:
    """Translations need Django's registry; no database is touched."""
    from django.apps import apps

    if not apps.ready:
        import django

        django.setup()


def _known(language: str) -> str:
    from django.conf import settings

    short = language.replace("_", "-").split("-")[0].lower()
    return short if short in dict(settings.LANGUAGES) else "en"


def _cache() -> Path | None:
    """Vectors of theme labels are kept in the data folder, so that the second report is quicker."""
    from django.conf import settings

    folder = Path(settings.KOINON_DATA)
    return folder if folder.is_dir() else None
