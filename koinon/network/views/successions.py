"""The deputy is asked: take over, name somebody else, or say that the representative is there after all."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.accounts import entrance
from koinon.accounts.queries import actor_of
from koinon.kit import doors, links
from koinon.kit.forms import Button
from koinon.kit.verbs import Actor, Refused
from koinon.network import queries, rules
from koinon.network.actions import successors
from koinon.network.models import Mandate, Succession

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def succession_link(request: HttpRequest, token: str) -> HttpResponse:
    """From the letter, without signing in: says what will happen; only the button does it."""
    try:
        link = links.read(successors.PURPOSE, token, life=successors.LIFE)
        deputy, row = _asked(link)
        if request.method == "POST":
            successors.take_over(by=actor_of(person=deputy.person), succession=row, deputy=deputy, link=link)
            said = _("Thank you. You represent %(organisation)s now.") % {"organisation": row.organisation}
            messages.success(request, said)
            return entrance.let_in(request, deputy.person)
    except (links.Broken, Refused, ValidationError) as problem:
        said = problem.messages[0] if isinstance(problem, ValidationError) else problem
        return render(request, "network/invitation_broken.html", {"problem": said}, status=410)
    return render(request, "network/succession.html", {"succession": row, "deputy": deputy, "may_take_over": True})


@read_or_write
@doors.members_only
def succession(request: HttpRequest, key: str) -> HttpResponse:
    """The same, for those who are signed in: deputies, and coordinators of the networks."""
    me = request.me
    rows = Succession.objects.visible_to(me).open().select_related("organisation", "mandate__person")
    row = doors.fetch(rows, pk=key)
    deputy = Mandate.objects.in_force().filter(organisation=row.organisation, role="deputy", person=me.person).first()
    form = Button(request.POST or None)
    if request.method == "POST" and _does(form, me, row, deputy, "reachable" in request.POST):
        messages.success(request, _("Done. Everybody concerned is told."))
        return redirect("network:people", row.organisation.slug)
    context = {"succession": row, "deputy": deputy, "may_take_over": deputy is not None, "form": form}
    return render(request, "network/succession.html", {**context, "is_inside": True})


def _does(form: Button, me: Actor, row: Succession, deputy: Mandate | None, is_reachable: bool) -> bool:
    form = form if form.is_bound else Button({})
    if is_reachable:
        return form.does(successors.reachable, by=queries.speaking_for(me, row.organisation), succession=row)
    if deputy is None:
        return False
    by = queries.speaking_for(me, row.organisation)
    return form.does(successors.take_over, by=by, succession=row, deputy=deputy)


def _asked(link: links.Link) -> tuple[Mandate, Succession]:
    mandates = Mandate.objects.in_force().filter(role="deputy").select_related("person", "organisation")
    deputy = mandates.filter(pk=link.facts["deputy"]).first()
    rows = Succession.objects.open().select_related("organisation", "mandate__person")
    row = rows.filter(organisation=deputy.organisation).first() if deputy else None
    if deputy is None or row is None or not rules.may_take_over(by=actor_of(person=deputy.person), deputy=deputy):
        raise links.Broken(_("This is settled already."))
    return deputy, row
