"""Answers of a questionnaire as they are read, escaped, without an include per row."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from koinon.kit.questions import ReadAnswer, ReadPart

register = template.Library()


@register.simple_tag
def answers(parts: Iterable[ReadPart], lang: str = "", marks: bool = False) -> SafeString:
    """Parts with their questions and answers; `lang` is the language of the answers, `marks` says which are public."""
    pieces = [
        format_html(
            "<section><h3>{}</h3>{}</section>",
            part.title,
            format_html_join("", "{}", [(_row(row, lang, marks),) for row in part.rows]),
        )
        for part in parts
    ]
    return mark_safe("".join(pieces))  # noqa: S308  (every piece is escaped above)


def _row(row: ReadAnswer, lang: str, marks: bool) -> SafeString:
    mark = (
        format_html(' <span class="k-optional">({})</span>', _("shown to everybody"))
        if marks and row.is_published
        else ""
    )
    text = _text(row, lang)
    return format_html('<div class="mb-3"><h4 class="k-label">{}{}</h4>{}</div>', row.label, mark, text)


def _text(row: ReadAnswer, lang: str) -> SafeString:
    if row.is_empty:
        return format_html('<p class="k-help">{}</p>', _("No answer"))
    if row.url:
        return format_html('<p><a href="{}">{}</a></p>', row.url, row.text)
    language = format_html(' lang="{}"', lang) if lang and row.kind in ("text", "person") else ""
    text = mark_safe(linebreaks(row.text, autoescape=True))  # noqa: S308  (escaped by linebreaks)
    return format_html('<div class="k-prose"{}>{}</div>', language, text)
