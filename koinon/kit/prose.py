"""Texts of members: the plain text is kept, and the HTML that pages show is made once, when it is written."""

import re
import unicodedata
from html import escape

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile(r"\n[ \t]*\n+")
_BULLET = re.compile(r"^\s*[-*•]\s+")
_TAGS = {"p", "br", "a", "ul", "li"}
_SHOWN = 60


def clean(text: str) -> str:
    """The text in NFC, with plain line ends, without control signs and signs that turn the direction of writing."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).strip()


def line(text: str) -> str:
    """The same for what fits on one line (names, titles): every run of white space becomes one blank."""
    return " ".join(clean(text).split())


def said(text: str, field: str, limit: int, *, is_needed: bool = False, is_line: bool = False) -> str:
    """What somebody wrote, clean (`is_line`: on one line), at most `limit` signs long.

    Raises ValidationError for `field` ("" for a field that is known already) when it is too long, or missing.
    """
    kept = line(text) if is_line else clean(text)
    if is_needed and not kept:
        wrong = _("Please write a few words.")
    elif len(kept) > limit:
        wrong = _("At most %(limit)s signs, please.") % {"limit": limit}
    else:
        return kept
    raise ValidationError({field: [wrong]} if field else wrong)


def html_of(text: str) -> str:
    """Paragraphs, lists and links of a plain text; what looks like HTML in it is shown, not run. Linear in length."""
    blocks = [_block(block) for block in _BREAK.split(clean(text)) if block.strip()]
    return nh3.clean(
        "".join(blocks),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow noopener ugc",
    )


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(_BULLET.match(each) for each in lines):
        return "<ul>" + "".join(f"<li>{_linked(_BULLET.sub('', each))}</li>" for each in lines) + "</ul>"
    return "<p>" + "<br>".join(_linked(each) for each in lines) + "</p>"


def _linked(text: str) -> str:
    parts, start = [], 0
    for found in _ADDRESS.finditer(text):
        address = found.group()
        shown = address.split("://", 1)[1]
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        parts += [escape(text[start : found.start()]), f'<a href="{escape(address)}">{escape(shown)}</a>']
        start = found.end()
    return "".join([*parts, escape(text[start:])])
