"""The coordinator as a broker: what waits, whom one might introduce, the sentence for each side, what became of it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.matching.actions import introductions as actions
from koinon.matching.forms import introductions as forms
from koinon.matching.models import Introduction
from koinon.matching.queries import introductions as asked
from koinon.network.models import Network, Organisation
from koinon.network.queries import page_of

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def of_network(request: HttpRequest, slug: str) -> HttpResponse:
    """The coordinator's page: what waits, ideas with their reasons, what became of the rest."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    ideas = [
        {"idea": idea, "why": idea.why(asked.reader()), "url": _address(network, idea)}
        for idea in asked.ideas(network, request.me)
    ]
    context = {**asked.of_staff(network), "ideas": ideas, **page_of(request, network, "introductions")}
    return render(request, "matching/introductions_of.html", context)


@read_or_write
@doors.members_only
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose two members to each other, with a sentence for each that may be changed."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    sides = _sides(request, network)
    match = asked.idea_of(network, *sides, request.GET.get("match", ""))
    first = {name: asked.sentence(match, side) for name, side in zip(WORDS, sides, strict=True)} if match else {}
    form = forms.Broker(request.POST if request.method == "POST" else None, sides=sides, initial=first)
    about = {"need": match.need, "offer": match.offer, "origin": "matcher"} if match else {}
    if request.method == "POST" and form.does(
        actions.broker, by=request.me, network=network, one=sides[0], other=sides[1], **about
    ):
        messages.success(request, _("Sent to both. Each answers in private; you see whether they connect."))
        return redirect("matching:introductions_of", network.slug)
    return _written(request, network, sides, form)


@read_or_write
@doors.members_only
def pass_on(request: HttpRequest, key: str) -> HttpResponse:
    """What was asked for or drafted: a sentence for each side, then it goes to both."""
    rows = Introduction.objects.for_staff(request.me).select_related("network", "one", "other")
    row = doors.fetch(rows, pk=key, state__in=["asked", "drafted"])
    doors.permitted(row, actions.pass_on.rule(by=request.me, introduction=row))  # type: ignore[attr-defined]
    given = {"sides": (row.one, row.other), "initial": asked.first_words(row)}
    form = forms.Broker(request.POST if request.method == "POST" else None, **given)
    if request.method == "POST" and form.does(actions.pass_on, by=request.me, introduction=row):
        messages.success(request, _("Sent to both. Each answers in private; you see whether they connect."))
        return redirect("matching:introduction", row.pk)
    return _written(request, row.network, (row.one, row.other), form, introduction=row)


WORDS = ("words_for_one", "words_for_other")


def _sides(request: HttpRequest, network: Network) -> tuple[Organisation, Organisation]:
    """The two members that the address names."""
    rows = Organisation.objects.visible_to(request.me).filter(memberships__network=network).distinct()
    one = doors.fetch(rows, slug=request.GET.get("one", ""))
    return one, doors.fetch(rows.exclude(pk=one.pk), slug=request.GET.get("other", ""))


def _address(network: Network, idea: Any) -> str:
    words = {"one": idea.one.slug, "other": idea.other.slug, **({"match": str(idea.match)} if idea.match else {})}
    return reverse("matching:broker", args=[network.slug]) + "?" + urlencode(words)


def _written(
    request: HttpRequest, network: Network, sides: tuple[Organisation, Organisation], form: forms.Broker, **more: Any
) -> HttpResponse:
    context = {"form": form, "one": sides[0], "other": sides[1], **more, **page_of(request, network, "introductions")}
    return render(request, "matching/broker.html", context)
