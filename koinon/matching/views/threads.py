"""What two organisations write to each other."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import doors, files
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.matching import queries
from koinon.matching.actions import threads as actions
from koinon.matching.forms.threads import Write
from koinon.matching.models import Message, Reply, Thread
from koinon.matching.queries.pages import HOUR
from koinon.matching.queries.threads import thread_page
from koinon.network.queries import page_of, speaking_for

HELD = {"release": actions.release, "drop": actions.drop}


@limited("message", times=60, per=HOUR)
@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def thread(request: HttpRequest, key: str) -> HttpResponse:
    """Read, and write for one's side."""
    rows = Thread.objects.visible_to(request.me).select_related(
        "network", "one", "other", "introduction", "reply__listing"
    )
    row = doors.fetch(rows, pk=key)
    homes = [home for home in queries.homes_of(request.me, row.network) if home.organisation_id in row.sides]
    form = Write(request.POST or None, request.FILES or None, homes=homes) if homes else None
    if request.method == "POST" and form is not None and _post(request, form, row):
        messages.success(request, _("Sent. They get it by e-mail, too."))
        return redirect("matching:thread", row.pk)
    context = {**thread_page(request.me, row), "form": form, **page_of(request, row.network, "introductions")}
    return render(request, "matching/thread.html", context)


@require_POST
@doors.members_only
def held(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """A letter from another address: it was me, or not."""
    if step not in HELD:
        raise Http404
    rows = Message.objects.visible_to(request.me).select_related(
        "thread__one", "thread__other", "organisation", "person"
    )
    row = doors.fetch(rows, pk=key, state="held")
    form = Button(request.POST)
    if form.does(HELD[step], by=speaking_for(request.me, row.organisation), message=row):
        messages.success(request, _("Posted.") if step == "release" else _("Not posted."))
    return redirect("matching:thread", row.thread_id)


@require_GET
@doors.members_only
def file(request: HttpRequest, key: str) -> HttpResponse:
    """The file of a message, for those who may read it."""
    rows = Message.objects.visible_to(request.me).select_related("upload").exclude(upload=None)
    return files.serve(doors.found(doors.fetch(rows, pk=key).upload), download=True)


@require_POST
@doors.members_only
def ask_back(request: HttpRequest, key: str) -> HttpResponse:
    """Ask those who replied before deciding."""
    rows = Reply.objects.received_by(request.me).select_related(
        "listing__organisation", "listing__network", "organisation"
    )
    row = doors.fetch(rows, pk=key)
    form = Button(request.POST)
    if not form.does(actions.ask_back, by=speaking_for(request.me, row.listing.organisation), reply=row):
        return redirect("matching:reply", row.pk)
    return redirect("matching:thread", form.result.pk)


def _post(request: HttpRequest, form: Any, row: Thread) -> bool:
    if not form.is_valid():
        return False
    person = Person.objects.get(pk=request.me.person)
    return bool(form.does(actions.post, by=speaking_for(request.me, form.organisation), thread=row, person=person))
