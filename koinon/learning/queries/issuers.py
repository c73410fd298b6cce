"""Issuers as others see them: their DIDs at each address this site has or had, their keys, what the site serves."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from koinon.learning.engine.badges import dids
from koinon.learning.engine.badges.facts import Issuer
from koinon.learning.engine.badges.keys import Key, Kind, State
from koinon.learning.models import IssuerKey, PublishedList, StatusList
from koinon.network.models import Organisation, name_in
from koinon.network.queries.organisations import all_ids_of

KINDS: dict[str, Kind] = {"rsa": "RSA", "ed25519": "Ed25519"}
AGEING_DAYS = 730
"""Keys older than this are proposed for rotation."""


def base() -> str:
    """The site's address as badges name it: always https, because nothing else can be checked."""
    return _secure(settings.KOINON_URL)


def bases() -> list[str]:
    """The address of today first, then those the site had before."""
    return list(dict.fromkeys([base(), *map(_secure, settings.KOINON_FORMER_URLS)]))


def is_reachable() -> bool:
    """Can others check badges given here? Only a site with an https address answers for them."""
    return settings.KOINON_URL.startswith("https://")


def base_of(host: str) -> str:
    """The address under which the site was asked just now; today's when it is no former one."""
    return next((each for each in bases() if urlsplit(each).netloc.lower() == host.lower()), base())


def did_of(slug: str, at: str = "") -> str:
    """The DID of an organisation, at the address of today or at another of `bases`."""
    return dids.did_of(f"{at or base()}/issuers/{slug}")


def issuer_of(organisation: Organisation, language: str, at: str) -> Issuer:
    """What a badge says of its issuer."""
    return Issuer(
        did=did_of(organisation.slug, at),
        name=name_in(organisation.names, organisation.language, language),
        url=at + reverse("learning:issuer", args=[organisation.slug]),
    )


def key_of(row: IssuerKey) -> Key:
    """The public half of a key as the engine reads it."""
    state: State = "withdrawn" if row.stolen_at else "old" if row.until else "current"
    return Key(KINDS[row.kind], row.public, row.since, state, row.stolen_at)


def document(organisation: Organisation, at: str = "") -> dict[str, object] | None:
    """The DID document at one of the site's addresses, or None for who never gave a badge. One query."""
    rows = list(IssuerKey.objects.filter(organisation=organisation))
    if not rows:
        return None
    here = at or base()
    others = [did_of(organisation.slug, each) for each in bases() if each != here]
    return dids.document(did_of(organisation.slug, here), [key_of(row) for row in rows], others)


def list_address(row: StatusList, purpose: str, form: str) -> str:
    """Where a status list stands, as badges name it."""
    path = reverse("learning:status_list", args=[row.organisation.slug, row.number, purpose, form])
    return row.base + path


def published(slug: str, number: int, purpose: str, form: str) -> PublishedList | None:
    """A status list as it is served now. One query."""
    rows = PublishedList.objects.filter(list__organisation__slug=slug, list__number=number)
    return rows.filter(purpose=purpose, form=form).first()


def known() -> dict[str, str]:
    """Issuers of this site by DID, at every address: those that have keys. One query."""
    rows = Organisation.objects.filter(issuer_keys__isnull=False).distinct().only("slug", "names", "language")
    return {did_of(row.slug, at): str(row) for row in rows for at in bases()}


def former(organisation: Organisation) -> QuerySet[Organisation]:
    """Those that went into it and have keys, which badges of before name."""
    rows = Organisation.objects.filter(pk__in=all_ids_of(organisation), issuer_keys__isnull=False)
    return rows.exclude(pk=organisation.pk).distinct()


def old_before() -> datetime:
    """Keys made before this moment are proposed for rotation."""
    return timezone.now() - timedelta(days=AGEING_DAYS)


def _secure(url: str) -> str:
    parts = urlsplit(url.rstrip("/"))
    return f"https://{parts.netloc}{parts.path}"
