"""What a first visit costs: requests, bytes as they come over the wire (gzipped), how many of them are script.

Counted by the browser where there is one (Chromium, empty cache), else from the HTML: what it links, and what its style
sheets name.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from bench import load, pages, site, world
from bench.measures import rounded

_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_FACE = re.compile(r"@font-face\s*{[^}]*}", re.S)
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


@dataclass(frozen=True)
class File:
    """One answer: its address, kind (page, script, style, font, image, other) and bytes of its body on the wire."""

    address: str
    kind: str
    size: int


class Links(HTMLParser):
    """Collects what a page makes a browser load: (kind, address), each once."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        rel = given.get("rel", "").split()
        if tag == "script" and given.get("src"):
            self._add(given["src"], "script")
        elif tag == "link" and "stylesheet" in rel:
            self._add(given["href"], "style")
        elif tag == "link" and "preload" in rel:
            self._add(given["href"], given.get("as", "other"))
        elif tag == "link" and {"icon", "manifest"} & set(rel):
            self._add(given["href"], "image" if "icon" in rel else "other")
        elif tag in ("img", "source", "iframe", "video") and given.get("src") and given.get("loading") != "lazy":
            self._add(given["src"], "image")

    def _add(self, address: str, kind: str) -> None:
        if address and not address.startswith("data:"):
            self.found.setdefault(address, kind)


def linked(html: str) -> dict[str, str]:
    """Addresses a page loads, with their kind."""
    links = Links()
    links.feed(html)
    return links.found


def named_by_style(css: str) -> list[str]:
    """Addresses a style sheet loads at once; fonts are left out: a browser loads only those whose letters occur."""
    plain = _FACE.sub("", css)
    return [address for address in dict.fromkeys(_URL.findall(plain)) if not address.startswith("data:")]


def totals(files: list[File]) -> dict[str, Any]:
    """Requests, KB, KB of script, and the KB of each kind."""
    kinds = sorted({file.kind for file in files})
    return {
        "requests": len(files),
        "KB": rounded(sum(file.size for file in files) / 1024, 1),
        "script KB": rounded(sum(file.size for file in files if file.kind == "script") / 1024, 1),
        "by kind KB": {kind: rounded(sum(f.size for f in files if f.kind == kind) / 1024, 1) for kind in kinds},
    }


def measure(size: int) -> dict[str, dict[str, Any]]:
    """What a visitor without anything in the cache loads, for each page people arrive at; home in three scripts."""
    url, known = world.database(size)
    pages.prepare(url)
    addresses = {
        "home": ("/", "lt"),
        "home, Greek": ("/", "el"),
        "home, Macedonian": ("/", "mk"),
        "network": (f"/networks/{known.network}/", "lt"),
        "directory": (f"/networks/{known.network}/organisations/", "lt"),
        "organisation": (f"/organisations/{known.slugs[0]}/", "lt"),
        "map": (f"/networks/{known.network}/map/", "lt"),
    }
    with site.serving(url, "koinon", "serve") as web:
        found = {}
        for name, (address, language) in addresses.items():
            files, how = _loaded(web, address, language)
            found[name] = {**totals(files), "counted by": how, "files": [[f.address, f.kind, f.size] for f in files]}
    return found


def _loaded(web: site.Site, address: str, language: str) -> tuple[list[File], str]:
    with suppress(Exception):  # no browser here, or it does not start: the page itself is read instead
        return list(_by_browser(web, address, language)), "browser"
    return list(by_reading(web, address, language)), "reading"


def _by_browser(web: site.Site, address: str, language: str) -> Iterator[File]:
    from pathlib import Path

    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        path = next((each for each in BROWSERS if Path(each).exists()), None)
        browser = player.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            answers: list[Any] = []
            page = browser.new_page(viewport={"width": 1280, "height": 900}, locale=language)
            page.on("response", lambda answer: answers.append(answer))
            page.goto(f"http://{site.HOST}:{web.port}{address}", wait_until="networkidle", timeout=20_000)
            for answer in answers:
                if urlsplit(answer.url).scheme.startswith("http"):
                    kind = {"document": "page", "stylesheet": "style"}.get(answer.request.resource_type)
                    size = answer.request.sizes()["responseBodySize"]
                    yield File(urlsplit(answer.url).path, kind or answer.request.resource_type, size)
        finally:
            browser.close()


def by_reading(web: site.Site, address: str, language: str, **headers: str) -> Iterator[File]:
    import gzip

    client = web.client(**{"Accept-Language": language, **headers})

    def fetch(where: str) -> tuple[load.Answer, str]:
        answer = client.get(where)
        body = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
        return answer, body.decode("utf-8", "replace")

    answer, html = fetch(address)
    yield File(address, "page", len(answer.body))
    waiting = [(urljoin(address, each), kind) for each, kind in linked(html).items()]
    seen: set[str] = set()
    for where, kind in waiting:
        if where in seen or urlsplit(where).netloc:
            continue
        seen.add(where)
        answer, text = fetch(where)
        yield File(where, kind, len(answer.body))
        if kind == "style":
            waiting += [(urljoin(where, each), "image") for each in named_by_style(text)]
