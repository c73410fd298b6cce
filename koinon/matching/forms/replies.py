"""Replies in three short answers, matches set aside, introductions."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit import questions
from koinon.kit.forms import Form
from koinon.kit.meaning import detect
from koinon.matching.actions import introductions, replies
from koinon.matching.models import Dismissal, Listing, Reply
from koinon.network.models import Membership, Organisation


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def reasons() -> list[tuple[str, Any]]:
    """Reasons that people give; that a call ended is said by itself."""
    return [(value, label) for value, label in Reply.Why.choices if value in replies.SAYABLE]


class InNameOf(Form):
    """A form in the name of one of my organisations; `homes` are those it may be."""

    home = forms.ChoiceField(label=_lazy("In whose name"))

    def __init__(self, *args: Any, homes: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.homes = {str(home.pk): home for home in homes}
        names = [(str(home.pk), str(home.organisation)) for home in homes]
        self.fields["home"].choices = names  # type: ignore[attr-defined]
        if len(homes) == 1:
            self.fields["home"].widget = forms.HiddenInput()
            self.fields["home"].initial = names[0][0]
        self.order_fields([*(name for name in self.fields if name != "home"), "home"])

    @property
    def organisation(self) -> Organisation:
        """The one chosen; only after validation."""
        return self.homes[self.cleaned_data["home"]].organisation

    def said(self) -> dict[str, Any]:
        facts = super().said()
        facts.pop("home")
        return {**facts, "organisation": self.organisation}


class Answer(InNameOf):
    """A reply: what we bring, why us, when."""

    brings = forms.CharField(label=_lazy("What we bring"), max_length=replies.LONGEST, widget=_area(5))
    why = forms.CharField(label=_lazy("Why us"), max_length=replies.LONGEST, widget=_area(3), required=False)
    when = forms.CharField(label=_lazy("When"), max_length=200, required=False)

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = None
        if listing.questions:
            asked = questions.form_class(listing.questions, language=(get_language() or "en")[:2])
            self.own = asked(self.data or None, values={}, prefix="call")

    def full_clean(self) -> None:
        super().full_clean()
        if self.own is not None and self.is_bound and not self.own.is_valid():
            self.add_error(None, _("Please answer the questions of this call, too."))

    def said(self) -> dict[str, Any]:
        facts = super().said()
        facts["answers"] = self.own.values() if self.own is not None else {}
        organisation = facts["organisation"]
        known = sorted({organisation.language, *organisation.languages, "en"})
        return {**facts, "language": detect.language_of(facts["brings"], among=known) or organisation.language}


class Sort(Form):
    """Several replies, one step."""

    chosen = forms.TypedMultipleChoiceField(label=_lazy("Replies"), coerce=UUID, choices=[], required=False)
    step = forms.ChoiceField(
        label=_lazy("What to do"),
        choices=[
            ("shortlist", _lazy("Put on the shortlist")),
            ("accept", _lazy("Accept")),
            ("read", _lazy("Mark as read")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.getlist("chosen")[:60] if hasattr(self.data, "getlist") else []
        self.fields["chosen"].choices = [(one, one) for one in given if _is_key(one)]  # type: ignore[attr-defined]


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class Decline(Form):
    """No, and why: a reason of the list, a sentence of one's own, or both."""

    kind = forms.ChoiceField(label=_lazy("Your reason"), choices=reasons)
    reason = forms.CharField(
        label=_lazy("In your words"),
        max_length=replies.REASON,
        required=False,
        help_text=_lazy("They read your reason in their language, then this sentence, with thanks for their reply."),
    )


class SetAside(InNameOf):
    """Not for us because …"""

    why = forms.ChoiceField(
        label=_lazy("Not for us because …"), choices=Dismissal.Why.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_lazy("In your words"),
        max_length=200,
        required=False,
        help_text=_lazy("Only your organisation reads this."),
    )


class Ask(Form):
    """Ask for an introduction."""

    message = forms.CharField(
        label=_lazy("Why do you want to meet them?"), max_length=introductions.MESSAGE, widget=_area(4), required=False,
        help_text=_lazy("The coordinator reads it, and the other side if it is passed on."),
    )  # fmt: skip
