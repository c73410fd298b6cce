"""One-tap links for e-mail: signed, they expire, work once, and the page says what they do before they do it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from koinon.kit.ids import uuid7
from koinon.kit.models import UsedLink

DEFAULT_LIFE = timedelta(days=14)


class Broken(Exception):  # noqa: N818
    """The link cannot be used; the message says why, in the reader's language."""


@dataclass(frozen=True)
class Link:
    """What a link says: `purpose` (app.verb), `facts` (ids as strings), and its own nonce."""

    purpose: str
    facts: dict[str, Any]
    nonce: UUID


def make(purpose: str, **facts: Any) -> str:
    """A URL-safe token for `purpose` with `facts` (ids and short words; they are readable, so no secrets)."""
    return signing.dumps({"n": str(uuid7()), **facts}, salt=f"koinon.link.{purpose}", compress=True)


def read(purpose: str, token: str, *, life: timedelta = DEFAULT_LIFE) -> Link:
    """What the token says. Raises Broken when it is forged, too old or was used."""
    try:
        facts = signing.loads(token, salt=f"koinon.link.{purpose}", max_age=life)
    except signing.SignatureExpired as problem:
        raise Broken(_("This link has expired. Ask for a new one.")) from problem
    except (signing.BadSignature, ValueError) as problem:
        raise Broken(_("This link is not complete. Please copy the whole address from the e-mail.")) from problem
    nonce = UUID(facts.pop("n"))
    if UsedLink.objects.filter(pk=nonce).exists():
        raise Broken(_("This link was used already."))
    return Link(purpose, facts, nonce)


def use(link: Link) -> None:
    """Mark it used, inside the transaction of what it does; raises Broken if somebody was quicker."""
    try:
        with transaction.atomic():
            UsedLink.objects.create(nonce=link.nonce)
    except IntegrityError as problem:
        raise Broken(_("This link was used already.")) from problem
