"""Questionnaires as data: a schema its owner keeps and versions, forms made of it, answers checked, carried and read.

Knows no noun of anybody: applications, reports, calls, surveys and courses ask with it. Values by kind of question:
text "…"; number {"number": "12345.5", "year": 2024, "source": "…"}; choice ["key", …]; scale 1 to 5;
file, signature {"upload": id, "name": "x.pdf"}; place {"id", "label"}; person {"name", "title", "email"}.
What is not answered is not there.
"""

from koinon.kit.questions import drafts
from koinon.kit.questions.fields import Places
from koinon.kit.questions.forms import PartForm, form_class
from koinon.kit.questions.reading import ReadAnswer, ReadPart, read, shown
from koinon.kit.questions.schema import (
    KINDS,
    each,
    find,
    in_all,
    new_key,
    new_part,
    new_question,
    new_schema,
    part_of,
    problems,
    said,
)
from koinon.kit.questions.values import (
    Lack,
    Values,
    answers_of,
    check,
    is_empty,
    progress,
    too_long,
    values_of,
    wrong_with,
)
from koinon.kit.questions.versions import Carried, Changes, Lost, carry, changes
from koinon.kit.questions.words import word_count

__all__ = [
    "KINDS",
    "Carried",
    "Changes",
    "Lack",
    "Lost",
    "PartForm",
    "Places",
    "ReadAnswer",
    "ReadPart",
    "Values",
    "answers_of",
    "carry",
    "changes",
    "check",
    "drafts",
    "each",
    "find",
    "form_class",
    "in_all",
    "is_empty",
    "new_key",
    "new_part",
    "new_question",
    "new_schema",
    "part_of",
    "problems",
    "progress",
    "read",
    "said",
    "shown",
    "too_long",
    "values_of",
    "word_count",
    "wrong_with",
]
