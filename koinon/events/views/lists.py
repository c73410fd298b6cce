"""Lists of participants for the funder: given by a form, written by a job, all of them logged."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from koinon.events.actions import lists as actions
from koinon.events.forms import lists as forms
from koinon.events.queries import desk as desks
from koinon.events.queries import lists as queries
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """What was given, and one more; its page shows how far it is."""
    row = fetch(request, slug)
    form = forms.Give(request.POST or None, initial={"for_whom": row.funder})
    facts = {"event": row, "language": get_language() or row.language}
    if request.method == "POST" and form.does(actions.give, by=voice(request, row), **facts):
        return redirect("kit:work", form.result.work.pk)
    context = {"form": form, "rows": queries.given(row)[:50], "people": queries.people(row).count()}
    return render(request, "events/lists.html", {**context, **desks.context(request, row, "lists")})
