"""Introductions: asked for, received, passed on by the coordinator, answered in private."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.matching import queries
from koinon.matching.actions import introductions as actions
from koinon.matching.actions import outcomes
from koinon.matching.forms import introductions as forms
from koinon.matching.models import Answer, Introduction, Outcome, voices
from koinon.matching.queries import introductions as asked
from koinon.network.queries import page_of, speaking_for

MOVES: dict[str, tuple[Any, Any, Any]] = {
    "refuse": (forms.Refuse, actions.refuse, gettext_lazy("Not passed on. Those who asked were told why.")),
    "withdraw": (Button, actions.withdraw, gettext_lazy("Taken back. The other side never heard of it.")),
    "discard": (Button, actions.discard, gettext_lazy("Not sent. Nobody heard of it.")),
}
LATER: dict[str, tuple[Any, Any]] = {
    "take-up": (actions.take_up, gettext_lazy("Proposed again, with your yes. The other side answers in private.")),
    "let-go": (actions.let_go, gettext_lazy("Let go. Nobody is told.")),
}


@require_GET
@doors.members_only
def introductions(request: HttpRequest) -> HttpResponse:
    """Those my organisations asked for and those they received."""
    return render(request, "matching/introductions.html", {"rows": asked.mine(request.me)})


@require_GET
@doors.members_only
def introduction(request: HttpRequest, key: str) -> HttpResponse:
    """One introduction, from where the reader stands."""
    return _shown(request, _fetch(request, key))


@require_POST
@doors.members_only
def move(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Refuse, discard, withdraw."""
    if step not in MOVES:
        raise Http404
    row = _fetch(request, key)
    form_class, action, done = MOVES[step]
    doors.permitted(row, action.rule(by=request.me, introduction=row))
    form = form_class(request.POST)
    by = speaking_for(request.me, row.one) if step == "withdraw" else request.me
    if form.does(action, by=by, introduction=row):
        messages.success(request, done)
        return redirect("matching:introduction", row.pk)
    return _shown(request, _fetch(request, key), **{f"{step}_form": form})


@require_POST
@doors.members_only
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Yes, no or later."""
    row = _fetch(request, key)
    homes = _homes(request, row)
    doors.permitted(row, bool(homes))
    form = forms.Say(request.POST, homes=homes, introduction=row)
    if form.is_valid() and form.does(actions.answer, by=speaking_for(request.me, form.organisation), introduction=row):
        messages.success(request, _("Your answer is kept. Only your organisation sees it."))
        return redirect("matching:introduction", row.pk)
    return _shown(request, _fetch(request, key), say_form=form)


@require_POST
@doors.members_only
def later(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """The month of a later has come: take it up, or let it go."""
    rows = Answer.objects.visible_to(request.me).select_related(
        "introduction__one", "introduction__other", "organisation"
    )
    row = doors.fetch(rows.select_related("introduction__network"), introduction=key, introduction__state="closed")
    action, done = LATER[step] if step in LATER else doors.found(None)
    form = Button(request.POST)
    if form.does(action, by=speaking_for(request.me, row.organisation), answer=row):
        messages.success(request, done)
        return redirect("matching:introduction", form.result.pk if form.result else row.introduction_id)
    return _shown(request, _fetch(request, key), say_form=form)


@require_POST
@doors.members_only
def met(request: HttpRequest, key: str) -> HttpResponse:
    """We have met."""
    row = _fetch(request, key)
    homes = _homes(request, row)
    doors.permitted(row, bool(homes))
    form = Button(request.POST)
    home = homes[0].organisation
    if form.does(outcomes.meet, by=speaking_for(request.me, home), introduction=row, organisation=home):
        messages.success(request, _("Good to hear."))
    return redirect("matching:introduction", row.pk)


@require_POST
@doors.members_only
def outcome(request: HttpRequest, key: str) -> HttpResponse:
    """What came of it, on the page."""
    rows = Outcome.objects.filter(organisation__in=voices(request.me)).select_related("organisation")
    row = doors.fetch(rows, pk=key)
    form = forms.Tell(request.POST)
    if form.does(outcomes.tell, by=speaking_for(request.me, row.organisation), outcome=row):
        messages.success(request, _("Thank you. It helps to introduce better."))
        return redirect("matching:introduction", row.introduction_id)
    return _shown(request, _fetch(request, str(row.introduction_id)), tell_form=form)


def _fetch(request: HttpRequest, key: str) -> Introduction:
    rows = Introduction.objects.visible_to(request.me)
    return doors.fetch(rows.select_related("network", "one", "other", "need", "offer"), pk=key)


def _homes(request: HttpRequest, row: Introduction) -> list[Any]:
    return [home for home in queries.homes_of(request.me, row.network) if home.organisation_id in row.sides]


def _shown(request: HttpRequest, row: Introduction, **bound: Any) -> HttpResponse:
    context = asked.page(request.me, row)
    if context["may_answer"] and (homes := _homes(request, row)):
        said = context["answer"]
        initial = {"says": said.says, "again_on": said.again_on} if said else {}
        context["say_form"] = forms.Say(homes=homes, introduction=row, initial=initial)
    context |= {"refuse_form": forms.Refuse(), "tell_form": forms.Tell(), **bound}
    context["problems"] = [form for form in bound.values() if form.errors]
    return render(request, "matching/introduction.html", {**context, **page_of(request, row.network, "introductions")})
