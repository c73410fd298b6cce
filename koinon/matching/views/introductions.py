"""Introductions: asked for, received, passed on by the coordinator, answered in private."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from koinon.kit import doors
from koinon.matching import queries
from koinon.matching.actions import introductions as actions
from koinon.matching.forms import replies as forms
from koinon.matching.forms.listings import Nothing
from koinon.matching.models import Introduction, voices
from koinon.matching.queries import pages
from koinon.network.models import Network
from koinon.network.queries import page_of, speaking_for

MOVES: dict[str, tuple[Any, Any, Any]] = {
    "pass-on": (
        Nothing,
        actions.pass_on,
        gettext_lazy("Passed on. Both answer in private; you see whether they connect."),
    ),
    "refuse": (forms.Refuse, actions.refuse, gettext_lazy("Not passed on. Those who asked were told why.")),
    "withdraw": (Nothing, actions.withdraw, gettext_lazy("Taken back. The other side never heard of it.")),
}


@require_GET
@doors.members_only
def introductions(request: HttpRequest) -> HttpResponse:
    """Those my organisations asked for and those they received."""
    ours = voices(request.me)
    rows = Introduction.objects.visible_to(request.me).select_related("asked_by", "other", "network")
    asked = rows.filter(asked_by__in=ours)[:100]
    received = rows.filter(other__in=ours, state__in=["proposed", "connected", "closed"])[:100]
    return render(request, "matching/introductions.html", {"asked": asked, "received": received})


@require_GET
@doors.members_only
def of_network(request: HttpRequest, slug: str) -> HttpResponse:
    """The coordinator's list, those that wait first."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    rows = Introduction.objects.filter(network=network).select_related("asked_by", "other", "network")
    context = {"waiting": rows.filter(state="asked").order_by("pk")[:100], "rest": rows.exclude(state="asked")[:100]}
    return render(request, "matching/introductions_of.html", {**context, **page_of(request, network, "introductions")})


@require_GET
@doors.members_only
def introduction(request: HttpRequest, key: str) -> HttpResponse:
    """One introduction, from where the reader stands."""
    return _shown(request, _fetch(request, key))


@require_POST
@doors.members_only
def move(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Pass on, refuse, withdraw."""
    if step not in MOVES:
        raise Http404
    row = _fetch(request, key)
    form_class, action, done = MOVES[step]
    doors.permitted(row, action.rule(by=request.me, introduction=row))
    form = form_class(request.POST)
    by = speaking_for(request.me, row.asked_by) if step == "withdraw" else request.me
    if form.does(action, by=by, introduction=row):
        messages.success(request, done)
        return redirect("matching:introduction", row.pk)
    return _shown(request, _fetch(request, key), **{f"{step.replace('-', '_')}_form": form})


@require_POST
@doors.members_only
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Yes, no or later."""
    row = _fetch(request, key)
    homes = _homes(request, row)
    doors.permitted(row, bool(homes))
    form = forms.Say(request.POST, homes=homes)
    if form.is_valid() and form.does(actions.answer, by=speaking_for(request.me, form.organisation), introduction=row):
        messages.success(request, _("Your answer is kept. Only your organisation sees it."))
        return redirect("matching:introduction", row.pk)
    return _shown(request, _fetch(request, key), say_form=form)


def _fetch(request: HttpRequest, key: str) -> Introduction:
    rows = Introduction.objects.visible_to(request.me)
    return doors.fetch(rows.select_related("network", "asked_by", "other", "need", "offer"), pk=key)


def _homes(request: HttpRequest, row: Introduction) -> list[Any]:
    sides = (row.asked_by_id, row.other_id)
    return [home for home in queries.homes_of(request.me, row.network) if home.organisation_id in sides]


def _shown(request: HttpRequest, row: Introduction, **bound: Any) -> HttpResponse:
    context = pages.introduction_page(request.me, row)
    if context["may_answer"] and (homes := _homes(request, row)):
        context["say_form"] = forms.Say(homes=homes, initial={"says": context["my_answer"]})
    context |= {"refuse_form": forms.Refuse(), **bound}
    context["problems"] = [form for form in bound.values() if form.errors]
    return render(request, "matching/introduction.html", {**context, **page_of(request, row.network, "introductions")})
