"""The pages of a course outside of any platform."""

import posixpath
from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext as _

from koinon.learning.engine import blocks, fallback
from koinon.learning.engine.blocks import Shown
from koinon.learning.engine.documents import Asset, Document, Node, Question, chosen
from koinon.learning.engine.drafts import plain
from koinon.learning.engine.questions import GAP as _GAP

_POLICY = "default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src 'self' file:"
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
STYLE = """body{max-width:44rem;margin:0 auto;padding:1rem;font:1.0625rem/1.6 system-ui,sans-serif}
body{color:#1a1a1a;background:#fff}
img,video{max-width:100%;height:auto}audio{width:100%}table{border-collapse:collapse;display:block;overflow-x:auto}
td,th{border:1px solid #767676;padding:.3rem .6rem;text-align:start;vertical-align:top}a{color:#0b4f8a}
a:focus-visible,summary:focus-visible{outline:3px solid #0b4f8a;outline-offset:2px}
blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:.25rem solid #767676}
.steps{display:flex;justify-content:space-between;gap:1rem;margin-block:2rem}.skip{position:absolute;inset-inline-start:-99rem}
.skip:focus{position:static}
@media print{nav,.skip{display:none}a[href^="http"]::after{content:" (" attr(href) ")"}h2,h3{break-after:avoid}}
"""

Shows = Callable[[str], Shown | None]


def place(asset: Asset) -> str:
    """Where a file stands: its own folder, so that it keeps its name."""
    return f"files/{asset.key[:16]}/{asset.name.replace('/', '_')}"


def front(document: Document, languages: list[str], language: str) -> str:
    """The first page: the course in each of its languages, named by themselves."""
    from babel import Locale, UnknownLocaleError

    items = []
    for each in languages:
        try:
            name = Locale.parse(each).get_display_name() or each
        except (UnknownLocaleError, ValueError):
            name = each
        title = chosen(document.texts, (each, document.language))[1].get("title", "")
        link = f'<a href="{quote(each)}/index.html" hreflang="{escape(each)}">{escape(name)}: {escape(str(title))}</a>'
        items.append(f'<li lang="{escape(each)}">{link}</li>')
    title = str(chosen(document.texts, (language, document.language))[1].get("title", ""))
    return _frame(language, title, f"<h1>{escape(title)}</h1><ul>{''.join(items)}</ul>", "style.css")


def pages(document: Document, language: str) -> Iterator[tuple[str, str]]:
    """(file name, HTML) of the contents and of each node that has something to read, in one language."""
    readable = [node for node in _walk(document, "") if node.kind != "section" and not node.settings.get("is_hidden")]
    names = {node.key: f"{number:03d}.html" for number, node in enumerate(readable, 1)}
    with translation.override(language):
        yield "index.html", _contents(document, language, names)
        for number, node in enumerate(readable):
            around = [readable[each] if 0 <= each < len(readable) else None for each in (number - 1, number + 1)]
            yield names[node.key], _page(document, language, node, around, names)


def _walk(document: Document, parent: str) -> Iterator[Node]:
    for node in document.children(parent):
        yield node
        yield from _walk(document, node.key)


def _texts(document: Document, language: str, node: Node) -> tuple[str, dict[str, Any]]:
    found, texts = fallback.whole(node.texts, (language, document.language))
    return found or language, texts


def _frame(language: str, title: str, body: str, style: str = "../style.css", nav: str = "") -> str:
    direction = ' dir="rtl"' if language in _RIGHT_TO_LEFT else ""
    skip = f'<a class="skip" href="#main">{escape(_("Skip to the text"))}</a>' if nav else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"{direction}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{style}"></head><body>{skip}{nav}'
        f'<main id="main">{body}</main></body></html>\n'
    )


def _contents(document: Document, language: str, names: dict[str, str]) -> str:
    _language, texts = chosen(document.texts, (language, document.language))
    title = str(texts.get("title", ""))
    about = " · ".join(escape(each) for each in (document.credit, document.licence) if each)
    body = (
        f"<h1>{escape(title)}</h1>{f'<p>{summary}</p>' if (summary := texts.get('summary')) else ''}"
        f"<h2>{escape(_('Contents'))}</h2>{_tree(document, language, names, '')}{f'<p>{about}</p>' if about else ''}"
    )
    return _frame(language, title, body)


def _tree(document: Document, language: str, names: dict[str, str], parent: str) -> str:
    items = []
    for node in document.children(parent):
        title = escape(str(_texts(document, language, node)[1].get("title", "")))
        shown = f'<a href="{names[node.key]}">{title}</a>' if node.key in names else title
        below = _tree(document, language, names, node.key)
        if node.key in names or below:
            items.append(f"<li>{shown}{below}</li>")
    return f"<ol>{''.join(items)}</ol>" if items else ""


def _page(document: Document, language: str, node: Node, around: list[Node | None], names: dict[str, str]) -> str:
    found, texts = _texts(document, language, node)
    title = str(texts.get("title", ""))
    shows = _shows(document, found)
    body = blocks.html(list(texts.get("blocks") or []), shows, names.get) + _own(node, shows)
    questions = {question.key: question for question in document.questions}
    asked = [questions[key] for key in node.settings.get("questions") or [] if key in questions]
    body += "".join(_question(document, language, each, number) for number, each in enumerate(asked, 1))
    older = f' lang="{escape(found)}"' if found != language else ""
    links = []
    for other, word, rel in zip(around, (_("Back"), _("Next")), ("prev", "next"), strict=True):
        if other is not None:
            name = escape(str(_texts(document, language, other)[1].get("title", "")))
            links.append(f'<a rel="{rel}" href="{names[other.key]}">{escape(word)}: {name}</a>')
    nav = f'<nav aria-label="{escape(_("Course"))}"><a href="index.html">{escape(_("Contents"))}</a></nav>'
    steps = f'<nav class="steps" aria-label="{escape(_("Pages"))}">{"".join(links)}</nav>' if links else ""
    return _frame(language, title, f"<article{older}><h1>{escape(title)}</h1>{body}</article>{steps}", nav=nav)


def _own(node: Node, shows: Shows) -> str:
    """What a node holds beside its text: its file, its address."""
    shown = shows(str(node.settings.get("asset") or ""))
    if shown is not None:
        if shown.media_type.startswith("audio/"):
            return blocks.html([{"id": "a", "type": "audio", "data": {"asset": node.settings["asset"]}}], shows)
        return f'<p><a href="{escape(shown.url)}">{escape(shown.name)}</a></p>'
    address = str(node.settings.get("url") or "")
    return blocks.html([{"id": "l", "type": "link", "data": {"url": address}}], shows) if address else ""


def _question(document: Document, language: str, question: Question, number: int) -> str:
    found, texts = fallback.whole(question.texts, (language, document.language))
    shows = _shows(document, found)
    said = {name: blocks.shown(str(text), shows) for name, text in texts.items() if isinstance(text, str)}
    choices = [said[f"{part.key}.text"] for part in question.parts if f"{part.key}.text" in said]
    shown = "".join(f"<li>{each}</li>" for each in choices) if question.kind in ("single", "multiple") else ""
    right = [_right(question, part.key, said) for part in question.parts if part.credit > 0 or question.kind == "order"]
    answers = "".join(f"<li>{each}</li>" for each in right if each)
    solution = f"<details><summary>{escape(_('Answer'))}</summary><ul>{answers}</ul></details>" if answers else ""
    listed = f"<ul>{shown}</ul>" if shown else ""
    stem = _GAP.sub("______", said.get("stem", ""))
    return f'<section lang="{escape(found or language)}"><h2>{number}.</h2><p>{stem}</p>{listed}{solution}</section>'


def _right(question: Question, key: str, said: dict[str, str]) -> str:
    if question.kind == "match":
        return f"{said.get(f'{key}.text', '')} → {said.get(f'{key}.other', '')}" if f"{key}.text" in said else ""
    if question.kind == "true_false":
        return said.get(f"{key}.text") or escape(_("True") if key == "true" else _("False"))
    facts = next(part.facts for part in question.parts if part.key == key)
    if question.kind == "numeric":
        return escape(str(facts.get("value", f"{facts.get('low', '')}–{facts.get('high', '')}")))
    if question.kind == "cloze":
        return ", ".join(
            said.get(f"{key}.{each['key']}.text") or escape(str(each.get("value", "")))
            for each in facts.get("parts", []) if each.get("credit", 0) > 0
        )  # fmt: skip
    return said.get(f"{key}.text", "")


def _shows(document: Document, language: str) -> Shows:
    assets = {asset.key: asset for asset in document.assets}

    def shows(key: str) -> Shown | None:
        asset = assets.get(key)
        if asset is None:
            return None
        address = posixpath.join("..", quote(place(asset)))
        alt = asset.alt.get(language) or asset.alt.get(document.language, "")
        return Shown(address, plain(asset.name), asset.media_type, asset.size, alt, asset.transcript.get(language, ""))

    return shows
