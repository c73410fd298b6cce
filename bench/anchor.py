"""A free order in pretix, as a visitor makes it: the shop, the cart, the form with an address, the confirmation.

pretix is not part of Koinon; bench/shop.py sets one up beside us. Whoever has a shop of their own running, with a free
item and places enough, names it: `PRETIX=http://127.0.0.1:8765/house/conf/ python -m bench --only events`. Cookies and
redirects are followed here, as a browser would.
"""

import gzip
import os
import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from bench import load

SHOP = os.environ.get("PRETIX", "")
INPUT = re.compile(r"<input[^>]*>")
NAME, VALUE, KIND = (re.compile(rf'{word}="([^"]*)"') for word in ("name", "value", "type"))
ADDRESS = "guest@bench.example"
MOST = 12


class Browser:
    """One visitor: cookies are kept, redirects followed."""

    def __init__(self, client: load.Client, shop: str) -> None:
        self.client, self.shop, self.cookies, self.at = client, urlsplit(shop), dict[str, str](), ""

    def open(self, address: str, sent: dict[str, str] | None = None) -> str:
        """The page at the end of the way."""
        for _step in range(MOST):
            answer = self._ask(address, sent)
            for line in answer.headers.get("set-cookie", "").splitlines():
                name, _sign, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            self.at, sent = address, None
            if answer.status not in (301, 302, 303):
                if answer.status != 200:
                    raise load.WrongAnswer(f"{address} answered {answer.status}")
                zipped = answer.headers.get("content-encoding") == "gzip"
                return (gzip.decompress(answer.body) if zipped else answer.body).decode()
            there = urlsplit(answer.headers["location"])
            address = there.path + (f"?{there.query}" if there.query else "")
        raise load.WrongAnswer(f"{address} sends on and on")

    def _ask(self, address: str, sent: dict[str, str] | None) -> load.Answer:
        said = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if sent is not None:
            came_from = f"{self.shop.scheme}://{self.shop.netloc}{self.at}"
            return self.client.post(address, urlencode(sent).encode(), **said, Referer=came_from)
        before = self.client.head
        self.client.head += "".join(f"{name}: {value}\r\n" for name, value in said.items())
        try:
            return self.client.get(address)
        finally:
            self.client.head = before


def orders_at(shop: str) -> Callable[[load.Client], None]:
    """What one client does at that address."""
    return lambda client: order(client, shop)


def order(client: load.Client, shop: str) -> None:
    """From the shop to the page that thanks."""
    browser = Browser(client, shop)
    path = browser.shop.path
    page = browser.open(path)
    cart = {**_said(page, "csrfmiddlewaretoken"), "item_1": "1"}
    page = browser.open(f"{path}cart/add?next={path}checkout/start", cart)
    for _step in range(MOST):
        if "/order/" in browser.at:
            return
        form = {name: value for name, value in _said(page).items() if name != "item_1"}
        form |= {name: ADDRESS for name in form if "email" in name}
        page = browser.open(browser.at, form)
    raise load.WrongAnswer("the order does not end")


def _said(page: str, *only: str) -> dict[str, str]:
    """What a browser would send of the page's fields as they stand."""
    found: dict[str, str] = {}
    for tag in INPUT.findall(page):
        name, value, kind = NAME.search(tag), VALUE.search(tag), KIND.search(tag)
        if name and (kind is None or kind[1] not in ("checkbox", "radio", "submit") or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    return {name: value for name, value in found.items() if not only or name in only}
