"""The report as a workbook: matches, rows, problems."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _

from koinon.kit import sheets
from koinon.kit.sheets import Cell
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.engine import reasons, said

if TYPE_CHECKING:
    from koinon.matching.engine.report import Findings


def write(target: BinaryIO, found: "Findings", *, language: str) -> None:
    """Write the three sheets; texts that look like formulas stay texts."""
    sheets.write_xlsx(target, [_matches(found, language), _rows(found, language), _problems(found)])


def _matches(found: "Findings", language: str) -> sheets.Table:
    header = [
        _("Row"), _("Who looks"), _("Need"), _("Place in the list"), _("Who offers"), _("Row"), _("Offer"), _("Why"),
    ]  # fmt: skip
    return sheets.Table(_("Matches"), header, _match_rows(found, language))


def _match_rows(found: "Findings", language: str) -> Iterator[list[Cell]]:
    book = found.book
    chosen = [pair for pair in found.pairs if pair.rank_for_need]
    for pair in sorted(chosen, key=lambda pair: (pair.need, pair.rank_for_need)):
        need, offer = found.needs[pair.need], found.offers[pair.offer]
        seeker, giver = book.rows[book.texts[need].row], book.rows[book.texts[offer].row]
        why = reasons.sentence(reasons.reasons(found.items[need], found.items[offer], pair), language)
        yield [
            seeker.number, seeker.name, book.texts[need].title, pair.rank_for_need,
            giver.name, giver.number, book.texts[offer].title, why,
        ]  # fmt: skip


def _rows(found: "Findings", language: str) -> sheets.Table:
    header = [
        _("Row"),
        _("Name of the organisation"),
        _("Kind"),
        _("Country"),
        _("Place"),
        _("Themes"),
        _("Cluster"),
        _("Needs"),
        _("Offers"),
    ]
    return sheets.Table(_("Rows"), header, _row_rows(found, language))


def _row_rows(found: "Findings", language: str) -> Iterator[list[Cell]]:
    clusters = found.cluster_of()
    for place, row in enumerate(found.book.rows):
        texts = [at for at, text in enumerate(found.book.texts) if text.row == place]
        themes = list(dict.fromkeys(theme for at in texts for theme in found.themes[at]))
        sides = [found.book.texts[at].side for at in texts]
        yield [
            row.number, row.name, _(reasons.KINDS[row.kind]) if row.kind in reasons.KINDS else row.kind,
            countries.country_name(row.country, language) if row.country else "", row.city,
            ", ".join(eurovoc.label(theme, language) for theme in themes),
            clusters[place] + 1 if place in clusters else None, sides.count("need"), sides.count("offer"),
        ]  # fmt: skip


def _problems(found: "Findings") -> sheets.Table:
    rows: list[list[Cell]] = [
        [number, found.book.columns.get(name, name), said.problem(code, text)]
        for number, name, code, text in found.book.problems
    ]
    return sheets.Table(_("Problems"), [_("Row"), _("Column"), _("Problem")], rows)
