"""Without an account: joining by the link or code, saying how it was, going on as a facilitator."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.accounts import entrance
from koinon.kit import limits, links, questions
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.programmes.actions import opinions, qualifying
from koinon.programmes.actions import participants as actions
from koinon.programmes.forms import deliveries as forms
from koinon.programmes.models import Delivery, Participant, Programme
from koinon.programmes.notices.cascade import BEGIN, NEXT, SURVEY
from koinon.programmes.queries import opinions as asked

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
LIFE = timedelta(days=60)
NAMES = ("programme__network", "programme__organisation", "place", "grant__person")


@read_or_write
@limits.limited("programmes.join", times=60, per=timedelta(hours=1))
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Who puts their name here is on the list of this delivery; what is kept, and until when, stands above."""
    rows = Delivery.objects.filter(state__in=["planned", "running"]).exclude(join_key="").select_related(*NAMES)
    row = rows.filter(join_key=secret, ends_on__gte=timezone.localdate() - actions.AFTER_END).first()
    if row is None:
        return render(request, "programmes/join_closed.html", status=410)
    first = {"name": request.user.name, "email": request.user.email} if request.user.is_authenticated else {}
    form = forms.Somebody(request.POST or None, initial=first)
    if request.method == "POST" and form.does(actions.join, by=request.me, delivery=row, key=secret):
        return render(request, "programmes/join_done.html", {"delivery": row, "programme": row.programme})
    return render(request, "programmes/join.html", {"form": form, "delivery": row, "programme": row.programme})


@read_or_write
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The short form of the programme; nobody reads who answered what."""
    try:
        link, row = _read(SURVEY, token)
        schema = asked.form_of(row.delivery.programme)
        form = questions.form_class(schema, language=get_language() or row.delivery.language)(request.POST or None)
        if request.method == "POST" and form.does(opinions.answer, by=request.me, participant=row, link=link):
            return render(request, "programmes/survey_done.html", {"delivery": row.delivery})
    except links.Broken as problem:
        return render(request, "programmes/join_closed.html", {"problem": problem}, status=410)
    return render(request, "programmes/survey.html", {"form": form, "delivery": row.delivery})


@read_or_write
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Says what accepting will do, before it does it."""
    try:
        link, row = _read(NEXT, token)
        form = Button(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.does(actions.accept_next, by=request.me, participant=row, link=link):
            return _entered(request, *form.result)
    except links.Broken as problem:
        return render(request, "programmes/join_closed.html", {"problem": problem}, status=410)
    context = {"form": form, "delivery": row.delivery, "programme": row.delivery.programme, "row": row}
    return render(request, "programmes/next.html", context)


@read_or_write
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """The same for somebody who was asked by those who run a programme."""
    try:
        link = links.read(BEGIN, token, life=LIFE)
        rows = Programme.objects.filter(state="running").select_related("network", "organisation")
        row = rows.filter(pk=link.facts["programme"]).first()
        if row is None:
            raise links.Broken(_("This link opens nothing any more."))
        form = Button(request.POST if request.method == "POST" else None)
        facts = {"programme": row, "email": link.facts["email"], "link": link}
        if request.method == "POST" and form.does(qualifying.accept, by=request.me, **facts):
            return _entered(request, *form.result)
    except links.Broken as problem:
        return render(request, "programmes/join_closed.html", {"problem": problem}, status=410)
    return render(request, "programmes/next.html", {"form": form, "programme": row})


def _read(purpose: str, token: str) -> tuple[links.Link, Participant]:
    link = links.read(purpose, token, life=LIFE)
    rows = Participant.objects.filter(purged_at=None).select_related(
        "delivery__programme__network", "delivery__grant", "person"
    )
    try:
        row = rows.filter(pk=link.facts.get("participant")).first()
    except (ValidationError, ValueError):
        row = None
    if row is None:
        raise links.Broken(_("This link opens nothing any more."))
    return link, row


def _entered(request: HttpRequest, made: Any, person: Any) -> HttpResponse:
    """Who holds the letter is signed in, as with every link of entry."""
    messages.success(request, _("You are on the way. Here stands what is still missing."))
    return entrance.let_in(request, person, after=to("programmes:way", made.pk))
