"""Found and change networks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.languages import texts
from koinon.kit.templatetags.kit import ACCENTS
from koinon.kit.verbs import Actor, verb
from koinon.kit.vocabularies.countries import language_codes
from koinon.network import rules
from koinon.network.actions import coordinations, naming
from koinon.network.actions.naming import KEEP
from koinon.network.models import Kind, Network

LONGEST_PURPOSE = 4000


@verb("network.founded", rule=rules.may_found, refusal=gettext_lazy("Only operators of this site found networks."))
def found(
    *,
    by: Actor,
    names: Mapping[str, str],
    language: str,
    slug: str = "",
    purpose: str = "",
    purposes: Mapping[str, str] | None = None,
    languages: Sequence[str] = (),
    accent: str = "aegean",
    kinds: Sequence[str] = (),
    is_public: bool = False,
    is_demo: bool = False,
    coordinator: Person | None = None,
) -> Network:
    """A new network with its address; `coordinator`, if given, runs it from today. `purposes` are translations."""
    network = Network(language=language, is_demo=is_demo)
    facts = {"names": names, "purpose": purpose, "languages": languages, "accent": accent, "kinds": kinds}
    _put(network, {**facts, "is_public": is_public})
    naming.save_with_slug(network, slug or network.names.get("en") or network.names[language], "network")
    _translate(network, purposes, by)
    if coordinator is not None:
        coordinations.add(by=by, network=network, person=coordinator)
    return network


@verb("network.edited", rule=rules.may_edit_network)
def edit(
    *,
    by: Actor,
    network: Network,
    language: str = "",
    names: Mapping[str, str] = KEEP,
    purpose: str = KEEP,
    purposes: Mapping[str, str] | None = None,
    languages: Sequence[str] = KEEP,
    accent: str = KEEP,
    kinds: Sequence[str] = KEEP,
    is_public: bool = KEEP,
) -> Network:
    """Change what is given, leave the rest; `purposes` are translations by language."""
    network.language = language or network.language
    facts = {"names": names, "purpose": purpose, "languages": languages, "accent": accent, "kinds": kinds}
    _put(network, naming.given(**facts, is_public=is_public))
    network.save()
    _translate(network, purposes, by)
    return network


def _put(network: Network, changes: Mapping[str, Any]) -> None:
    if "names" in changes:
        network.names = naming.tidy_names(changes["names"], network.language)
    if "purpose" in changes:
        network.purpose = prose.said(changes["purpose"], "purpose", LONGEST_PURPOSE)
    if "languages" in changes:
        known = set(language_codes())
        wanted = [network.language, *(code for code in changes["languages"] if code in known)]
        network.languages = list(dict.fromkeys(wanted))
    if "accent" in changes:
        network.accent = changes["accent"] if changes["accent"] in ACCENTS else ACCENTS[0]
    if "kinds" in changes:
        network.kinds = [kind for kind in Kind.values if kind in changes["kinds"]]
    if "is_public" in changes:
        network.is_public = bool(changes["is_public"])


def _translate(network: Network, purposes: Mapping[str, str] | None, by: Actor) -> None:
    for language, text in (purposes or {}).items():
        if language != network.language:
            said = prose.said(text, "purpose", LONGEST_PURPOSE)
            texts.write(noun=network, field="purpose", language=language, text=said, person=by.person)
