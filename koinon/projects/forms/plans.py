"""Ideas, plans and their parts, teams."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form, day_input
from koinon.kit.money import FINEST
from koinon.network.forms import fields as network
from koinon.projects.models import BudgetLine, Call, Project, Risk, Teammate


def text(label: Any, *, rows: int = 4, limit: int = 6000, help: Any = "", is_needed: bool = False) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=limit, required=is_needed, help_text=help, widget=forms.Textarea(attrs={"rows": rows})
    )


class Amount(forms.DecimalField):
    """An amount of money, as somebody would write it: 120, 120.50; how fine it may be, its currency says."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=13, decimal_places=FINEST, min_value=0, **options)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        whole, behind = f"{value:.{FINEST}f}".split(".")
        return f"{whole}.{behind.rstrip('0'):0<2}" if behind.rstrip("0") else whole


class Why(Form):
    """A sentence that the other side reads."""

    why = forms.CharField(label=_("In a sentence, for those who are concerned"), max_length=500)


class Idea(Form):
    """One field is enough to begin."""

    idea = text(
        _("Your idea"), rows=5, is_needed=True,
        help=_("What do you want to change, and where? The first line becomes the title; you can change it later."),
    )  # fmt: skip


class Plan(network.Form):
    """The plan in words."""

    title = forms.CharField(label=_("Title"), max_length=160)
    call = forms.ChoiceField(label=_("Call for which you hand it in"), required=False)
    problem = text(_("What is the problem?"), help=_("What have you seen yourselves? A number or a story is enough."))
    people = text(_("For whom, and how many?"))
    partners = text(_("Who else helps?"), rows=3, help=_("Schools, shops, the municipality: who has said yes?"))
    place = network.PlaceField(label=_("Town"), required=False)
    measure = text(_("How shall we know that it worked?"), rows=3, help=_("What can be counted or seen afterwards?"))
    starts_on = forms.DateField(label=_("First day"), required=False, widget=day_input())
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=day_input())

    def __init__(self, *args: Any, calls: Sequence[Call], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calls = {str(row.pk): row for row in calls}
        named = [(key, str(row)) for key, row in self.calls.items()]
        self.fields["call"].choices = [("", _("Not chosen yet")), *named]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        facts = super().said()
        return {**facts, "call": self.calls.get(facts["call"])}


class Step(Form):
    """A step of the plan."""

    title = forms.CharField(label=_("What is to be done?"), max_length=200)
    who = forms.ChoiceField(label=_("Who takes care of it?"), required=False)
    due_on = forms.DateField(label=_("Until when?"), required=False, widget=day_input())

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = Teammate.objects.filter(project=project, state__in=["active", "invited"]).select_related("person")
        self.team = {str(row.pk): row for row in team.order_by("-role", "pk")}
        named = [(key, str(row.person or row.name or row.email)) for key, row in self.team.items()]
        self.fields["who"].choices = [("", _("Nobody yet")), *named]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        facts = super().said()
        return {**facts, "who": self.team.get(facts["who"])}


class Danger(Form):
    """What could go wrong."""

    title = forms.CharField(label=_("What could go wrong?"), max_length=200)
    size = forms.ChoiceField(label=_("How likely is it?"), choices=Risk.Size.choices, initial="middle")
    answer = forms.CharField(label=_("What would you do then?"), max_length=500)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class Line(Form):
    """A line of the budget."""

    title = forms.CharField(label=_("What costs money?"), max_length=200)
    amount = Amount(label=_("How much?"))
    source = forms.ChoiceField(label=_("Who pays it?"), choices=BudgetLine.Source.choices, initial="grant")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = project.currency


class Invite(Form):
    """Somebody is asked to join the team."""

    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)


class Answer(Form):
    """Yes, with a name if we do not know it yet."""

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)


class SendBack(Form):
    """Words about what is missing, and a day."""

    why = text(_("What is missing?"), rows=3, limit=500, is_needed=True)
    until = forms.DateField(label=_("Until when may the team change it?"), widget=day_input())
