"""The matches of my organisation: look, ask, set aside, take back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.matching import queries
from koinon.matching.actions import introductions
from koinon.matching.actions import matches as actions
from koinon.matching.engine import reasons
from koinon.matching.forms import replies as forms
from koinon.matching.models import Dismissal, Match, voices
from koinon.matching.queries.lists import reader
from koinon.matching.queries.pages import HOUR
from koinon.network.models import Network
from koinon.network.queries import page_of, speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def matches(request: HttpRequest, slug: str) -> HttpResponse:
    """For each of our needs the best offers, for each of our offers the needs it serves."""
    network = doors.fetch(Network.objects.filter(pk__in=list(request.me.roles)), slug=slug)
    found = queries.suggestions(request.me, language=reader(), network=network.pk)
    context = {"groups": queries.by_listing(found), "homes": queries.homes_of(request.me, network)}
    context["aside"] = queries.set_aside(request.me, network.pk)
    return render(request, "matching/matches.html", {**context, **page_of(request, network, "matches")})


@read_or_write
@doors.members_only
def set_aside(request: HttpRequest, key: str) -> HttpResponse:
    """Not for us because …"""
    row = _fetch(request, key)
    form = forms.SetAside(request.POST or None, homes=_homes(request, row))
    if request.method == "POST" and form.is_valid():
        by = speaking_for(request.me, form.organisation)
        if form.does(actions.dismiss, by=by, match=row):
            messages.success(request, _undo(form.result))
            return redirect("matching:matches", row.network.slug)
    return render(request, "matching/set_aside.html", {"form": form, **_about(request, row)})


@require_POST
@doors.members_only
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    """Show it again."""
    rows = Dismissal.objects.filter(organisation__in=voices(request.me)).select_related("organisation", "need__network")
    row = doors.fetch(rows, pk=key)
    form = Button(request.POST)
    if form.does(
        actions.undo, by=speaking_for(request.me, row.organisation), dismissal=row, organisation=row.organisation
    ):
        messages.success(request, _("It is shown again."))
    return redirect("matching:matches", row.need.network.slug)


@limited("ask", times=20, per=HOUR)
@read_or_write
@doors.members_only
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the coordinator for an introduction."""
    row = _fetch(request, key)
    mine, theirs = queries.sides_of(row, voices(request.me))
    form = forms.Ask(request.POST if request.method == "POST" else None)
    facts = {"network": row.network, "organisation": mine.organisation, "other": theirs.organisation}
    by = speaking_for(request.me, mine.organisation)
    if request.method == "POST" and form.does(introductions.ask, by=by, need=row.need, offer=row.offer, **facts):
        messages.success(request, _("Asked. The coordinator passes it on or tells you why not."))
        return redirect("matching:introduction", form.result.pk)
    return render(request, "matching/ask.html", {"form": form, **_about(request, row)})


def _fetch(request: HttpRequest, key: str) -> Match:
    rows = Match.objects.visible_to(request.me)
    return doors.fetch(
        rows.select_related("network", "need__organisation__place", "offer__organisation__place"), pk=key
    )


def _homes(request: HttpRequest, row: Match) -> list[Any]:
    sides = (row.need.organisation_id, row.offer.organisation_id)
    return [home for home in queries.homes_of(request.me, row.network) if home.organisation_id in sides]


def _about(request: HttpRequest, row: Match) -> dict[str, Any]:
    mine, theirs = queries.sides_of(row, voices(request.me))
    why = reasons.sentence(row.reasons, reader(), side=mine.side)
    return {"match": row, "mine": mine, "theirs": theirs, "why": why, **page_of(request, row.network, "matches")}


def _undo(row: Dismissal) -> str:
    address = reverse("matching:matches", args=[row.need.network.slug]) + "#aside"
    return format_html('{} <a href="{}">{}</a>', _("Set aside. They are not told."), address, _("Undo"))
