"""Answer a listing; sort the answers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.matching import queries
from koinon.matching.actions import replies as actions
from koinon.matching.forms import replies as forms
from koinon.matching.forms.calls import Thank
from koinon.matching.models import Listing, Reply
from koinon.matching.queries import pages, thanks
from koinon.matching.queries.pages import HOUR
from koinon.network.queries import page_of, speaking_for

MOVES: dict[str, tuple[Any, Any, Any]] = {
    "read": (Button, actions.read, gettext_lazy("Marked as read: they see that.")),
    "shortlist": (Button, actions.shortlist, gettext_lazy("On the shortlist; they were told.")),
    "accept": (Button, actions.accept, gettext_lazy("Accepted. Both see now how to reach each other.")),
    "decline": (forms.Decline, actions.decline, gettext_lazy("Declined, with thanks and your reason.")),
    "withdraw": (Button, actions.withdraw, gettext_lazy("Your reply was taken back.")),
}
SORTED: dict[str, Any] = {
    "read": gettext_lazy("%(number)s replies are marked as read."),
    "shortlist": gettext_lazy("%(number)s replies are on the shortlist; they were told."),
    "accept": gettext_lazy("%(number)s replies are accepted; you see now how to reach each other."),
}


@limited("reply", times=20, per=HOUR)
@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def reply(request: HttpRequest, key: str) -> HttpResponse:
    """Write a reply."""
    row = doors.fetch(Listing.objects.visible_to(request.me).select_related("network", "organisation"), pk=key)
    homes = [home for home in queries.homes_of(request.me, row.network) if home.organisation_id != row.organisation_id]
    doors.permitted(row, bool(homes))
    form = forms.Answer(request.POST or None, homes=homes, listing=row)
    if request.method == "POST" and form.is_valid() and _answer(request, form, row):
        messages.success(request, _("Sent. They were told; you see here what becomes of it."))
        return redirect("matching:reply", form.result.pk)
    context = {"form": form, "misfits": pages.unfit(row, homes), "listing": row, **pages.facts_of(row)}
    context |= pages.readings(row, as_written=False)
    return render(request, "matching/answer.html", {**context, **page_of(request, row.network, f"{row.side}s")})


@require_GET
@doors.members_only
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One reply, for its two sides only."""
    return _shown(request, _fetch(request, key))


@require_POST
@doors.members_only
def move(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Read, shortlist, accept, decline; or withdraw."""
    if step not in MOVES:
        raise Http404
    row = _fetch(request, key)
    form_class, action, done = MOVES[step]
    doors.permitted(row, action.rule(by=request.me, reply=row))
    form = form_class(request.POST)
    side = row.organisation if step == "withdraw" else row.listing.organisation
    if form.does(action, by=speaking_for(request.me, side), reply=row):
        messages.success(request, done)
        return redirect("matching:reply", row.pk)
    return _shown(request, _fetch(request, key), **{f"{step}_form": form})


@require_GET
@doors.members_only
def desk(request: HttpRequest, key: str) -> HttpResponse:
    """All replies to a call of mine side by side."""
    return _desk(request, _mine(request, key))


@require_POST
@doors.members_only
def sort(request: HttpRequest, key: str) -> HttpResponse:
    """Several at once: read, on the shortlist, accepted."""
    row = _mine(request, key)
    form = forms.Sort(request.POST)
    if form.does(actions.sort, by=speaking_for(request.me, row.organisation), listing=row):
        messages.success(request, SORTED[form.cleaned_data["step"]] % {"number": len(form.result[1])})
        return redirect("matching:replies", row.pk)
    return _desk(request, row, sort_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def thank(request: HttpRequest, key: str) -> HttpResponse:
    """Thank those who still wait: choose reasons, look at each letter, send them all."""
    row = _mine(request, key)
    waiting = list(row.replies.waiting().select_related("organisation").order_by("pk"))
    form = Thank(request.POST or None, waiting=waiting)
    by, is_asked = speaking_for(request.me, row.organisation), request.method == "POST"
    if is_asked and form.is_sure and form.does(actions.thank, by=by, listing=row):
        return redirect("matching:replies", row.pk)
    letters = thanks.preview(waiting, **form.said()) if is_asked and form.is_valid() else []
    context = {"form": form, "listing": row, "letters": letters, **page_of(request, row.network, f"{row.side}s")}
    return render(request, "matching/thank.html", context)


def _mine(request: HttpRequest, key: str) -> Listing:
    return doors.fetch(Listing.objects.manageable_by(request.me).select_related("network", "organisation"), pk=key)


def _desk(request: HttpRequest, row: Listing, **bound: Any) -> HttpResponse:
    context = {**pages.replies_desk(row), "problems": [form for form in bound.values() if form.errors]}
    return render(request, "matching/replies.html", {**context, **page_of(request, row.network, f"{row.side}s")})


def _fetch(request: HttpRequest, key: str) -> Reply:
    rows = Reply.objects.visible_to(request.me).select_related(
        "listing__network", "listing__organisation", "organisation"
    )
    return doors.fetch(rows, pk=key)


def _shown(request: HttpRequest, row: Reply, **bound: Any) -> HttpResponse:
    context = {**pages.reply_page(request.me, row), "decline_form": forms.Decline(), **bound}
    context["problems"] = [form for form in bound.values() if form.errors]
    return render(
        request, "matching/reply.html", {**context, **page_of(request, row.listing.network, f"{row.listing.side}s")}
    )


def _answer(request: HttpRequest, form: forms.Answer, row: Listing) -> bool:
    person = Person.objects.get(pk=request.me.person)
    return form.does(actions.reply, by=speaking_for(request.me, form.organisation), listing=row, person=person)
