"""The one-tap link of an invitation, and taking an invitation back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.accounts import entrance
from koinon.accounts.models import Person
from koinon.kit import doors, links
from koinon.kit.forms import Button
from koinon.kit.verbs import Actor
from koinon.network import queries, rules
from koinon.network.actions import invitations
from koinon.network.forms.people import Accept
from koinon.network.models import Invitation


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Says what accepting will do, before it does it; nothing changes by opening the link."""
    try:
        link = links.read(invitations.PURPOSE, token)
        row = _open(link)
        if request.method == "POST":
            return _answered(request, row, link)
        return render(
            request, "network/invitation.html", {"invitation": row, "form": _form(request, row), **_who(request, row)}
        )
    except links.Broken as problem:
        return render(request, "network/invitation_broken.html", {"problem": problem}, status=410)


@require_POST
@doors.members_only
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """The link in the e-mail leads nowhere any more."""
    rows = Invitation.objects.open().manageable_by(request.me).select_related("organisation", "network")
    row = doors.fetch(rows, pk=key)
    doors.permitted(row, rules.may_take_back(by=request.me, invitation=row))
    form = Button(request.POST)
    if form.does(invitations.withdraw, by=_speaker(request.me, row), invitation=row):
        messages.success(request, _("The invitation was taken back."))
    form.tell(request)
    return (
        redirect("network:people", row.organisation.slug)
        if row.organisation
        else redirect("network:staff", row.network.slug)
    )


def _answered(request: HttpRequest, row: Invitation, link: links.Link) -> HttpResponse:
    """Accept or refuse; a person who is signed in as somebody else is asked to sign out first."""
    who = _who(request, row)
    form = _form(request, row)
    facts = {"by": request.me, "invitation": row, "link": link}
    if "refuse" in request.POST:
        invitations.refuse(**facts)
        return render(request, "network/invitation_refused.html", {"invitation": row})
    if not who["is_other"] and form.does(invitations.accept, **facts, language=get_language()[:2]):
        return entrance.let_in(request, form.result[1], after=_after(row))
    return render(request, "network/invitation.html", {"invitation": row, "form": form, **who})


def _open(link: links.Link) -> Invitation:
    rows = Invitation.objects.select_related("organisation", "network", "invited_by", "takes_over__person")
    row = rows.filter(pk=link.facts["invitation"]).first()
    if row is None or row.state in ("withdrawn", "expired") or row.until < timezone.now():
        raise links.Broken(_("This invitation does not hold any more. Please ask for a new one."))
    if row.state != "open":
        raise links.Broken(_("This invitation was answered already."))
    return row


def _form(request: HttpRequest, row: Invitation) -> Button:
    """A name is asked of those who have none here yet."""
    known = Person.objects.filter(email__iexact=row.email).exclude(name="").exists()
    return (Button if known else Accept)(request.POST if request.method == "POST" else None)


def _who(request: HttpRequest, row: Invitation) -> dict[str, bool]:
    is_known = request.user.is_authenticated
    return {"is_other": is_known and request.user.email.lower() != row.email.lower()}


def _after(row: Invitation) -> str:
    if row.organisation is not None:
        return reverse("network:organisation", args=[row.organisation.slug])
    return reverse("network:network", args=[row.network.slug])


def _speaker(me: Actor, row: Invitation) -> Actor:
    return queries.speaking_for(me, row.organisation) if row.organisation else me
