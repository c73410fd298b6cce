"""`make screens`: walks the demo and keeps every screen at two widths, light and dark, in five languages.

`python -m tests.screens [--only directory] [--languages en,mk] [--widths 360] [--themes light]` keeps a part of them.
"""

import argparse
import html
import re
import sys
from pathlib import Path
from urllib.parse import urljoin

from tests import site
from tests.browser import launched
from tests.screens_of_afterwards import AFTERWARDS
from tests.screens_of_events import EVENTS
from tests.screens_of_learning import LEARNING
from tests.screens_of_programmes import PROGRAMMES
from tests.screens_of_projects import PROJECTS
from tests.screens_of_registering import REGISTERING

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "sq", "lt", "mk", "el")
WIDTHS = (360, 1280)
THEMES = ("light", "dark")
COORDINATOR = "coordinator.learning-cities@demo.koinon.example"
SERRES = "serres@demo.koinon.example"
VELENJE = "velenje@demo.koinon.example"
REVIEWER = "reviewer@demo.koinon.example"
COORDINATOR_2 = "coordinator.social-cluster@demo.koinon.example"
BIRZAI = "birzai@demo.koinon.example"
SHKODER = "shkoder@demo.koinon.example"
UTENA = "utena@demo.koinon.example"
LIBRARY = "utena-library@demo.koinon.example"
FLEKSIBEL = "fleksibel@demo.koinon.example"
BITOLA = "bitola@demo.koinon.example"
CLUB = "unesco-club-serres@demo.koinon.example"
CITIES = "/networks/learning-cities"
ENDORSER = "the link of the letter to a body that is asked for an endorsement"
SOCIAL = "/networks/social-cluster"
LISTED = "main .k-item__title a"
APPLYING = "/desk/ -> main a[href*='/applications/']"
WRITING = f"{APPLYING} -> main a[href$='/change/']"
CHOOSING = f"/listings/ -> {LISTED}:has-text('by radio and podcast')"
"""A call whose replies wait, and which is looked at only: no journey answers them."""
VISITOR = ""

# (name, address, who looks); "page -> css selector -> css selector" follows links, "=> css selector" presses a button
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
    # Joining: what an applicant, a reviewer, an endorsing body and the coordinator see
    ("apply", f"{CITIES}/apply/", VISITOR),
    ("apply-ours", f"{CITIES}/apply/", BITOLA),
    ("desk-applicant", "/desk/", BIRZAI),
    ("application-draft", APPLYING, BIRZAI),
    ("draft", WRITING, BIRZAI),
    ("draft-part", f"{WRITING} -> {LISTED}", BIRZAI),
    ("draft-part-2", f"{WRITING} -> main li:nth-child(2) a[href*='/answers/']", BIRZAI),
    ("draft-part-4", f"{WRITING} -> main li:nth-child(4) a[href*='/answers/']", BIRZAI),
    ("draft-check", f"{WRITING} -> main a[href$='/check/']", BIRZAI),
    ("draft-share", f"{WRITING} => main form[action$='/share/'] button", BIRZAI),
    ("application-ours", APPLYING, UTENA),
    ("applications-board", f"{CITIES}/applications/?view=board", COORDINATOR),
    ("applications-nothing", f"{CITIES}/applications/?q=xyzzy", COORDINATOR),
    ("applications-many", f"{CITIES}/applications/?state=submitted => #all => #many button", COORDINATOR),
    ("application-answers", f"{CITIES}/applications/?state=submitted -> {LISTED}", COORDINATOR),
    ("application-endorsement", f"{CITIES}/applications/?state=endorsement -> {LISTED}", COORDINATOR),
    ("application-review", f"{CITIES}/applications/?state=review -> {LISTED}", COORDINATOR),
    ("application-list", f"{CITIES}/applications/?state=waitlisted -> {LISTED}", COORDINATOR),
    ("application-begin", f"{CITIES}/applications/?state=onboarding -> {LISTED}", COORDINATOR),
    ("letter", f"{CITIES}/applications/?state=waitlisted -> {LISTED} -> main a[href^='/letters/']", COORDINATOR),
    ("figures", f"{CITIES}/applications/figures/", COORDINATOR),
    ("admission", f"{CITIES}/admission/", COORDINATOR),
    ("class", f"{CITIES}/admission/ -> main a[href*='/admission/class/']", COORDINATOR),
    ("class-new", f"{CITIES}/admission/class/", COORDINATOR),
    ("forms", f"{CITIES}/forms/", COORDINATOR),
    ("form", f"{CITIES}/forms/ -> {LISTED}", COORDINATOR),
    ("form-preview", f"{CITIES}/forms/ -> {LISTED} -> main a[href$='/preview/']", COORDINATOR),
    ("form-draft", f"{CITIES}/forms/ -> {LISTED} => main button[value='renew']", COORDINATOR),
    ("form-part", f"{CITIES}/forms/ -> {LISTED} -> main a[href*='/parts/']", COORDINATOR),
    ("form-question", f"{CITIES}/forms/ -> {LISTED} -> main .k-item__title a", COORDINATOR),
    ("form-publish", f"{CITIES}/forms/ -> {LISTED} -> main a[href$='/publish/']", COORDINATOR),
    ("letter-words", f"{CITIES}/admission/ -> #letters a", COORDINATOR),
    ("desk-reviewer", "/desk/", REVIEWER),
    ("review-application", f"{CITIES}/applications/?state=review -> {LISTED}", REVIEWER),
    ("endorsement", ENDORSER, VISITOR),
    # After joining
    ("standings", f"{CITIES}/standing/", COORDINATOR),
    ("standings-2", f"{SOCIAL}/standing/", COORDINATOR_2),
    ("standing", f"{SOCIAL}/standing/ -> main a[href$='/standing/'][href^='/memberships/']", COORDINATOR_2),
    ("report-late", f"{CITIES}/standing/ -> main a[href^='/reports/']", COORDINATOR),
    ("report-review", f"{CITIES}/standing/ -> main tr:nth-child(3) a[href^='/reports/']", COORDINATOR),
    ("cycle", f"{CITIES}/standing/cycle/", COORDINATOR),
    ("report", "/desk/ -> main a[href^='/reports/']", SERRES),
    ("shadow", "/organisations/demo-learning-centre-kerkini/", VISITOR),
    ("claim", "/organisations/demo-library-of-the-lakes-twin/claim/", VISITOR),
    ("claims", f"{CITIES}/claims/", COORDINATOR),
    ("merges", f"{CITIES}/merges/", COORDINATOR),
    ("merge-choose", f"{SOCIAL}/merges/new/?kept=demo-library-of-the-lakes", COORDINATOR_2),
    ("merge-new", f"{SOCIAL}/merges/new/?kept=demo-library-of-the-lakes -> {LISTED}", COORDINATOR_2),
    ("stale", "/organisations/fleksibel-utdanning-norge/", FLEKSIBEL),
    ("organisation-translate", "/organisations/municipality-of-serres/translate/", SERRES),
    ("network-translate", f"{CITIES}/translate/", COORDINATOR),
    # Calls, replies, introductions
    ("calls-review", f"{SOCIAL}/calls/review/", COORDINATOR_2),
    ("call-judged", f"{SOCIAL}/calls/review/ -> {LISTED}", COORDINATOR_2),
    ("call-rules", f"{SOCIAL}/calls/rules/", COORDINATOR_2),
    ("services", f"{SOCIAL}/services/", VISITOR),
    ("listings-ours", "/listings/", LIBRARY),
    ("call-ours", f"/listings/ -> {LISTED}", LIBRARY),
    ("call-returned", f"/listings/ -> {LISTED}", UTENA),
    ("questions", f"/listings/ -> {LISTED} -> main a[href$='/questions/']", UTENA),
    ("replies", f"{CHOOSING} -> main a[href$='/replies/']", FLEKSIBEL),
    ("reply", f"{CHOOSING} -> main a[href^='/replies/']", FLEKSIBEL),
    ("thanks", f"{CHOOSING} -> main a[href$='/thanks/']", FLEKSIBEL),
    ("call-translate", f"/listings/ -> {LISTED} -> main a[href$='/translate/']", LIBRARY),
    ("introductions-of", f"{SOCIAL}/introductions/", COORDINATOR_2),
    ("introduction-of", f"{SOCIAL}/introductions/ -> main a[href^='/introductions/']", COORDINATOR_2),
    ("broker", f"{SOCIAL}/introductions/ -> main a[href*='/introductions/new/']", COORDINATOR_2),
    ("introductions-ours", "/introductions/", FLEKSIBEL),
    ("introduction", f"/introductions/ -> {LISTED}", FLEKSIBEL),
    ("introduction-asked", "/desk/ -> main .k-desk__row--mine a[href^='/introductions/']", BIRZAI),
    ("thread", "/introductions/ -> main li:nth-child(2) h2 a -> main a[href^='/threads/']", FLEKSIBEL),
    ("meeting", "/desk/ -> main a[href^='/meetings/']", SHKODER),
    ("meeting-new", f"/introductions/ -> {LISTED} -> main a[href$='/meeting/']", FLEKSIBEL),
    # Talking, ties, the picture
    ("ties", "/ties/", SERRES),
    ("tie", "/ties/ -> main a[href^='/ties/']", SERRES),
    ("tie-new", f"{CITIES}/ties/new/utena-public-library/", SERRES),
    ("picture", f"{CITIES}/picture/", VISITOR),
    ("clusters", f"{CITIES}/clusters/", SERRES),
    ("cluster", f"{CITIES}/clusters/ -> main a[href^='/clusters/']", SERRES),
    ("cluster-vote", f"{CITIES}/clusters/ -> main a[href^='/clusters/']", BITOLA),
    ("cluster-asked", f"{CITIES}/clusters/ -> main a[href^='/clusters/']", CLUB),
    ("cluster-edit", f"{CITIES}/clusters/ -> main a[href^='/clusters/'] -> main a[href$='/edit/']", SERRES),
    ("cluster-new", f"{CITIES}/clusters/new/", SERRES),
    ("bridges", f"{CITIES}/bridges/", COORDINATOR),
    ("matcher", f"{CITIES}/matcher/", COORDINATOR),
    ("calendar", "/accounts/calendar/", SERRES),
    *LEARNING,
    *EVENTS,
    *REGISTERING,
    *AFTERWARDS,
    *PROJECTS,
    *PROGRAMMES,
]


def go(page, base: str, where: str) -> str:
    """Open the address, then follow its links and press its buttons; gives the step that found nothing, if any."""
    address, *steps = re.split(r" (?=[-=]> )", where)
    page.goto(base + address, wait_until="load")
    for step in steps:
        found = page.locator(step[3:]).first
        if not found.count():
            return step if step.startswith("->") else ""  # a button that was pressed in an earlier round may be gone
        if step.startswith("->"):
            page.goto(urljoin(page.url, found.get_attribute("href")), wait_until="load")
        else:
            found.click()
            page.wait_for_load_state("load")
    return ""


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


def link_of_the_endorser(running: site.Site) -> str:
    """As in the letter to the body that the demo asks: letters of things that the demo was loaded with are not sent."""
    import django

    django.setup()
    from koinon.kit import links

    key = running.ask("SELECT id FROM network_endorsement WHERE state = 'asked' LIMIT 1")
    return f"/endorsements/{links.make('network.endorsement', endorsement=str(key))}/"


def walk(browser, running: site.Site, folder: Path, width: int, theme: str, language: str, only: str) -> list[str]:
    """Every screen once; one browser context for each person who looks."""
    taken, contexts = [], {}
    for name, where, who in SCREENS:
        if only and only not in name:
            continue
        if who not in contexts:
            contexts[who] = fresh(browser, running, width, theme, language, who)
        page = contexts[who].new_page()
        if missing := go(page, running.url, link_of_the_endorser(running) if where == ENDORSER else where):
            print(f"{name}: nothing found for {missing}", flush=True)
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
