"""Inline HTML of questions and lines: what nh3 lets pass, paragraphs as line breaks, pictures named by asset."""

import re
from collections.abc import Callable
from html import escape

import nh3

_KEPT = {"b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "kbd", "mark", "small", "br", "a", "img"}
_BLOCKS = {"p", "div", "li", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "table", "tbody"}
_TAGS = _KEPT | _BLOCKS
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
_SCHEMES = {"http", "https", "mailto", "asset"}
_BREAK = re.compile(r"\s*</?(?:p|div|li|ul|ol|pre|tr|table|tbody|h[1-6])\s*>\s*", re.IGNORECASE)
_CELL = re.compile(r"\s*</?(?:td|th)\s*>\s*", re.IGNORECASE)
_BREAKS = re.compile(r"(?:\s*<br>\s*)+")


def inline(html: str, asset: Callable[[str], str | None]) -> str:
    """HTML of strangers as inline HTML. `asset(address)` gives the key of a picture or file; others are left out."""
    if "<" not in html and "&" not in html:
        return escape(html.strip(), quote=False)

    def address(tag: str, attribute: str, value: str) -> str | None:
        if attribute not in ("src", "href"):
            return value
        if key := asset(value):
            return f"asset:{key}"
        return None if tag == "img" or not re.match(r"(?i)(https?|mailto):", value) else value

    first = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=address, link_rel=None, url_schemes=_SCHEMES,
        clean_content_tags={"script", "style", "title"},
    )  # fmt: skip
    broken = _CELL.sub(" ", _BREAK.sub("<br>", first))
    second = nh3.clean(broken, tags=_KEPT, attributes=_ATTRIBUTES, link_rel="noopener noreferrer", url_schemes=_SCHEMES)
    second = second.replace("<img>", "")
    return re.sub(r"^(?:<br>)+|(?:<br>)+$", "", _BREAKS.sub("<br>", second).strip())
