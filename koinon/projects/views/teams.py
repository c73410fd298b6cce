"""Teams: who is on it, who is asked, who leads; coming by one tap."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.accounts import entrance
from koinon.accounts.models import Person
from koinon.kit import doors, limits, links
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.projects.actions import teams as actions
from koinon.projects.forms import plans as forms
from koinon.projects.models import Teammate
from koinon.projects.queries import pages, people

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any]] = {
    "take-back": (actions.take_back, gettext_lazy("The invitation was taken back.")),
    "leave": (actions.leave, gettext_lazy("Done. Those concerned were told.")),
    "lead": (actions.hand_lead, gettext_lazy("The lead was handed over. The team was told.")),
    "come": (actions.come, gettext_lazy("Welcome to the team.")),
    "stay-away": (actions.stay_away, gettext_lazy("Thank you for saying so. The team was told.")),
}


@read_or_write
@doors.members_only
@limits.limited("projects.invite", times=40, per=timedelta(days=1))
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is on the team; the team asks others, by e-mail or from the members of the network."""
    row = doors.fetch(pages.fetchable(request.me), slug=slug)
    roles = pages.reader(request.me, row)
    doors.permitted(row, roles["is_inside"])
    form = forms.Invite(request.POST or None)
    facts = {"project": row, "language": (get_language() or "en")[:2]}
    if request.method == "POST" and form.does(actions.invite, by=request.me, **facts):
        messages.success(request, _("Invited. The letter has a link that works once."))
        return redirect("projects:team", row.slug)
    return _team(request, row, form)


@require_POST
@doors.members_only
@limits.limited("projects.invite", times=40, per=timedelta(days=1))
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a member of the network who was found by name."""
    row = doors.fetch(pages.fetchable(request.me), slug=slug)
    doors.permitted(row, pages.reader(request.me, row)["is_team"])
    found = people.known(request.me, row, request.POST.get("person", ""))
    mandate = doors.found(found)
    form = Button(request.POST)
    if form.does(_inviting(mandate.person), by=request.me, project=row, organisation=mandate.organisation):
        messages.success(request, _("Invited. The letter has a link that works once."))
    form.tell(request)
    return redirect("projects:team", row.slug)


@require_POST
@doors.members_only
def team_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Come, stay away, leave, lead; take an invitation back."""
    rows = Teammate.objects.manageable_by(request.me).select_related("project__network", "project__call", "person")
    row = doors.fetch(rows, pk=key)
    if step not in STEPS:
        raise Http404
    action, done = STEPS[step]
    form = Button(request.POST)
    if form.does(action, by=request.me, teammate=row):
        messages.success(request, done)
    form.tell(request)
    still = pages.fetchable(request.me).filter(members__person=request.me.person, members__state="active")
    is_in = still.filter(pk=row.project_id).exists()
    return redirect("projects:team", row.project.slug) if is_in else redirect("projects:mine")


@read_or_write
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Says what accepting will do, before it does it."""
    try:
        link = links.read(actions.PURPOSE, token, life=actions.LIFE + timedelta(days=1))
        row = _open(link)
        if request.method == "POST":
            return _answered(request, row, link)
        return render(request, "projects/invitation.html", _letter(request, row, forms.Answer()))
    except links.Broken as problem:
        return render(request, "projects/invitation_over.html", {"problem": problem}, status=410)


def _inviting(person: Person) -> Any:
    return lambda *, by, project, organisation: actions.invite(
        by=by, project=project, email=person.email, name=person.name, language=person.language, person=person,
        organisation=organisation,
    )  # fmt: skip


def _team(request: HttpRequest, row: Any, form: Any) -> HttpResponse:
    asked = request.GET.get("q", "")[:100]
    team = row.members.filter(state__in=["active", "invited"]).select_related("person", "organisation")
    context = {
        "form": form, "team": list(team), "asked": asked, "found": people.found(request.me, row, asked),  # type: ignore[attr-defined]
        **pages.context(request, row, "team"),
    }  # fmt: skip
    return render(request, "projects/team.html", context)


def _open(link: links.Link) -> Teammate:
    rows = Teammate.objects.select_related("project__network", "project__call", "invited_by", "person")
    row = rows.filter(pk=link.facts["teammate"]).first()
    if row is None or row.state in ("withdrawn", "lapsed") or row.project.state not in actions.ALIVE:
        raise links.Broken(_("This invitation does not hold any more. Please ask for a new one."))
    if row.state != "invited":
        raise links.Broken(_("This invitation was answered already."))
    return row


def _letter(request: HttpRequest, row: Teammate, form: Any) -> dict[str, Any]:
    is_known = Person.objects.filter(email__iexact=row.email).exclude(name="").exists()
    is_other = request.user.is_authenticated and request.user.email.lower() != row.email.lower()
    if is_known or row.name:
        form.fields.pop("name", None)
    return {"teammate": row, "project": row.project, "form": form, "is_other": is_other}


def _answered(request: HttpRequest, row: Teammate, link: links.Link) -> HttpResponse:
    form = forms.Answer(request.POST)
    context = _letter(request, row, form)
    facts = {"by": request.me, "teammate": row, "link": link}  # type: ignore[attr-defined]
    if "decline" in request.POST:
        actions.decline(**facts)
        return render(request, "projects/invitation_declined.html", context)
    if not context["is_other"] and form.does(actions.accept, **facts, language=(get_language() or "en")[:2]):
        return entrance.let_in(request, form.result[1], after=to("projects:project", row.project.slug))
    return render(request, "projects/invitation.html", context)
