"""HTML of strangers as blocks: no visible word is lost, whatever the element; what runs or hides is left out."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

import nh3
from django.utils.translation import gettext_lazy as _

from koinon.kit import prose
from koinon.learning.engine.blocks.cleaning import address, block_id, inline, is_active, line
from koinon.learning.engine.documents import Block
from koinon.learning.engine.reports import reasons

reasons(
    embedded=_("What was embedded from another site is a link now."),
    picture_outside=_("A picture of another site is a link now."),
    picture_lost=_("A picture or recording that the text names is not in the file."),
    table_nested=_("A table inside a table became text."),
)

Resolve = Callable[[str], str | None]
_MARKS = {"b": "b", "strong": "strong", "i": "i", "em": "em", "code": "code", "sub": "sub", "sup": "sup", "kbd": "code",
          "samp": "code", "tt": "code", "var": "code", "cite": "em", "dfn": "em"}  # fmt: skip
_RUNS = {
    "span",
    "a",
    "u",
    "s",
    "mark",
    "small",
    "ins",
    "del",
    "q",
    "abbr",
    "time",
    "label",
    "font",
    "big",
    "bdi",
    "bdo",
    "strike",
    "data",
    "ruby",
    "rt",
    "rp",
    "wbr",
    "acronym",
    "nobr",
    "img",
    "br",
    "input",
    *_MARKS,
}
_GONE = {"script", "style", "template", "title", "head", "noscript"}
_STAYS = {"table", "ul", "ol", "img", "audio", "video", "iframe", "hr", "pre", "blockquote", "li", "tr", "td", "th"}
_NAME = re.compile(r"<\s*([A-Za-z][A-Za-z0-9:-]{0,40})")
_EMBEDDED = re.compile(r"</?(?:iframe|embed|object)\b(?![^<>]*srcdoc)[^<>]*>", re.IGNORECASE)
_DEEP = 100
_ATTRIBUTES = {
    "*": {"lang", "class"}, "a": {"href"}, "img": {"src", "alt"}, "iframe": {"src", "title"},
    "video": {"src", "poster"},
    "audio": {"src"}, "source": {"src"}, "embed": {"src"}, "object": {"data"}, "ol": {"type"}, "td": {"colspan"},
    "th": {"colspan"},
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "asset", "node", "data", "cid", "file"}


def from_html(html: str, *, asset: Resolve = lambda src: None, seed: str = "") -> tuple[list[Block], set[str]]:
    """Blocks, and codes of REASONS for what was changed. `asset(src)` gives the key of a file of the course for an
    address of the text, or None; ids follow from `seed` and what a block holds."""
    html = prose.clean(html.encode("utf-8", "replace").decode())
    taker = _Taker(asset, seed)
    if is_active(_EMBEDDED.sub("", html)):
        taker.codes.add("html_cleaned")
    taker.below(_tree(html))
    taker.flush()
    return taker.blocks, taker.codes


def _tree(html: str) -> Any:
    """The text as browsers understand it; one that is nested deeper than any page is, as plain paragraphs."""
    from lxml import html as lxml_html

    names = {name.lower() for name in _NAME.findall(html)} | {"p", "br", "tbody", "tr", "td"}
    root = _parsed(html, names - _GONE)
    if root is None or _depth(root) > _DEEP:
        root = _parsed(html, {"p", "br"})
    return root if root is not None else lxml_html.Element("div")


def _parsed(html: str, tags: set[str]) -> Any:
    from lxml import etree
    from lxml import html as lxml_html

    attributes = {tag: names for tag, names in _ATTRIBUTES.items() if tag == "*" or tag in tags}
    clean = nh3.clean(
        html, tags=tags, attributes=attributes, link_rel=None, clean_content_tags=_GONE, url_schemes=_SCHEMES
    )
    if clean.count("<") > 200_000 or not _is_shallow(clean):
        return None
    try:
        return lxml_html.fragment_fromstring(clean, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None


def _is_shallow(html: str) -> bool:
    depth = 0
    for close in re.findall(r"<(/?)(?!br|img|hr|input|source|wbr|embed|col)[a-z]", html):
        depth += -1 if close else 1
        if depth > _DEEP:
            return False
    return True


def _depth(root: Any) -> int:
    deepest, open_ = 0, [(root, 1)]
    while open_:
        element, depth = open_.pop()
        deepest = max(deepest, depth)
        open_ += [(child, depth + 1) for child in element]
    return deepest


def _tag(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


class _Taker:
    """Walks a tree: runs of text gather until a block begins."""

    def __init__(self, asset: Resolve, seed: str) -> None:
        self.asset, self.seed = asset, seed
        self.blocks: list[Block] = []
        self.codes: set[str] = set()
        self._run: list[str] = []
        self._later: list[tuple[str, dict[str, Any]]] = []
        self._count: dict[str, int] = {}

    def add(self, kind: str, data: dict[str, Any]) -> None:
        self.flush()
        self._put(kind, data)

    def _put(self, kind: str, data: dict[str, Any]) -> None:
        key = block_id(self.seed, kind, data)
        number = self._count[key] = self._count.get(key, -1) + 1
        self.blocks.append(
            {"id": block_id(self.seed, kind, data, number) if number else key, "type": kind, "data": data}
        )

    def flush(self) -> None:
        """End the paragraph that is open."""
        said, self._run = inline(" ".join("".join(self._run).split())), []
        named = re.fullmatch(r"<a href=\"asset:([^\"]+)\"[^>]*>((?:(?!</a>).)+)</a>", said)
        if named:
            self._put("file", {"asset": named[1], "title": named[2]})
        elif said and (line(said) or "<img" in said):
            self._put("paragraph", {"text": said})
        later, self._later = self._later, []
        for kind, data in later:
            self._put(kind, data)

    def below(self, element: Any) -> None:
        self._run.append(escape(element.text or "", quote=False))
        for child in element:
            self.take(child)
            self._run.append(escape(child.tail or "", quote=False))

    def take(self, element: Any) -> None:
        tag = _tag(element)
        taker = getattr(self, f"_take_{_SAME.get(tag, tag)}", None)
        if tag == "img" and element.getparent() is not None:
            self._take_img(element)
        elif tag in _RUNS and not any(_tag(each) not in _RUNS for each in element.iter() if _tag(each)):
            self._take_run(element)
        elif taker is not None:
            taker(element)
        else:
            self.flush()
            self.below(element)
            self.flush()

    def _take_run(self, element: Any) -> None:
        pictures = [each for each in element.iter() if _tag(each) == "img"]
        if pictures and not line(self.words(element)):
            for each in pictures:
                self._take_img(each)
        else:
            self._run.append(self.words(element, outer=True))

    def _take_img(self, element: Any) -> None:
        kind, data = self._picture(element)
        if kind:
            self.add(kind, data)

    def _picture(self, element: Any) -> tuple[str, dict[str, Any]]:
        source, alt = element.get("src") or "", escape(element.get("alt") or "", quote=False)
        key = source.removeprefix("asset:") if source.startswith("asset:") else self.asset(source) if source else None
        if key:
            return "image", {"asset": key, "caption": ""}
        if address(source):
            self.codes.add("picture_outside")
            return "link", {"url": address(source), "title": alt, "text": ""}
        self.codes.add("picture_lost")
        return ("paragraph", {"text": alt}) if alt else ("", {})

    def words(self, element: Any, outer: bool = False) -> str:
        """An element's content as inline HTML, not yet cleaned; blocks inside it end with a line break."""
        inner = [escape(element.text or "", quote=False)]
        for child in element:
            inner += [self._word(child), escape(child.tail or "", quote=False)]
        said = "".join(inner)
        return self._wrapped(element, said) if outer else said

    def _word(self, element: Any) -> str:
        tag = _tag(element)
        if tag == "br":
            return "<br>"
        if tag == "img":
            kind, data = self._picture(element)
            if kind == "image":
                return f'<img src="asset:{data["asset"]}" alt="{escape(element.get("alt") or "")}">'
            return (
                f'<a href="{escape(data["url"])}">{data["title"] or escape(data["url"])}</a>'
                if kind == "link"
                else (data.get("text", ""))
            )
        if tag in ("audio", "video", "iframe", "embed", "object"):
            self._later += self._media(element)
            return ""
        said = self.words(element, outer=True)
        return said if tag in _RUNS else f"<br>{said}<br>"

    def _wrapped(self, element: Any, said: str) -> str:
        tag, language = _tag(element), element.get("lang")
        if tag == "br":
            return "<br>"
        if tag == "a" and (href := element.get("href")):
            key = self.asset(href) if not address(href) and not href.startswith(("asset:", "node:")) else None
            said = f'<a href="{escape(f"asset:{key}" if key else href)}">{said}</a>'
        elif tag in _MARKS and said.strip():
            said = f"<{_MARKS[tag]}>{said}</{_MARKS[tag]}>"
        elif tag == "q":
            said = f"“{said}”"
        return f'<span lang="{escape(language)}">{said}</span>' if language and tag in _RUNS else said

    def _line(self, element: Any) -> str:
        """The content of an element that holds one piece of text: breaks once, none at the ends."""
        said = re.sub(r"(?:\s*<br>\s*)+", "<br>", " ".join(self.words(element).split()))
        return inline(said)

    def _take_heading(self, element: Any) -> None:
        if any(_tag(each) in _STAYS for each in element.iter()):
            self.flush()
            self.below(element)
            self.flush()
            return
        said = self._line(element).replace("<br>", " ")
        level = min(4, max(2, int(_tag(element)[1])))
        if line(said):
            self.add("header", {"text": said, "level": level})
        self.flush()

    def _take_list(self, element: Any) -> None:
        items = self._items(element)
        if items:
            self.add("list", {"style": "ordered" if _tag(element) == "ol" else "unordered", "items": items})
        self.flush()

    def _items(self, element: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        pieces = [(None, element.text)] + [piece for child in element for piece in ((child, None), (None, child.tail))]
        for child, text in pieces:
            if child is None:
                if (text or "").strip():
                    found.append({"content": inline(escape(text or "", quote=False)), "items": []})
                continue
            lists = [each for each in child if _tag(each) in ("ul", "ol")]
            inner = [item for each in lists for item in self._items(each)]
            if _tag(child) in ("ul", "ol"):
                lists, inner = [], self._items(child)
                (found[-1]["items"] if found else found).extend(inner)
                continue
            tails = [escape(each.tail or "", quote=False) for each in lists]
            for each in lists:
                child.remove(each)
            said = inline(" ".join([self._line(child), *tails]).strip())
            if said or inner:
                found.append({"content": said, "items": inner})
        return found

    def _take_table(self, element: Any) -> None:
        for caption in [self._line(each) for each in element if _tag(each) == "caption"]:
            if caption:
                self.add("paragraph", {"text": caption})
        rows = [each for each in element.iter() if _tag(each) == "tr" and self._is_of(each, element)]
        if any(_tag(each) == "table" for each in element.iterdescendants()):
            self.codes.add("table_nested")
        content, heads = [], []
        for row in rows:
            cells = [each for each in row if _tag(each) in ("td", "th")]
            heads.append(bool(cells) and all(_tag(each) == "th" for each in cells))
            line_ = []
            for cell in cells:
                span = cell.get("colspan") or "1"
                line_ += [self._line(cell)] + [""] * (
                    min(int(span), 20) - 1 if span.isascii() and span.isdigit() else 0
                )
            content.append(line_)
        width = max(map(len, content), default=0)
        content = [row + [""] * (width - len(row)) for row in content]
        if any(map(any, content)):
            self.add("table", {"withHeadings": heads[0], "content": content})
        self.flush()

    def _is_of(self, row: Any, table: Any) -> bool:
        return next((each for each in row.iterancestors() if _tag(each) == "table"), None) is table

    def _take_blockquote(self, element: Any) -> None:
        captions = [each for each in element if _tag(each) in ("footer", "figcaption")]
        caption = " ".join(self._line(each) for each in captions)
        for each in captions:
            each.drop_tree()
        said = self._line(element)
        if said or caption:
            self.add("quote", {"text": said, "caption": caption})
        self.flush()

    def _take_pre(self, element: Any) -> None:
        said = "<br>".join(escape(each, quote=False) for each in "".join(element.itertext()).split("\n"))
        self.flush()
        self._run.append(f"<code>{said}</code>")
        self.flush()

    def _take_hr(self, element: Any) -> None:
        self.add("delimiter", {})

    def _take_figure(self, element: Any) -> None:
        """One picture or sound with its caption; anything richer is taken apart."""
        media = [
            each for each in element.iter() if _tag(each) in ("img", "audio", "video", "iframe", "blockquote", "table")
        ]
        captions = [each for each in element if _tag(each) == "figcaption"]
        if len(media) != 1 or len(captions) != 1 or _tag(media[0]) == "table":
            self.flush()
            self.below(element)
            self.flush()
            return
        caption = self._line(captions[0])
        captions[0].drop_tree()
        self.flush()
        before = len(self.blocks)
        self.below(element)
        self.flush()
        if len(self.blocks) == before + 1 and self.blocks[-1]["data"].get("caption") == "":
            self.blocks[-1]["data"]["caption"] = caption
        elif caption:
            self._put("paragraph", {"text": caption})

    def _take_media(self, element: Any) -> None:
        self.flush()
        for kind, data in self._media(element):
            self._put(kind, data)

    def _media(self, element: Any) -> list[tuple[str, dict[str, Any]]]:
        sources = [each.get("src") or each.get("data") for each in element.iter()]
        tag = _tag(element)
        for source in filter(None, sources):
            key = source.removeprefix("asset:") if source.startswith("asset:") else self.asset(source)
            if key and tag in ("audio", "video"):
                return [(tag, {"asset": key, "caption": ""})]
            if key:
                return [("file", {"asset": key, "title": ""})]
        for source in filter(None, sources):
            if address(source):
                self.codes.add("embedded")
                title = escape(element.get("title") or "", quote=False)
                return [("link", {"url": address(source), "title": title, "text": ""})]
        self.codes.add("picture_lost")
        return []


_SAME = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"), "ul": "list", "ol": "list", "menu": "list",
    **dict.fromkeys(("audio", "video", "iframe", "embed", "object"), "media"),
}  # fmt: skip
