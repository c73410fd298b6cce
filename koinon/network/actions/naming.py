"""Names, addresses of pages and web sites, as they are kept. No verbs: what several verbs need to say the same way."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.ids import uuid7
from koinon.kit.meaning.folding import fold

LONGEST_NAME = 200
KEEP: Any = object()
"""The default of an edit: leave this as it is (None and "" are values)."""
RESERVED = {"new", "map", "search", "import", "export"}
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_WEB = URLValidator(schemes=["http", "https"])
_TRIES = 6


def given(**changes: Any) -> dict[str, Any]:
    """Only what is really to be changed."""
    return {name: value for name, value in changes.items() if value is not KEEP}


def tidy_names(names: Mapping[str, str], original: str) -> dict[str, str]:
    """Names by language on one line each, the original first; raises ValidationError for a missing or long one."""
    tidy = {code: prose.line(name) for code, name in names.items() if prose.line(name)}
    if original not in tidy:
        raise ValidationError({"name": [_("Please give the name in the language you write in.")]})
    if any(len(name) > LONGEST_NAME for name in tidy.values()):
        raise ValidationError({"name": [_("A name has at most %(limit)s signs.") % {"limit": LONGEST_NAME}]})
    return {original: tidy.pop(original), **tidy}


def tidy_website(address: str) -> str:
    """A web address with http or https; raises ValidationError for any other, "" stays."""
    address = prose.line(address)
    if not address:
        return ""
    if "://" not in address and not address.lower().startswith(("javascript:", "data:")):
        address = f"https://{address}"
    try:
        _WEB(address)
    except ValidationError as problem:
        raise ValidationError({"website": [_("Please give a web address such as https://www.serres.gr.")]}) from problem
    return address


def domain_of(address: str) -> str:
    """The host of a web address without www: what a mail address may be compared with."""
    return (urlsplit(address).hostname or "").removeprefix("www.")[:120]


def slug_of(text: str, longest: int) -> str:
    """The folded text as an address: letters, digits and single dashes; "" if nothing is left."""
    return _NOT_SLUG.sub("-", fold(text)).strip("-")[:longest].strip("-")


def save_with_slug(row: Any, wanted: str, fallback: str) -> None:
    """Save a new row under `wanted`, or wanted-2, -3 …; two at the same instant both get one."""
    longest = row._meta.get_field("slug").max_length - 9
    stem = slug_of(wanted, longest) or f"{fallback}-{uuid7().hex[-8:]}"
    stem = f"{fallback}-{stem}" if stem in RESERVED else stem
    model: type[models.Model] = type(row)
    for attempt in range(_TRIES):
        taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
        numbers = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        row.slug = stem if stem not in taken else next(slug for slug in numbers if slug not in taken)
        row.slug = f"{stem}-{uuid7().hex[-6:]}" if attempt > 2 else row.slug
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as problem:
            if "slug" not in str(problem):
                raise
        else:
            return
    raise ValidationError(_("Please try again in a moment."))
