"""Debian's chromium through Playwright, and axe: how journeys see pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def chromium() -> str | None:
    """Where Debian's browser is, if it is there."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def launched() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code in later tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

    with sync_playwright() as playwright, opened(playwright.chromium) as browser:
        yield browser


@contextmanager
def opened(kind: Any, *arguments: str) -> Iterator[Any]:
    """A browser of this kind, with arguments besides the usual ones."""
    browser = kind.launch(executable_path=chromium(), args=[*ARGUMENTS, *arguments])
    try:
        yield browser
    finally:
        browser.close()


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (rules) => (await axe.run(document, {runOnly: rules})).violations.map(found =>
    found.id + ': ' + found.help + ': ' + found.nodes.slice(0, 3).map(
        node => node.target.join(' ') + ' ' + (node.failureSummary || '').replaceAll('\\n', ' ')).join(' | '))"""


def violations(page: Any) -> list[str]:
    """What axe finds on the page, one sentence each; WCAG 2.2 A and AA and best practices."""
    page.evaluate(AXE.read_text())
    return list(page.evaluate(RUN_AXE, RULES))
