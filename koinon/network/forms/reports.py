"""What may be said about reports: the cycle, more time, a reason."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from koinon.kit.forms import day_input
from koinon.kit.verbs import Actor, Refused
from koinon.network.actions import reports
from koinon.network.forms.drafts import Writing
from koinon.network.forms.fields import Form


def _days(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=3650, help_text=help_text)


class Cycle(Form):
    """How often members report, and what happens when they do not."""

    is_running = forms.BooleanField(label=gettext_lazy("Ask members for reports"), required=False)
    first_on = forms.DateField(label=gettext_lazy("First asked on"), widget=day_input())
    months = forms.IntegerField(label=gettext_lazy("Months from one report to the next"), min_value=1, max_value=120)
    window_days = forms.IntegerField(label=gettext_lazy("Days to write it"), min_value=14, max_value=365)
    young_days = forms.IntegerField(
        label=gettext_lazy("Days of membership before the first report"), min_value=0, max_value=3650
    )
    risk_days = _days(
        gettext_lazy("At risk after"), gettext_lazy("Days after the deadline. Each step is told by letter.")
    )
    inactive_days = _days(
        gettext_lazy("Inactive after"),
        gettext_lazy("Days after the deadline. Inactive members read and answer, but write nothing new."),
    )
    lapse_days = _days(
        gettext_lazy("Membership lapses after"),
        gettext_lazy("Days after the deadline. You can take the member in again at any time."),
    )


class Extend(Form):
    """More time for one member or several."""

    to = forms.DateField(label=gettext_lazy("New deadline"), widget=day_input())
    why = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class Reason(Form):
    """Why a report is returned or not asked for."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class Why(Form):
    """Why a membership is in good standing again."""

    why = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class ReportWriting(Writing):
    """The questions of a report while people write: answers save themselves as those of an application do."""

    def save(self, by: Actor) -> bool:
        """Write what was touched; True when nothing is left to choose or to put right."""
        self.form.is_valid()
        touched = self._touched(by)
        try:
            if touched:
                self.row, self.theirs = reports.answer(by=by, report=self.row, said=touched)
        except (Refused, ValidationError) as problem:
            self.form.add_error(None, problem if isinstance(problem, ValidationError) else str(problem))
            return False
        self.saved = set(touched) - set(self.theirs)
        return not self.theirs and not self.form.errors
