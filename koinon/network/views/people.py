"""Who speaks for an organisation: see, invite, hand over, withdraw."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, files
from koinon.kit.limits import limited
from koinon.kit.verbs import Actor
from koinon.network import queries, rules
from koinon.network.actions import invitations, mandates
from koinon.network.forms import people as forms
from koinon.network.models import Mandate, Organisation

HOUR = timedelta(hours=1)
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Mandates today and before, with their decisions; who was invited."""
    row = _insider(request.me, slug)
    rows = row.mandates.select_related("person", "letter").order_by("-period", "role")
    now = list(rows & Mandate.objects.in_force())
    context = {
        "organisation": row,
        "now": now,
        "before": [mandate for mandate in rows if mandate not in now],
        "waiting": row.invitations.open(),
        "leads": rules.leads(by=request.me, organisation=row),
        "may_invite": rules.may_appoint(by=request.me, organisation=row, role="contact", decision="-"),
        "me": request.me,
    }
    return render(request, "network/people.html", context)


@limited("invite", times=30, per=HOUR)
@read_or_write
@doors.members_only
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite a representative, deputy or contact; for a role that is taken this is the hand-over."""
    row = _insider(request.me, slug)
    form = forms.Invite(request.POST or None, request.FILES or None, language=get_language()[:2])
    by = queries.speaking_for(request.me, row)
    if request.method == "POST" and form.does(invitations.invite, by=by, organisation=row):
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": form.result.email})
        return redirect("network:people", row.slug)
    taken = Mandate.objects.in_force().filter(organisation=row, role__in=rules.LEADS).select_related("person")
    return render(request, "network/invite.html", {"form": form, "organisation": row, "taken": taken})


@require_POST
@doors.members_only
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """A mandate ends at once."""
    visible = Mandate.objects.visible_to(request.me).select_related("organisation", "person")
    row = doors.fetch(visible, pk=key)
    doors.permitted(row, rules.may_withdraw_mandate(by=request.me, mandate=row))
    form = forms.Withdraw(request.POST)
    if form.does(mandates.withdraw, by=queries.speaking_for(request.me, row.organisation), mandate=row):
        messages.success(request, _("The mandate has ended."))
    form.tell(request)
    return (
        redirect("accounts:desk")
        if row.person_id == request.me.person
        else redirect("network:people", row.organisation.slug)
    )


@require_GET
@doors.members_only
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """The letter that appoints: for the organisation, the person, and coordinators of its networks."""
    row = doors.fetch(Mandate.objects.visible_to(request.me).exclude(letter=None).select_related("letter"), pk=key)
    return files.serve(row.letter, download=True)


def _insider(me: Actor, slug: str) -> Organisation:
    """An organisation whose people I may see all about: my own, and members of a network I coordinate."""
    row = doors.fetch(Organisation.objects.visible_to(me), slug=slug)
    is_insider = rules.speaks_for(by=me, organisation=row) or me.holds("contact", row.pk)
    return doors.permitted(row, is_insider or rules.coordinates_a_network_of(by=me, organisation=row))
