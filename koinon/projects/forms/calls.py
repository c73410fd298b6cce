"""Calls, juries, decisions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from koinon.kit import money
from koinon.kit.forms import Form, day_input
from koinon.network.models import Organisation
from koinon.projects.forms.plans import Amount, text
from koinon.projects.models import Call, CallCriterion, Choice


class About(Form):
    """What a call says."""

    name = forms.CharField(label=_("Name of the call"), max_length=160)
    about = text(_("What is it about, and who may take part?"), rows=7, limit=10_000)
    closes_on = forms.DateField(label=_("Last day for plans"), widget=day_input())
    decides_on = forms.DateField(label=_("Teams hear the decision by"), widget=day_input())
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    budget = Amount(label=_("Money for small grants, all together"), initial=0)
    most_grant = Amount(label=_("At most for one team"), initial=0, help_text=_("0 when this call gives no money."))
    scores_needed = forms.IntegerField(
        label=_("How many jurors score each plan at least?"), min_value=1, max_value=10, initial=2
    )
    is_public = forms.BooleanField(
        label=_("Everybody may see it"), required=False, initial=True,
        help_text=_("Otherwise only members of the network see it and take part."),
    )  # fmt: skip

    def __init__(self, *args: Any, call: Call | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = money.choices(get_language() or "en")  # type: ignore[attr-defined]
        if call is not None and call.state != "draft":
            del self.fields["currency"]


class New(About):
    """A new call in the name of an organisation."""

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        if len(organisations) > 1:
            named = [(key, str(row)) for key, row in self.organisations.items()]
            self.fields["organisation"] = forms.ChoiceField(label=_("Which organisation runs it?"), choices=named)

    def said(self) -> dict[str, Any]:
        facts = super().said()
        chosen = facts.pop("organisation", None) or next(iter(self.organisations))
        return {**facts, "organisation": self.organisations[chosen]}


class Criterion(Form):
    """What jurors give points for."""

    name = forms.CharField(label=_("What do jurors look at?"), max_length=160)
    help = forms.CharField(label=_("In a sentence: when is it good?"), max_length=300, required=False)
    most = forms.IntegerField(label=_("Best number of points"), min_value=1, max_value=20, initial=5)
    weight = forms.IntegerField(label=_("How many times does it count?"), min_value=1, max_value=10, initial=1)


class Asked(Form):
    """Somebody by their address: whether it has an account here, the form does not tell."""

    email = forms.EmailField(
        label=_("E-mail of the person"), help_text=_("They get a letter, and agree by its link. No account is needed.")
    )


class Points(Form):
    """Points for each criterion, and words for the team."""

    words = text(
        _("Words for the team"), limit=4000, is_needed=True,
        help=_("What is good, what would make it better? The team reads this after the decision, without your name."),
    )  # fmt: skip

    def __init__(self, *args: Any, criteria: Sequence[CallCriterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = {f"points_{row.pk}": row for row in criteria}
        for name, row in self.criteria.items():
            label = now("%(name)s: points from 0 to %(most)s") % {"name": row, "most": row.most}
            self.fields[name] = forms.IntegerField(
                label=label, min_value=0, max_value=row.most, help_text=row.help,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip
        self.order_fields([*self.criteria, "words"])

    def said(self) -> dict[str, Any]:
        points = {str(row.pk): self.cleaned_data[name] for name, row in self.criteria.items()}
        return {"points": points, "words": self.cleaned_data["words"]}


class Conflict(Form):
    """Too near to be fair."""

    why = forms.CharField(label=_("How are you connected with the team?"), max_length=300)


class Decision(Form):
    """What is decided about a plan, with words for the team."""

    verdict = forms.ChoiceField(label=_("Decision"), choices=Choice.Verdict.choices, widget=forms.RadioSelect)
    feedback = text(
        _("Words for the team"), rows=5, limit=5000, is_needed=True,
        help=_("Every team reads them, whatever is decided. What was good, what would have made it better?"),
    )  # fmt: skip
    conditions = text(_("Conditions, if there are any"), rows=3, limit=3000)
    conditions_until = forms.DateField(label=_("To be met by"), required=False, widget=day_input())


def first_facts(call: Call) -> dict[str, Any]:
    """What the form of a call shows first."""
    names = (
        "about", "closes_on", "decides_on", "currency", "budget", "most_grant", "scores_needed", "is_public",
    )  # fmt: skip
    return {"name": call.names.get(call.language, ""), **{name: getattr(call, name) for name in names}}
