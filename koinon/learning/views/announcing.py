"""Messages to the cohort, and what came out of it: statistics of questions, surveys without names."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.learning.actions import announcing as actions
from koinon.learning.forms import runs as forms
from koinon.learning.models import Announcement, Enrolment, Run
from koinon.learning.queries import runs as questions
from koinon.learning.queries import statistics
from koinon.learning.views.runs import fetch, voice

MOST = 50


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def written(request: HttpRequest, key: str) -> HttpResponse:
    """What was told to everybody, and one message more."""
    run = fetch(request, key)
    form = forms.Announce(request.POST or None)
    facts = {"run": run, "language": questions.reader()}
    if request.method == "POST" and form.does(actions.announce, by=voice(request, run), **facts):
        messages.success(
            request, _("Sent. It stands on the page of the course, and goes by e-mail to who wants it so.")
        )
        return redirect("learning:messages", run.pk)
    context = {"form": form, "rows": run.announcements.select_related("person")[:MOST]}
    return render(request, "learning/teach_messages.html", {**context, **questions.context(request, run, "messages")})


@require_GET
@doors.members_only
def announcement(request: HttpRequest, key: str) -> HttpResponse:
    """One message, for those who learn or teach there."""
    learning = Enrolment.objects.filter(person=request.me.person).learning().values("run")
    rows = Announcement.objects.filter(run__in=Run.objects.taught_by(request.me)) | Announcement.objects.filter(
        run__in=learning
    )
    row = doors.fetch(rows.select_related("run", "person").distinct(), pk=key)
    teaches = Run.objects.taught_by(request.me).filter(pk=row.run_id).exists()
    return render(request, "learning/announcement.html", {"row": row, "run": row.run, "teaches": teaches})


@require_POST
@doors.members_only
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    """It stands on the page no more."""
    rows = Announcement.objects.filter(run__in=Run.objects.taught_by(request.me)).select_related("run__organisation")
    row = doors.fetch(rows, pk=key)
    form, run = Button(request.POST), row.run
    if form.does(actions.take_back, by=voice(request, run), announcement=row):
        messages.success(request, _("Taken back. Letters that left stay where they are."))
    return redirect("learning:messages", run.pk)


@require_GET
@doors.members_only
def results(request: HttpRequest, key: str) -> HttpResponse:
    """Each question over all languages, and surveys without names."""
    run = fetch(request, key)
    context = statistics.results(run, questions.reader())
    return render(request, "learning/teach_results.html", {**context, **questions.context(request, run, "results")})
