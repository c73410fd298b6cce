"""Answer an introduction, propose one, tell what came of it."""

from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.matching.actions import introductions, outcomes
from koinon.matching.forms.replies import InNameOf
from koinon.matching.models import Answer, Introduction, Outcome
from koinon.network.models import Membership, Organisation


class Say(InNameOf):
    """Yes, no or later, in private; a later has its month."""

    says = forms.ChoiceField(
        label=_lazy("Your answer"),
        choices=Answer.Says.choices,
        widget=forms.RadioSelect,
        help_text=_lazy(
            "Only your organisation ever sees this answer. You may change it while the introduction is open."
        ),
    )
    again_on = forms.TypedChoiceField(
        label=_lazy("For “later”: when shall we ask you again?"),
        coerce=date.fromisoformat,
        required=False,
        empty_value=None,
    )

    def __init__(self, *args: Any, homes: list[Membership], introduction: Introduction, **kwargs: Any) -> None:
        super().__init__(*args, homes=homes, **kwargs)
        months = introductions.months_after(introduction.closes_on or date.today())
        self.fields["again_on"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((month.isoformat(), formats.date_format(month, "YEAR_MONTH_FORMAT")) for month in months),
        ]


class Broker(Form):
    """One sentence for each side, each in its language."""

    words_for_one = forms.CharField(max_length=introductions.WORDS, widget=forms.Textarea(attrs={"rows": 4}))
    words_for_other = forms.CharField(max_length=introductions.WORDS, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, sides: tuple[Organisation, Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from koinon.kit.vocabularies.countries import language_name
        from koinon.matching.queries.introductions import reader

        for name, side in zip(("words_for_one", "words_for_other"), sides, strict=True):
            facts = {"organisation": side, "language": language_name(side.language, reader())}
            self.fields[name].label = _("What %(organisation)s reads (in %(language)s)") % facts


class Refuse(Form):
    """Not passed on, and why."""

    reason = forms.CharField(
        label=_lazy("Why it is not passed on"),
        max_length=introductions.REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Tell(Form):
    """What came of it: one tap and, if they like, a sentence."""

    came = forms.ChoiceField(label=_lazy("What came of it?"), choices=Outcome.Came.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_lazy("In one sentence"),
        max_length=outcomes.WORDS,
        required=False,
        help_text=_lazy("The coordinator reads it; the other side does not."),
    )
