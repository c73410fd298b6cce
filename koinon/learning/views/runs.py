"""Runs for those who teach: opened, changed, called off, moved to a newer version; all my runs on one page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.learning.actions import lists
from koinon.learning.actions import runs as actions
from koinon.learning.forms import runs as forms
from koinon.learning.models import Course, Facilitation, Invited, Run, Version
from koinon.learning.queries import cohorts
from koinon.learning.queries import runs as questions
from koinon.learning.rules.courses import LEADS
from koinon.network.models import Network, Organisation
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
MOST = 50
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "announce": (
        actions.announce,
        Button,
        gettext_lazy("Enrolment is open. Give people the link, or invite them."),
    ),
    "start": (actions.start, Button, gettext_lazy("The course runs.")),
    "end": (actions.end, Button, gettext_lazy("The course has ended.")),
    "reopen": (actions.reopen, forms.Until, gettext_lazy("The course runs again.")),
    "cancel": (actions.cancel, forms.Why, gettext_lazy("Called off. Everybody was told why.")),
    "new-link": (
        actions.new_link,
        Button,
        gettext_lazy("There is a new link. The old one opens nothing any more."),
    ),
}


def fetch(request: HttpRequest, key: Any) -> Run:
    """A run that the reader teaches, with what its pages show."""
    rows = Run.objects.taught_by(request.me).select_related("version", "course", "organisation", "network")
    return doors.fetch(rows, pk=key)


def voice(request: HttpRequest, run: Run) -> Any:
    """The reader, in the name of the organisation that runs it if they speak for it."""
    return speaking_for(request.me, run.organisation)


@require_GET
@doors.members_only
def mine(request: HttpRequest) -> HttpResponse:
    """All runs that I teach, with what waits in each; those that are over only when asked for."""
    shows_old = request.GET.get("old") == "1"
    rows = Run.objects.taught_by(request.me).select_related("organisation", "course")
    rows = rows.exclude(state__in=[] if shows_old else ["ended", "cancelled"])
    context = {"rows": cohorts.overview(list(rows.order_by("-starts_on", "-pk")[:MOST])), "shows_old": shows_old}
    return render(request, "learning/teach_runs.html", context)


@read_or_write
@doors.members_only
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a run of a published course, in the name of an organisation I speak for."""
    course = doors.fetch(Course.objects.visible_to(request.me), slug=slug)
    version = doors.found(Version.objects.published().filter(course=course).order_by("-number").first())
    ours = Organisation.objects.filter(pk__in=[key for role in LEADS for key in request.me.scopes(role)])
    organisations = list(ours.order_by("slug"))
    doors.permitted(course, bool(organisations))
    networks = Network.objects.filter(memberships__organisation__in=organisations, pk__in=list(request.me.roles))
    choices = {"version": version, "organisations": organisations, "networks": list(networks.distinct())}
    form = forms.Opening(request.POST or None, **choices)
    facts = {"course": course, "version": version}
    if request.method == "POST" and form.is_valid() and form.does(actions.open_run, by=_opener(request, form), **facts):
        messages.success(request, _("The run is there, and nobody else sees it yet. Look at it, then open enrolment."))
        return redirect("learning:teach", form.result.pk)
    return render(request, "learning/run_new.html", {"form": form, "course": course, "version": version})


@read_or_write
@doors.members_only
def settings(request: HttpRequest, key: str) -> HttpResponse:
    """Days, place, places, who may enrol; and the steps of its life."""
    run = fetch(request, key)
    names = ("title", "languages", "starts_on", "ends_on", "place", "capacity", "audience", "asks_first")
    form = forms.Settings(
        request.POST or None, version=run.version, initial={name: getattr(run, name) for name in names}
    )
    if request.method == "POST" and form.does(actions.change, by=voice(request, run), run=run):
        messages.success(request, words.SAVED)
        return redirect("learning:run_settings", run.pk)
    return _settings(request, run, form=form)


@require_POST
@doors.members_only
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Announce, start, end, reopen, call off, a new link."""
    run = fetch(request, key)
    if step not in STEPS:
        raise Http404
    action, maker, done = STEPS[step]
    form = maker(request.POST)
    if form.does(action, by=voice(request, run), run=run):
        messages.success(request, done)
        return redirect("learning:run_people" if step == "new-link" else "learning:teach", run.pk)
    return _settings(request, fetch(request, key), step=step, step_form=form)


@read_or_write
@doors.members_only
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What a newer version changes for whom; the button moves everybody."""
    run = fetch(request, key)
    found = doors.fetch(
        Version.objects.published().filter(course=run.course, number__gt=run.version.number), number=number
    )
    form = Button(request.POST or None)
    if request.method == "POST" and form.does(actions.move_to, by=voice(request, run), run=run, version=found):
        messages.success(request, _("Moved. Where everybody stands is computed anew from what they did."))
        return redirect("learning:teach", run.pk)
    context = {"form": form, **questions.changes(run, found, questions.reader())}
    return render(request, "learning/run_version.html", {**context, **questions.context(request, run, "run_settings")})


@require_POST
@doors.members_only
def facilitators(request: HttpRequest, key: str) -> HttpResponse:
    """Invite somebody to teach."""
    run = fetch(request, key)
    form = forms.Invite(request.POST, run=run)
    if form.does(lists.invite_facilitator, by=voice(request, run), run=run):
        messages.success(request, _("Invited. They teach here as soon as they accept."))
        return redirect("learning:run_settings", run.pk)
    return _settings(request, run, step="facilitators", step_form=form)


@require_POST
@doors.members_only
def facilitator(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Somebody teaches no more, or leads from now on."""
    rows = Facilitation.objects.filter(run__in=Run.objects.taught_by(request.me))
    row = doors.fetch(rows.select_related("run__organisation", "person"), pk=key)
    form = Button(request.POST)
    facts = {"facilitation": row} if step == "leave" else {"facilitation": row, "run": row.run}
    action = actions.remove_facilitator if step == "leave" else actions.hand_lead
    if form.does(action, by=voice(request, row.run), **facts):
        messages.success(request, words.SAVED)
    form.tell(request)
    still = Run.objects.taught_by(request.me).filter(pk=row.run_id).exists()
    return redirect("learning:run_settings", row.run_id) if still else redirect("learning:runs")


@require_POST
@doors.members_only
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    """An invitation opens nothing any more."""
    rows = Invited.objects.filter(run__in=Run.objects.taught_by(request.me)).select_related("run__organisation")
    row = doors.fetch(rows, pk=key)
    form = Button(request.POST)
    if form.does(lists.take_back, by=voice(request, row.run), invited=row):
        messages.success(request, _("The invitation was taken back."))
    form.tell(request)
    return redirect("learning:run_people", row.run_id)


def _opener(request: HttpRequest, form: forms.Opening) -> Any:
    chosen = form.organisations[form.cleaned_data.get("organisation") or next(iter(form.organisations))]
    return speaking_for(request.me, chosen)


def _settings(
    request: HttpRequest, run: Run, *, form: Any = None, step: str = "", step_form: Any = None
) -> HttpResponse:
    names = ("title", "languages", "starts_on", "ends_on", "place", "capacity", "audience", "asks_first")
    form = form or forms.Settings(version=run.version, initial={name: getattr(run, name) for name in names})
    made = {"cancel": forms.Why(), "reopen": forms.Until(), "facilitators": forms.Invite(run=run)}
    made |= {step: step_form} if step else {}
    context = {
        "form": form, "forms": made, "problems": [step_form] if step else [], "newer": questions.newer(run),
        "team": run.facilitations.select_related("person"),
        "asked": run.invited.filter(role="facilitator", state="open"),
    }  # fmt: skip
    return render(request, "learning/run_settings.html", {**context, **questions.context(request, run, "run_settings")})
