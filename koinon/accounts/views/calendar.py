"""My calendar for the calendar programs of this world: an address only I know, which I can take back."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.accounts import actions, queries, seams
from koinon.accounts.models import CalendarKey
from koinon.accounts.views.profile import tabs
from koinon.kit import calendars, doors
from koinon.kit.forms import Form
from koinon.kit.limits import limited
from koinon.kit.verbs import Actor

SIGNER = signing.Signer(salt="koinon.calendar", sep=".")


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def calendar(request: HttpRequest) -> HttpResponse:
    """The address, how to use it, a new one, none."""
    form = Form(request.POST if request.method == "POST" else None)
    verb = actions.close_calendar if "close" in request.POST else actions.open_calendar
    if request.method == "POST" and form.does(verb, by=request.me, person=request.user):
        messages.success(request, _("Done. An address you had before works no longer."))
        return redirect("accounts:calendar")
    key = CalendarKey.objects.filter(person=request.user).first()
    context = {"key": key, "address": address_of(key) if key else "", "tabs": tabs("calendar")}
    return render(request, "accounts/calendar.html", {**context, "entries": entries_of(request.me)[:20]})


@limited("calendar", times=120, per=timedelta(hours=1))
@require_GET
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads every few hours; whoever has the address reads it, nobody else."""
    try:
        nonce = SIGNER.unsign(token)
    except signing.BadSignature as problem:
        raise Http404 from problem
    key = doors.fetch(CalendarKey.objects.filter(person__is_active=True).select_related("person"), nonce=nonce)
    with translation.override(key.person.language):
        body = calendars.write(_("Koinon"), entries_of(queries.actor_of(person=key.person)))
    headers = {"Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


def address_of(key: CalendarKey) -> str:
    return settings.KOINON_URL + reverse("accounts:calendar_feed", args=[SIGNER.sign(str(key.nonce))])


def entries_of(me: Actor) -> list[calendars.Entry]:
    """Everything apps above lend, by time."""
    found = [entry for lent in seams.calendar_entries.gather(me) for entry in lent]
    return sorted(found, key=lambda entry: (str(entry.starts), entry.uid))
