"""How projects tell: everybody but the one who did it, each once; the demo tells nobody."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import tell_all
from koinon.kit import money
from koinon.kit.addresses import to
from koinon.kit.templatetags import kit
from koinon.kit.verbs import Actor
from koinon.network.models import name_in
from koinon.projects.models import Call, Project, SmallGrant

KINDS: list[tuple[str, Any, str]] = [
    ("projects.project", _("My projects: the team, decisions, check-ins"), "now"),
    ("projects.grant", _("Small grants"), "now"),
    ("projects.jury", _("Calls for plans: the jury and those who run them"), "now"),
    ("projects.reminder", _("Reminders about projects"), "now"),
]
OPEN_PROJECT, OPEN_CALL, OPEN_GRANT = _("Open the project"), _("Open the call"), _("Open the small grant")


def about(
    by: Actor, people: Iterable[Person | None], project: Project, title: Any, text: Any = "", *,
    kind: str = "projects.project", address: str = "", **facts: Any,
) -> None:  # fmt: skip
    """Tell people about a project; `%(project)s` is its title."""
    known = {"project": project.title, **facts}
    _tell(by, people, kind, title, text, known, address or to("projects:project", project.slug), OPEN_PROJECT)


def about_call(
    by: Actor, people: Iterable[Person | None], call: Call, title: Any, text: Any = "", *, address: str = "",
    kind: str = "projects.jury", **facts: Any,
) -> None:  # fmt: skip
    """Tell people about a call; `%(call)s` is its name."""

    def name(language: str) -> str:
        return name_in(call.names, call.language, language)

    _tell(by, people, kind, title, text, {"call": name, **facts}, address or to("projects:call", call.slug), OPEN_CALL)


def about_grant(
    by: Actor, people: Iterable[Person | None], grant: SmallGrant, title: Any, text: Any = "", *,
    kind: str = "projects.grant", **facts: Any,
) -> None:  # fmt: skip
    """Tell people about a small grant; `%(amount)s` has its currency."""
    known = {
        "project": grant.project.title,
        "amount": partial(money.said, grant.amount, grant.currency),
        "until": day(grant.due_on),
        "why": grant.why,
        **facts,
    }
    _tell(by, people, kind, title, text, known, to("projects:grant", grant.pk), OPEN_GRANT)


def day(on: date | None) -> Callable[[str], str]:
    """A day as each reader writes it."""

    def said(language: str) -> str:
        with translation.override(language):
            return kit.day(on) if on else ""

    return said


def _tell(
    by: Actor, people: Iterable[Person | None], kind: str, title: Any, text: Any, facts: dict[str, Any], address: str,
    action: Any,
) -> None:  # fmt: skip
    if by.role == "demo":
        return
    others = {person.pk: person for person in people if person is not None and person.pk != by.person}
    tell_all(people=others.values(), kind=kind, title=title, text=text, facts=facts, address=address, action=action)
