"""Found, edit, translate and staff a network."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.kit.languages import texts
from koinon.kit.limits import limited
from koinon.network import queries, rules, seams
from koinon.network.actions import coordinations, invitations, networks
from koinon.network.forms import networks as forms
from koinon.network.forms.organisations import TranslatePurpose
from koinon.network.forms.people import InviteStaff
from koinon.network.models import Coordination, Invitation, Network

HOUR = timedelta(hours=1)
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.needs(lambda me: rules.may_found(by=me))
def found(request: HttpRequest) -> HttpResponse:
    """An operator founds a network and coordinates it until somebody else does."""
    form = forms.Found(request.POST or None)
    founder = Person.objects.get(pk=request.me.person)
    if request.method == "POST" and form.does(networks.found, by=request.me, coordinator=founder):
        messages.success(request, _("The network is founded. Invite the people who will run it."))
        return redirect("network:staff", form.result.slug)
    return render(request, "network/network_edit.html", {"form": form, "is_new": True})


@read_or_write
@doors.members_only
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    form = forms.Edit(request.POST or None, network=row)
    if request.method == "POST" and form.does(networks.edit, by=request.me, network=row):
        messages.success(request, words.SAVED)
        return redirect("network:network", row.slug)
    return render(request, "network/network_edit.html", {"form": form, **queries.page_of(request, row, "staff")})


@read_or_write
@doors.members_only
def translate(request: HttpRequest, slug: str) -> HttpResponse:
    """The purpose in other languages, by people."""
    row = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    chosen = request.GET.get("language", get_language()[:2])
    readings = texts.all_of(row, "purpose")
    known = next((reading.text for reading in readings if reading.language == chosen), "")
    form = TranslatePurpose(request.POST or None, original=row.language, initial={"language": chosen, "text": known})
    if request.method == "POST" and form.does(networks.edit, by=request.me, network=row):
        messages.success(request, words.SAVED)
        return redirect("network:network_translate", row.slug)
    context = {"form": form, "noun": row, "original": row.purpose, "readings": readings}
    return render(request, "network/translate.html", {**context, **queries.page_of(request, row, "staff")})


@limited("invite", times=30, per=HOUR)
@read_or_write
@doors.members_only
def staff(request: HttpRequest, slug: str) -> HttpResponse:
    """Who runs the network; invite one more."""
    row = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    form = InviteStaff(request.POST or None, language=row.language)
    if request.method == "POST" and form.does(invitations.invite, by=request.me, network=row):
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": form.result.email})
        return redirect("network:staff", row.slug)
    rows = Coordination.objects.in_force().filter(network=row).select_related("person")
    waiting = Invitation.objects.open().filter(network=row)
    more = [entry for lent in seams.network_settings.gather(row, request.me) for entry in lent]
    context = {"form": form, "rows": rows, "waiting": waiting, "more": more, **queries.page_of(request, row, "staff")}
    return render(request, "network/staff.html", context)


@require_POST
@doors.members_only
def remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A coordination ends at once."""
    rows = Coordination.objects.in_force().filter(network__slug=slug)
    row = doors.fetch(rows.filter(network__in=Network.objects.manageable_by(request.me)), pk=key)
    form = Button(request.POST)
    if form.does(coordinations.remove, by=request.me, coordination=row):
        messages.success(request, _("%(name)s does not help to run the network any more.") % {"name": row.person})
    form.tell(request)
    return redirect("network:staff" if row.person_id != request.me.person or form.errors else "network:network", slug)
