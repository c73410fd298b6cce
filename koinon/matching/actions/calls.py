"""Around calls: translations by people, and the weekly word on new calls that fit one's own."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.languages import texts
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.kit.vocabularies.countries import language_codes
from koinon.matching.actions import changes
from koinon.matching.actions.listings import TEXT, TITLE
from koinon.matching.models import CallDigest, Listing
from koinon.matching.notices import calls as told
from koinon.matching.rules import calls as rules
from koinon.network.models import Network, Organisation

NOT_YOURS = gettext_lazy("Only those who speak for this organisation, and coordinators, may translate this.")


@verb("matching.translated", rule=rules.may_translate, refusal=NOT_YOURS)
def translate(*, by: Actor, listing: Listing, language: str, title: str, text: str) -> Listing:
    """Title and text in another language, by a person; empty ones remove the translation. The original stays."""
    if language not in language_codes() or language == listing.language:
        raise ValidationError({"language": [_("Please choose one of the list.")]})
    said = {"title": prose.said(title, "title", TITLE, is_line=True), "text": prose.said(text, "text", TEXT)}
    for field, words in said.items():
        texts.write(noun=listing, field=field, language=language, text=words, person=by.person)
    changes.listing_changed(listing)
    return listing


@verb("matching.week_told", rule=only_machine, counts=lambda result: {"calls": result[1]})
def tell_week(
    *, by: Actor, network: Network, organisation: Organisation, week: date, lines: Sequence[Any]
) -> tuple[Network, int]:
    """New calls of a week that fit an organisation's own, told once: the row of the week is taken or nothing is done.

    `lines`: functions of the reader's language that give one line each.
    """
    made = CallDigest(network=network, organisation=organisation, week=week, calls=len(lines))
    CallDigest.objects.bulk_create([made], ignore_conflicts=True)
    if not CallDigest.objects.filter(pk=made.pk).exists():
        return network, 0
    if lines:
        told.new_calls(organisation=organisation, network=network, lines=lines)
    return network, len(lines)
