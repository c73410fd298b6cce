"""Who qualifies and who may deliver: asked for, observed, granted, renewed, withdrawn."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, limits, words
from koinon.kit.forms import Button
from koinon.programmes.actions import grants as actions
from koinon.programmes.actions import qualifying
from koinon.programmes.forms import cascade as forms
from koinon.programmes.forms import programmes as simple
from koinon.programmes.models import CascadeGrant, Delivery, Qualification
from koinon.programmes.queries import pages
from koinon.programmes.queries.standing import standing
from koinon.programmes.rules import cascade as rules
from koinon.programmes.rules.programmes import may_run
from koinon.programmes.views.programmes import fetch, frame, voice

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
GRANT_STEPS: dict[str, tuple[Any, Any, Any]] = {
    "renew": (actions.renew, forms.Until, gettext_lazy("Renewed. The facilitator was told.")),
    "withdraw": (actions.withdraw, simple.Why, gettext_lazy("Withdrawn. Everybody concerned was told why.")),
    "aim": (actions.aim, forms.Aim, words.SAVED),
}


@require_POST
@doors.members_only
@limits.limited("programmes.ask", times=20, per=timedelta(hours=1))
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """I want to deliver this programme."""
    row = fetch(request, slug)
    form = Button(request.POST)
    if form.does(qualifying.put_on_way, by=request.me, programme=row, person=request.user):
        messages.success(request, _("You are on the way. Here stands what is still missing."))
        return redirect("programmes:way", form.result.pk)
    form.tell(request)
    return redirect("programmes:programme", slug)


@read_or_write
@doors.members_only
@limits.limited("programmes.invite", times=60, per=timedelta(hours=1))
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is on the way, who waits for a grant, who holds one; ask somebody to begin."""
    row = fetch(request, slug, is_mine=True)
    form = forms.Put(request.POST or None)
    if request.method == "POST" and form.does(qualifying.invite, by=voice(request, row), programme=row):
        messages.success(request, _("A letter is on its way. Who accepts stands here."))
        return redirect("programmes:people", slug)
    ways = Qualification.objects.open().filter(programme=row).order_by("-state", "due_on", "-pk")
    context = {"form": form, "ways": pages.on_way(ways), "grants": pages.grants_of(row)[:200], **frame(request, row)}
    return render(request, "programmes/people.html", context)


@require_GET
@doors.members_only
def way(request: HttpRequest, key: str) -> HttpResponse:
    """Where somebody stands: the same sentence for them and for whoever grants."""
    return _way(request, _fetch_way(request, key))


@require_POST
@doors.members_only
def practice(request: HttpRequest, key: str) -> HttpResponse:
    """A session was observed."""
    row = _fetch_way(request, key)
    form = forms.Practised(request.POST)
    if form.does(qualifying.observe, by=voice(request, row.programme), qualification=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:way", row.pk)
    return _way(request, row, form)


@require_POST
@doors.members_only
def way_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Grant, or leave the way."""
    row = _fetch_way(request, key)
    if step not in ("grant", "leave"):
        raise Http404
    form = Button(request.POST)
    action = actions.give if step == "grant" else qualifying.leave
    if form.does(action, by=voice(request, row.programme), qualification=row):
        done = _("Granted. They were told, and may open a delivery.") if step == "grant" else _("No longer on the way.")
        messages.success(request, done)
        return redirect("programmes:grant", form.result.pk) if step == "grant" else redirect("programmes:home")
    form.tell(request)
    return redirect("programmes:way", row.pk)


@require_GET
@doors.members_only
def grant(request: HttpRequest, key: str) -> HttpResponse:
    """A grant: until when, what was done under it, and what those who run the programme may do."""
    return _grant(request, _fetch_grant(request, key))


@require_POST
@doors.members_only
def grant_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Renew, withdraw, other targets."""
    row = _fetch_grant(request, key)
    if step not in GRANT_STEPS:
        raise Http404
    action, maker, done = GRANT_STEPS[step]
    form = maker(request.POST)
    if form.does(action, by=voice(request, row.programme), grant=row):
        messages.success(request, done)
        return redirect("programmes:grant", row.pk)
    return _grant(request, _fetch_grant(request, key), step, form)


def _fetch_way(request: HttpRequest, key: str) -> Qualification:
    rows = Qualification.objects.visible_to(request.me)
    names = ("programme__course", "programme__organisation", "programme__network", "person", "came_from")
    return doors.fetch(Qualification.objects.filter(pk__in=rows.values("pk")).select_related(*names), pk=key)


def _fetch_grant(request: HttpRequest, key: str) -> CascadeGrant:
    rows = CascadeGrant.objects.visible_to(request.me)
    return doors.fetch(rows.select_related("programme__organisation", "programme__network", "person", "parent"), pk=key)


def _way(request: HttpRequest, row: Qualification, form: Any = None) -> HttpResponse:
    me = request.me
    context = {
        "row": row, "standing": standing(row), "form": form or forms.Practised(), "practices": row.practices.all(),
        "may_observe": rules.may_observe_practice(by=me, qualification=row), "is_mine": row.person_id == me.person,
        "may_decide": rules.may_decide(by=me, qualification=row),
        "may_leave": rules.may_leave(by=me, qualification=row),
        "seen": Delivery.objects.visible_to(me).filter(pk=row.came_from_id).first(), **frame(request, row.programme),
    }  # fmt: skip
    return render(request, "programmes/way.html", context)


def _grant(request: HttpRequest, row: CascadeGrant, step: str = "", wrong: Any = None) -> HttpResponse:
    made: dict[str, Any] = {
        "renew": forms.Until(initial={"until": row.until}), "withdraw": simple.Why(),
        "aim": forms.Aim(initial={"target_deliveries": row.target_deliveries, "target_people": row.target_people}),
    }  # fmt: skip
    rows = Delivery.objects.filter(grant=row).select_related("place").order_by("-starts_on", "-pk")
    context = {
        "row": row, "forms": {**made, **({step: wrong} if step else {})}, "deliveries": rows[:50],
        "may_manage": rules.may_manage(by=request.me, grant=row), "is_mine": row.person_id == request.me.person,
        "told": next((each for each in pages.my_grants(request.me) if each.grant.pk == row.pk), None),
        "may_run": may_run(by=request.me, programme=row.programme), **frame(request, row.programme),
    }  # fmt: skip
    return render(request, "programmes/grant.html", context)
