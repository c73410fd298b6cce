"""Another network or project for an event, by who speaks for its holder."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from koinon.events.actions import belonging as actions
from koinon.events.forms import belonging as forms
from koinon.events.queries import belonging as queries
from koinon.events.queries import desk as desks
from koinon.events.rules.events import may_hold
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def belonging(request: HttpRequest, slug: str) -> HttpResponse:
    """Those who organise it read where it stands; who speaks for its holder changes it."""
    row = fetch(request, slug)
    networks, projects = queries.choices(request.me, row)  # type: ignore[attr-defined]
    form = forms.Belong(request.POST or None, networks=networks, projects=projects, event=row)
    if request.method == "POST" and form.does(actions.move, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:belonging", row.slug)
    context = {"form": form, "speaks": may_hold(by=request.me, organisation=row.organisation)}  # type: ignore[attr-defined]
    return render(request, "events/belonging.html", {**context, **desks.context(request, row, "belonging")})
