"""What those read whose reply was declined: a sentence for each kind of reason, in their language."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.vocabularies.countries import language_name
from koinon.matching.models import Reply
from koinon.network.models import Mandate
from koinon.network.queries.people import LEADS

THANKS = gettext_lazy("Thank you for your reply and for the time it took you.")
SENTENCES: Mapping[str, Any] = {
    "chosen": gettext_lazy("Other replies came closer to what we look for this time."),
    "fit": gettext_lazy("What you offer is good, but it is something else than what we look for."),
    "time": gettext_lazy("The time you propose does not fit ours."),
    "place": gettext_lazy("The place or the language does not fit this time."),
    "full": gettext_lazy("We have found as many partners as we can work with."),
    "ended": gettext_lazy("The call ended before it was answered. That is not a judgement on your reply."),
}


def words(kind: str, own: str, language: str) -> str:
    """The reason in the language of whoever reads; what the author added stays in the author's words."""
    with translation.override(language):
        parts = [str(THANKS)] if kind != "ended" else []
        if kind in SENTENCES:
            parts.append(str(SENTENCES[kind]))
        if own:
            parts.append(_("They add: “%(words)s”") % {"words": own} if kind in SENTENCES else own)
    return " ".join(parts)


def preview(rows: Sequence[Reply], kinds: Mapping[str, str], sentences: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each letter as it will be sent: to whom, in which languages, with which words."""
    found, read = [], _languages(rows)
    for row in rows:
        kind = kinds.get(str(row.pk), "")
        if kind:
            spoken = read.get(row.organisation_id) or [row.organisation.language]
            texts = [
                (code, language_name(code, _reader()), words(kind, sentences.get(kind, ""), code)) for code in spoken
            ]
            found.append({"reply": row, "letters": texts})
    return found


def _languages(rows: Sequence[Reply]) -> dict[UUID, list[str]]:
    """The languages of those who will read the letters, by organisation; one query."""
    mandates = Mandate.objects.in_force().filter(
        organisation__in=[row.organisation_id for row in rows], role__in=LEADS, person__is_active=True
    )
    found: dict[UUID, list[str]] = {}
    for organisation, language in mandates.order_by("pk").values_list("organisation_id", "person__language"):
        if language not in found.setdefault(organisation, []):
            found[organisation].append(language)
    return found


def _reader() -> str:
    return (translation.get_language() or "en")[:2]
