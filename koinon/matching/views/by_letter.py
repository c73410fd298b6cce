"""Pages behind links in letters: they say what they do, the button does it, nobody has to sign in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import doors, links
from koinon.kit.limits import limited
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.actions import introductions, meetings, outcomes
from koinon.matching.forms import introductions as forms
from koinon.matching.forms.meetings import TookPlace
from koinon.matching.models import Introduction, Meeting, Outcome, voices
from koinon.matching.queries.pages import HOUR
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@limited("link", times=30, per=HOUR)
@read_or_write
def introduction(request: HttpRequest, token: str) -> HttpResponse:
    """Answer an introduction: yes, no or later."""
    try:
        link, by = _read("matching.introduction", token, life=introductions.OPEN_FOR)
    except links.Broken as problem:
        return _broken(request, problem)
    rows = Introduction.objects.between(voices(by)).select_related("one", "other", "network")
    row = doors.fetch(rows, pk=link.facts["introduction"])
    homes = [home for home in queries.homes_of(by, row.network) if home.organisation_id in row.sides]
    doors.permitted(row, bool(homes))
    form = forms.Say(request.POST if request.method == "POST" else None, homes=homes, introduction=row)
    act = speaking_for(by, homes[0].organisation)
    if request.method == "POST" and form.does(introductions.answer, by=act, introduction=row, link=link):
        return _done(request, _("Your answer is kept. Only your organisation sees it."))
    mine = homes[0].organisation_id
    about = {"title": _("An introduction to %(other)s") % {"other": row.far_side(mine)}, "text": row.words_for(mine)}
    return render(request, "matching/by_letter.html", {"form": form if row.state == "proposed" else None, **about})


@limited("link", times=30, per=HOUR)
@read_or_write
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    """Tell what came of an introduction."""
    try:
        link, by = _read("matching.outcome", token)
    except links.Broken as problem:
        return _broken(request, problem)
    rows = Outcome.objects.filter(organisation__in=voices(by)).select_related(
        "organisation", "introduction__one", "introduction__other"
    )
    row = doors.fetch(rows, pk=link.facts["outcome"])
    form = forms.Tell(request.POST if request.method == "POST" else None)
    act = speaking_for(by, row.organisation)
    if request.method == "POST" and form.does(outcomes.tell, by=act, outcome=row, link=link):
        return _done(request, _("Thank you. It helps to introduce better."))
    far = row.introduction.far_side(row.organisation_id)
    return render(request, "matching/by_letter.html", {"form": form, "title": far})


@limited("link", times=30, per=HOUR)
@read_or_write
def meeting(request: HttpRequest, token: str) -> HttpResponse:
    """Say whether a meeting took place."""
    try:
        link, by = _read("matching.meeting", token)
    except links.Broken as problem:
        return _broken(request, problem)
    row = doors.fetch(Meeting.objects.visible_to(by), pk=link.facts["meeting"])
    mine = row.parties.select_related("organisation").filter(organisation__in=voices(by)).order_by("pk")[0].organisation
    form = TookPlace(request.POST if request.method == "POST" else None)
    facts = {"meeting": row, "organisation": mine, "link": link}
    if request.method == "POST" and form.does(meetings.tell, by=speaking_for(by, mine), **facts):
        return _done(request, _("Thank you. It helps to introduce better."))
    is_open = row.state in ("fixed", "past")
    return render(request, "matching/by_letter.html", {"form": form if is_open else None, "title": row.title})


def _read(purpose: str, token: str, **life: Any) -> tuple[links.Link, Actor]:
    """The link, and its person as they may act now. Raises Broken."""
    link = links.read(purpose, token, **life)
    return link, actor_of(person=doors.fetch(Person.objects.filter(is_active=True), pk=link.facts["person"]))


def _broken(request: HttpRequest, problem: links.Broken) -> HttpResponse:
    return render(request, "matching/by_letter.html", {"problem": str(problem)}, status=410)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    return render(request, "matching/by_letter.html", {"done": words})
