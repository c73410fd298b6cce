"""Files of an organisation: to choose from, and as a list with what they lack."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from koinon.learning.models import Asset, Text

MOST = 300
KINDS = ("image/", "audio/", "video/")


def choices_of(organisation: UUID) -> dict[str, list[tuple[str, str]]]:
    """Beginning of a media type ("" for all) -> (key, name), the newest first. One query."""
    rows = Asset.objects.filter(organisation=organisation).select_related("upload").order_by("-pk")[:MOST]
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in ("", *KINDS)}
    for row in rows:
        found[""].append((row.key, row.name))
        for kind in KINDS:
            if row.upload.media_type.startswith(kind):
                found[kind].append((row.key, row.name))
    return found


def listed(organisation: UUID, language: str) -> list[dict[str, Any]]:
    """Files with what they lack in a language: a description, a transcript, terms. One query."""
    rows = Asset.objects.filter(organisation=organisation).select_related("upload").order_by("-pk")[:MOST]
    return [{"asset": row, "lacks": lacks(row, language)} for row in rows]


def lacks(asset: Asset, language: str) -> list[str]:
    """Sentences: what somebody should add to this file."""
    kind = asset.upload.media_type
    found = []
    if kind.startswith("image/") and not asset.is_decoration and not asset.alt.get(language):
        found.append(_("Nothing says what the picture shows."))
    if kind.startswith(("audio/", "video/")) and not asset.transcript.get(language):
        found.append(_("The transcript is missing."))
    if not asset.licence and not asset.credit:
        found.append(_("Nobody is named, no terms are given."))
    return found


def used_in(asset: Asset) -> int:
    """In how many texts of courses it is named."""
    return Text.objects.filter(said__icontains=asset.key).count()
