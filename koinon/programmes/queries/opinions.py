"""The short form of a programme, and what was said to it in a delivery: whole groups of five only, without names."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from koinon.events.queries.feedback import Said, summed
from koinon.kit import questions
from koinon.programmes.engine.suppression import FEWEST
from koinon.programmes.models import Delivery, Opinion, Programme

QUALITY, PART = "quality", "thought"
MOST = 4
"""So many questions beside the one about quality: the form stays short."""
USUAL = (
    (QUALITY, "scale", gettext_noop("How good was it for you?")),
    ("useful", "scale", gettext_noop("How useful is it for your own work?")),
    ("next", "text", gettext_noop("What will you do next with what you have learned?")),
    ("better", "text", gettext_noop("What should be done better another time?")),
)
ENDS = (gettext_noop("poor"), gettext_noop("excellent"))


def form_of(programme: Programme) -> dict[str, Any]:
    """What is asked: the programme's own questions or the usual ones; always first how good it was."""
    return programme.questions or usual(programme.language)


def usual(language: str) -> dict[str, Any]:
    """The usual four, in every language of the site."""
    asked = [asked_as(kind, _in_all(words), key=key) for key, kind, words in USUAL]
    asked[0]["required"] = True
    part = questions.new_part(_in_all(gettext_noop("What did you think of it?")), *asked, key=PART)
    return questions.new_schema(language, part)


def asked_as(kind: str, labels: dict[str, str], key: str = "") -> dict[str, Any]:
    """A question of the form: points from 1 to 5, or words."""
    ends = {"ends": [_in_all(words) for words in ENDS]} if kind == "scale" else {}
    return questions.new_question(kind, labels, key=key, **ends)


def number_of(delivery: Delivery) -> int:
    return Opinion.objects.filter(delivery=delivery).count()


def whole(delivery: Delivery) -> Any:
    """The answers that are counted: those of whole groups."""
    full = number_of(delivery) // FEWEST
    return Opinion.objects.filter(delivery=delivery, group__lt=full)


def shown(delivery: Delivery, language: str) -> list[Said]:
    """What was said to each question that is asked now; nothing before the fifth answer. Two queries."""
    rows = [{**row.answers, QUALITY: row.quality} for row in whole(delivery).order_by("id")]
    if not rows:
        return []
    programme = delivery.programme
    asked = [question for _part, question in questions.each(form_of(programme))]
    return [
        summed(question, [row[question["key"]] for row in rows if question["key"] in row], language, programme.language)
        for question in asked
    ]


def _in_all(words: str) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = _(words)
    return found
