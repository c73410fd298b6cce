"""Supervision visits: planned, written down, missed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.programmes.actions import visits as actions
from koinon.programmes.actions.qualifying import SHEET
from koinon.programmes.forms import cascade as forms
from koinon.programmes.models import Delivery, Observation
from koinon.programmes.rules import cascade as rules
from koinon.programmes.views.deliveries import fetch, frame

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """A day on which the supervisor comes."""
    row = fetch(request, key)
    doors.permitted(row, rules.supervises(by=request.me, delivery=row))
    form = forms.Day(request.POST or None, initial={"on": row.starts_on})
    if request.method == "POST" and form.does(actions.plan, by=request.me, delivery=row):
        messages.success(request, _("Planned. Those who give the delivery were told."))
        return redirect("programmes:delivery", row.pk)
    return render(request, "programmes/visit_plan.html", {"form": form, **frame(request, row, "delivery")})


@read_or_write
@doors.members_only
def visit(request: HttpRequest, key: str) -> HttpResponse:
    """What was seen: written by who supervises, read by those who give the delivery."""
    row = _fetch(request, key)
    may_write = row.state == "planned" and rules.may_watch(by=request.me, observation=row)
    form = forms.Seen(request.POST or None) if may_write else None
    if request.method == "POST" and form and form.does(actions.write, by=request.me, observation=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:delivery", row.delivery_id)
    sheet = [(label, row.sheet.get(name)) for name, label in SHEET.items()]
    context = {"form": form, "row": row, "sheet": sheet, "day": forms.Day(auto_id="id_anew_%s")}
    context["may_move"] = rules.may_watch(by=request.me, observation=row)
    return render(request, "programmes/visit.html", {**context, **frame(request, row.delivery, "delivery")})


@require_POST
@doors.members_only
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """It did not take place; another day."""
    row = _fetch(request, key)
    if step not in ("missed", "anew"):
        raise Http404
    form: Any = Button(request.POST) if step == "missed" else forms.Day(request.POST)
    if form.does(actions.miss if step == "missed" else actions.plan_anew, by=request.me, observation=row):
        messages.success(request, words.SAVED)
    form.tell(request)
    return redirect("programmes:visit", row.pk)


def _fetch(request: HttpRequest, key: str) -> Observation:
    me = request.me
    seen = Delivery.objects.given_by(me).values("pk"), Delivery.objects.supervised_by(me).values("pk")
    rows = Observation.objects.filter(delivery__in=seen[0]) | Observation.objects.filter(delivery__in=seen[1])
    names = ("delivery__programme__network", "delivery__programme__organisation", "delivery__grant", "supervisor")
    return doors.fetch(rows.select_related(*names), pk=key)
