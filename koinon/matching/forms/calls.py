"""The call's own questions, what coordinators decide, thanks to many, translations."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit import questions
from koinon.kit.forms import Form
from koinon.kit.vocabularies.countries import countries, language_name, languages
from koinon.matching.actions import listings, replies, reviews
from koinon.matching.forms.outlines import outline
from koinon.matching.forms.replies import reasons
from koinon.matching.models import CallRules, Listing, Reply

KINDS = ("text", "choice", "number", "scale")
PART = "call"
LATER = "later"


class Questions(Form):
    """At most six questions of a call, in the language of the call; an empty line is no question."""

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        kinds = [(kind, questions.KINDS[kind]) for kind in KINDS]
        known = [question for _part, question in questions.each(listing.questions)] or _proposed(listing)
        self.rows = []
        for number in range(listings.MOST_QUESTIONS):
            now = known[number] if number < len(known) else {}
            fields = {
                f"label_{number}": forms.CharField(label=_("Question"), max_length=200, required=False),
                f"kind_{number}": forms.ChoiceField(label=_("Kind of answer"), choices=kinds),
                f"choices_{number}": forms.CharField(
                    label=_("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
                    help_text=_("One per line; only for a choice."),
                ),
                f"required_{number}": forms.BooleanField(label=_("Must be answered"), required=False),
            }  # fmt: skip
            self.fields.update(fields)
            self.initial |= {name: value for name, value in zip(fields, _shown(now, listing.language), strict=True)}
            self.rows.append((number + 1, [self[name] for name in fields]))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for number in range(listings.MOST_QUESTIONS):
            is_choice = said.get(f"label_{number}") and said.get(f"kind_{number}") == "choice"
            if is_choice and len(_lines(said.get(f"choices_{number}", ""))) < 2:
                self.add_error(f"choices_{number}", ValidationError(_("Please write at least two answers.")))
        return said

    def said(self) -> dict[str, Any]:
        made = [
            self._question(number) for number in range(listings.MOST_QUESTIONS) if self.cleaned_data[f"label_{number}"]
        ]
        language = self.listing.language
        part = questions.new_part({language: self.listing.title}, *made, key=PART)
        return {"questions": questions.new_schema(language, part) if made else {}}

    def _question(self, number: int) -> Any:
        said, language = self.cleaned_data, self.listing.language
        kind, label = said[f"kind_{number}"], {language: said[f"label_{number}"]}
        more: dict[str, Any] = {"required": said[f"required_{number}"], "key": f"q{number + 1}"}
        if kind == "choice":
            lines = _lines(said[f"choices_{number}"])
            more["choices"] = [{"key": f"c{at}", "labels": {language: line}} for at, line in enumerate(lines, start=1)]
        if kind == "text":
            more |= {"limit": 150, "rows": 3}
        return questions.new_question(kind, label, **more)


def _shown(question: Any, language: str) -> tuple[str, str, str, bool]:
    """(label, kind, choices, required) as the fields show them."""
    if not question:
        return "", "text", "", False
    choices = [questions.said(choice["labels"], language, language) for choice in question.get("choices", ())]
    label = questions.said(question["labels"], language, language)
    return label, question["kind"], "\n".join(choices), bool(question.get("required"))


def _proposed(listing: Listing) -> list[Any]:
    """Questions that calls of this kind usually ask, where the writer reads the language of the call."""
    if (get_language() or "en")[:2] != listing.language or listing.questions:
        return []
    return [questions.new_question("text", {listing.language: str(line)}) for line in outline(listing.kind).questions]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()][:12]


class Rules(Form):
    """What a network decides about offers and needs."""

    is_reviewed = forms.BooleanField(
        label=_lazy("Coordinators look at each offer and need before it is published"),
        required=False,
        help_text=_lazy("Writers are promised an answer within two working days, and see the day."),
    )
    criteria = forms.CharField(
        label=_lazy("What you look at"),
        max_length=reviews.CRITERIA,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_lazy("One point per line. Writers read it while they write, coordinators while they decide."),
    )
    cold_a_week = forms.IntegerField(
        label=_lazy("Replies a week that an organisation may send unasked"),
        min_value=1,
        max_value=100,
        help_text=_lazy("To calls that nothing had suggested to it. It keeps those who write to everybody at bay."),
    )
    country = forms.ChoiceField(
        label=_lazy("Public holidays that do not count in your promise"),
        required=False,
        help_text=_lazy("The country in which you work. Saturdays and Sundays never count."),
    )

    def __init__(self, *args: Any, rules: CallRules, **kwargs: Any) -> None:
        initial = {name: getattr(rules, name) for name in ("is_reviewed", "criteria", "cold_a_week", "country")}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["country"].choices = [("", "—"), *countries((get_language() or "en")[:2])]


class Return(Form):
    """Not yet, and what should be changed."""

    why = forms.CharField(
        label=_lazy("What should be changed?"),
        max_length=reviews.WHY,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_lazy("The writers read this; it comes back to you when they hand it in again."),
    )


class Thank(Form):
    """A reason for each reply that waits, a sentence of one's own for each reason; nothing is sent before a look."""

    def __init__(self, *args: Any, waiting: Sequence[Reply], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting, self.rows, self.sentences = waiting, [], []
        choices = [(LATER, _("Leave it for now")), *reasons()]
        for row in waiting:
            name = f"kind_{row.pk}"
            initial = LATER if row.state == "shortlisted" else Reply.Why.CHOSEN
            self.fields[name] = forms.ChoiceField(label=str(row.organisation), choices=choices, initial=initial)
            self.rows.append((row, self[name]))
        for kind, label in reasons():
            name = f"words_{kind}"
            self.fields[name] = forms.CharField(label=label, max_length=replies.REASON, required=False)
            self.sentences.append(self[name])

    @property
    def is_sure(self) -> bool:
        return "send" in self.data

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if all(said.get(f"kind_{row.pk}", LATER) == LATER for row in self.waiting):
            raise ValidationError(_("Please choose a reason for at least one reply."))
        uses_own = any(said.get(f"kind_{row.pk}") == Reply.Why.OTHER for row in self.waiting)
        if uses_own and not said.get(f"words_{Reply.Why.OTHER}"):
            self.add_error(f"words_{Reply.Why.OTHER}", ValidationError(_("Please write a few words.")))
        return said

    def said(self) -> dict[str, Any]:
        facts = self.cleaned_data
        kinds = {str(row.pk): facts[f"kind_{row.pk}"] for row in self.waiting if facts[f"kind_{row.pk}"] != LATER}
        sentences = {kind: facts[f"words_{kind}"] for kind, _label in reasons() if facts[f"words_{kind}"]}
        return {"kinds": kinds, "sentences": sentences}


class Translate(Form):
    """Title and text of a call in another language, by a person."""

    language = forms.ChoiceField(label=_lazy("Language of the translation"))
    title = forms.CharField(label=_lazy("In one line"), max_length=listings.TITLE, required=False)
    text = forms.CharField(
        label=_lazy("Translation"), required=False, max_length=listings.TEXT, widget=forms.Textarea(attrs={"rows": 10})
    )

    def __init__(self, *args: Any, original: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = (get_language() or "en")[:2]
        ours = [(code, language_name(code, reader)) for code, _name in settings.LANGUAGES]
        others = [choice for choice in languages(reader) if choice not in ours]
        self.fields["language"].choices = [choice for choice in ours + others if choice[0] != original]  # type: ignore[attr-defined]
