"""Messages of the organisers to those who are registered."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.events.actions import messages as actions
from koinon.events.forms.messages import Write
from koinon.events.queries import desk as desks
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 50


@read_or_write
@doors.members_only
def written(request: HttpRequest, slug: str) -> HttpResponse:
    """What was written, and one more message."""
    row = fetch(request, slug)
    counts = dict(row.registrations.order_by().values_list("state").annotate(number=Count("pk")))
    form = Write(request.POST or None, counts=counts)
    if request.method == "POST" and form.does(actions.send, by=voice(request, row), event=row):
        messages.success(request, _("Sent. Everybody gets it in the way they chose."))
        return redirect("events:messages", row.slug)
    rows = row.messages.select_related("person").order_by("-pk")[:SHOWN]
    context = {"form": form, "rows": rows, **desks.context(request, row, "messages")}
    return render(request, "events/messages.html", context)
