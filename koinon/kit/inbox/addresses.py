"""Addresses that say what a letter is about: `reply+<key><signature>@…`, in lower case, short enough for a local part.

The signature (80 bits of HMAC-SHA256 under the site's secret) lets the mail server refuse made-up addresses without
asking the database; the key is a row that tells for whom and about what.
"""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

from django.conf import settings

from koinon.kit.models import MailAddress

BOUNCE = "bounce"
SIZE = 10
_SIGNED = 16


def is_open() -> bool:
    """Does this site receive mail?"""
    return "@" in settings.KOINON_INBOX


def address_for(purpose: str, *, person: UUID, noun: UUID) -> str:
    """The address at which `person` answers about `noun`, the same one each time; "" when the site takes no mail."""
    if not is_open():
        return ""
    row, _is_new = MailAddress.objects.get_or_create(
        purpose=purpose, person=person, noun=noun, defaults={"key": _coded(secrets.token_bytes(SIZE))}
    )
    name, _at, domain = settings.KOINON_INBOX.rpartition("@")
    return f"{name}+{row.key}{_signature(row.key)}@{domain}"


def bounce_address(person: UUID) -> str:
    """The envelope sender of a letter to `person`: what cannot be delivered comes back here and names them."""
    return address_for(BOUNCE, person=person, noun=person)


def is_ours(address: str) -> bool:
    """Is this one of our addresses, signed by us? No database."""
    return bool(key_of(address))


def key_of(address: str) -> str:
    """The key in one of our addresses, "" for everything else."""
    wanted, _at, domain = settings.KOINON_INBOX.lower().rpartition("@")
    local, _at, host = address.strip().lower().rpartition("@")
    name, _plus, token = local.partition("+")
    key, signature = token[:_SIGNED], token[_SIGNED:]
    is_right = wanted and name == wanted and host == domain and len(signature) == _SIGNED
    return key if is_right and hmac.compare_digest(signature.encode(), _signature(key).encode()) else ""


def _signature(key: str) -> str:
    made = hmac.new(settings.SECRET_KEY.encode(), b"koinon.inbox:" + key.encode(), hashlib.sha256)
    return _coded(made.digest()[:SIZE])


def _coded(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower()
