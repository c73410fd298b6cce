"""How the network app tells: everybody but the one who did it, each once, names in each reader's language."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import translation

from koinon.accounts import notices
from koinon.accounts.models import Person
from koinon.kit.templatetags import kit
from koinon.kit.verbs import Actor
from koinon.network.models import Network, Organisation, name_in

SILENT = ("demo", "intake")


def tell(by: Actor, people: Iterable[Person], **notice: Any) -> None:
    """Everybody but the one who did it, each once; the demo and imports tell nobody."""
    if by.role not in SILENT:
        others = {person.pk: person for person in people if person.pk != by.person}
        notices.tell_all(people=others.values(), **notice)


def names(network: Network, organisation: Organisation) -> dict[str, Any]:
    """The two names that most sentences need."""
    return {"network": name(network), "organisation": name(organisation)}


def name(thing: Network | Organisation) -> Callable[[str], str]:
    """The name of a network or an organisation, for a notice: said in each reader's language."""
    return lambda language: name_in(thing.names, thing.language, language)


def role(label: Callable[[], str]) -> Callable[[str], str]:
    """A translated word (`row.get_role_display`), for a notice."""

    def said(language: str) -> str:
        with translation.override(language):
            return str(label())

    return said


def day(value: Any) -> Callable[[str], str]:
    """A day as each reader writes it, for a notice."""

    def said(language: str) -> str:
        with translation.override(language):
            return kit.day(value)

    return said
