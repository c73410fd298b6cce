"""The short form of a programme, and what was said to it in a delivery: whole groups of five only, without names."""

from typing import Any

from django.utils.translation import gettext_noop

from koinon.events.queries import feedback
from koinon.kit import questions
from koinon.programmes.engine.suppression import FEWEST
from koinon.programmes.models import Delivery, Opinion, Programme

QUALITY = "quality"
MOST = 4
"""So many questions beside the one about quality: the form stays short."""
USUAL = ((QUALITY, "scale", gettext_noop("How good was it for you?")), *feedback.USUAL[1:])
"""What an event asks too, but for the first."""


def form_of(programme: Programme) -> dict[str, Any]:
    """What is asked: the programme's own questions or the usual ones; always first how good it was."""
    return programme.questions or usual(programme.language)


def usual(language: str) -> dict[str, Any]:
    """The usual four, in every language of the site; the first must be answered."""
    made = feedback.usual(language, USUAL)
    made["parts"][0]["questions"][0]["required"] = True
    return made


def number_of(delivery: Delivery) -> int:
    return Opinion.objects.filter(delivery=delivery).count()


def whole(delivery: Delivery) -> Any:
    """The answers that are counted: those of whole groups."""
    full = number_of(delivery) // FEWEST
    return Opinion.objects.filter(delivery=delivery, group__lt=full)


def shown(delivery: Delivery, language: str) -> list[feedback.Said]:
    """What was said to each question that is asked now; nothing before the fifth answer. Two queries."""
    rows = [{**row.answers, QUALITY: row.quality} for row in whole(delivery).order_by("id")]
    if not rows:
        return []
    programme = delivery.programme
    asked = [question for _part, question in questions.each(form_of(programme))]
    values = {row["key"]: [said[row["key"]] for said in rows if row["key"] in said] for row in asked}
    return [feedback.summed(row, values[row["key"]], language, programme.language) for row in asked]
