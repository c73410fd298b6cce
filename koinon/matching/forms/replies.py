"""Replies in three short answers, matches set aside, introductions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.kit.meaning import detect
from koinon.matching.actions import introductions, replies
from koinon.matching.models import Dismissal
from koinon.network.models import Membership, Organisation


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


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

    def said(self) -> dict[str, Any]:
        facts = super().said()
        organisation = facts["organisation"]
        known = sorted({organisation.language, *organisation.languages, "en"})
        return {**facts, "language": detect.language_of(facts["brings"], among=known) or organisation.language}


class Decline(Form):
    """No, and why."""

    reason = forms.CharField(
        label=_lazy("Your reason"),
        max_length=replies.REASON,
        help_text=_lazy("They read this sentence, with thanks for their reply."),
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


class Refuse(Form):
    """Not passed on, and why."""

    reason = forms.CharField(label=_lazy("Why it is not passed on"), max_length=introductions.REASON, widget=_area(3))


class Say(InNameOf):
    """Yes, no or later, in private."""

    says = forms.ChoiceField(
        label=_lazy("Your answer"),
        choices=[("yes", _lazy("Yes")), ("later", _lazy("Later")), ("no", _lazy("No"))],
        widget=forms.RadioSelect,
        help_text=_lazy(
            "Only your organisation ever sees this answer. You may change it while the introduction is open."
        ),
    )
