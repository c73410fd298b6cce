"""`make screens`: walks the demo and keeps every screen at two widths, light and dark, in five languages.

`python -m tests.screens [--only directory] [--languages en,mk] [--widths 360] [--themes light]` keeps a part of them.
"""

import argparse
import html
import sys
from pathlib import Path

from tests import site
from tests.browser import launched

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "sq", "lt", "mk", "el")
WIDTHS = (360, 1280)
THEMES = ("light", "dark")
COORDINATOR = "coordinator.learning-cities@demo.koinon.example"
SERRES = "serres@demo.koinon.example"
VELENJE = "velenje@demo.koinon.example"
CITIES = "/networks/learning-cities"
VISITOR = ""

# (name, address, who looks); an address that begins with ? is a link to be found: "page -> css selector of the link"
SCREENS = [
    ("home", "/", VISITOR),
    ("network", "/networks/digital-cities/", VISITOR),
    ("directory", "/networks/digital-cities/organisations/", VISITOR),
    ("directory-search", "/networks/talentjourney-circle/organisations/?q=circular+economy", VISITOR),
    ("directory-nothing", "/networks/digital-cities/organisations/?q=xyzzy&country=NO", VISITOR),
    ("map", "/networks/digital-cities/map/", VISITOR),
    ("organisation", "/organisations/school-centre-velenje/", VISITOR),
    ("needs", "/networks/talentjourney-circle/needs/", VISITOR),
    ("offers", "/networks/social-cluster/offers/", VISITOR),
    ("listing", "/networks/talentjourney-circle/needs/ -> .k-list a, .k-cards a", VISITOR),
    ("design", "/design/", VISITOR),
    ("demo", "/demo/", VISITOR),
    ("sign-in", "/accounts/login/", VISITOR),
    ("sign-up", "/accounts/signup/", VISITOR),
    ("link", "/accounts/link/", VISITOR),
    ("missing", "/nowhere/", VISITOR),
    ("desk-representative", "/desk/", SERRES),
    ("profile", "/accounts/profile/", SERRES),
    ("sights", "/accounts/sights/", SERRES),
    ("consents", "/accounts/consents/", SERRES),
    ("notices", "/accounts/notices/", SERRES),
    ("security", "/accounts/security/", SERRES),
    ("my-data", "/accounts/data/", SERRES),
    ("forget-me", "/accounts/forget/", SERRES),
    ("welcome", "/accounts/welcome/", SERRES),
    ("own-organisation", "/organisations/municipality-of-serres/", SERRES),
    ("organisation-edit", "/organisations/municipality-of-serres/edit/", SERRES),
    ("people", "/organisations/municipality-of-serres/people/", SERRES),
    ("invite", "/organisations/municipality-of-serres/invite/", SERRES),
    ("write-need", "/listings/new/?side=need&network=learning-cities", SERRES),
    ("own-listing", f"{CITIES}/needs/ -> .k-list a, .k-cards a", SERRES),
    ("matches", f"{CITIES}/matches/", SERRES),
    ("introductions", "/introductions/", SERRES),
    ("desk-head", "/desk/", VELENJE),
    ("desk-coordinator", "/desk/", COORDINATOR),
    ("applications", f"{CITIES}/applications/", COORDINATOR),
    ("application", f"{CITIES}/applications/ -> main .k-list a, main table a", COORDINATOR),
    ("staff", f"{CITIES}/staff/", COORDINATOR),
    ("network-edit", f"{CITIES}/edit/", COORDINATOR),
    ("import", f"{CITIES}/import/", COORDINATOR),
    ("mailbox", "/demo/mailbox/", VISITOR),
]


def address_of(page, base: str, where: str) -> str:
    """The address itself, or that of the first link a page offers."""
    if " -> " not in where:
        return base + where
    start, selector = where.split(" -> ")
    page.goto(base + start)
    target = page.locator(selector).first.get_attribute("href")
    return base + target if target and target.startswith("/") else base + start


def main() -> int:
    wish = arguments()
    folder = ROOT / "screens"
    folder.mkdir(exist_ok=True)
    taken = []
    with site.running("screens") as running, launched() as browser:
        for width in wish.widths:
            for theme in wish.themes:
                for language in wish.languages:
                    taken += walk(browser, running, folder, width, theme, language, wish.only)
                    print(f"{width} px, {theme}, {language}: {len(taken)} so far", flush=True)
    (folder / "index.html").write_text(index(taken))
    print(f"{len(taken)} screens, see {folder / 'index.html'}")
    return 0


def walk(browser, running: site.Site, folder: Path, width: int, theme: str, language: str, only: str) -> list[str]:
    """Every screen once; one browser context for each person who looks."""
    taken, contexts = [], {}
    for name, where, who in SCREENS:
        if only and only not in name:
            continue
        if who not in contexts:
            contexts[who] = fresh(browser, running, width, theme, language, who)
        page = contexts[who].new_page()
        page.goto(address_of(page, running.url, where), wait_until="load")
        file = f"{name}-{width}-{theme}-{language}.png"
        if name == "map":
            page.wait_for_timeout(1500)
        page.screenshot(path=folder / file, full_page=True)
        taken.append(file)
        page.close()
    for context in contexts.values():
        context.close()
    return taken


def fresh(browser, running: site.Site, width: int, theme: str, language: str, who: str):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, locale=language, reduced_motion="reduce"
    )
    if who:
        page = context.new_page()
        running.sign_in(page, who)
        page.close()
    context.add_cookies([{"name": "language", "value": language, "url": running.url}])
    return context


STYLE = """body{font:16px sans-serif;margin:2rem}div{display:flex;gap:1rem;overflow-x:auto}
img{height:420px;border:1px solid #ccc}figure{margin:0}"""


def index(files: list[str]) -> str:
    """A page with all pictures, one row a screen."""
    rows: dict[str, list[str]] = {}
    for file in files:
        picture = f'<a href="{file}"><img src="{file}" loading="lazy" alt="{html.escape(file)}"></a>'
        rows.setdefault(file.rsplit("-", 3)[0], []).append(f"<figure>{picture}<figcaption>{file}</figcaption></figure>")
    body = "".join(f"<h2>{html.escape(name)}</h2><div>{''.join(row)}</div>" for name, row in rows.items())
    return f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{STYLE}</style>{body}"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--languages", type=lambda text: text.split(","), default=LANGUAGES)
    parser.add_argument("--widths", type=lambda text: [int(part) for part in text.split(",")], default=WIDTHS)
    parser.add_argument("--themes", type=lambda text: text.split(","), default=THEMES)
    return parser.parse_args()


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koinon.config.settings")
    site.world.CLUSTER.start()
    sys.exit(main())
