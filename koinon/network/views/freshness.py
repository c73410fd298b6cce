"""Is the page still right? One tap, from the letter or from the page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import doors, links
from koinon.kit.verbs import Refused
from koinon.network import queries, rules
from koinon.network.actions import freshness
from koinon.network.models import Organisation
from koinon.network.queries import organisations as questions

LIFE = questions.FRESH


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_link(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the facts; only the button confirms, since mail scanners open every link."""
    try:
        link = links.read(freshness.PURPOSE, token, life=LIFE)
        person, row = _meant(link)
        by = actor_of(person=person)
        if not rules.may_confirm(by=by, organisation=row):
            raise links.Broken(_("You do not speak for this organisation any more."))
        if request.method == "POST":
            freshness.confirm(by=queries.speaking_for(by, row), organisation=row, link=link)
            return render(request, "network/confirmed.html", {"organisation": row})
    except (links.Broken, Refused) as problem:
        return render(request, "network/invitation_broken.html", {"problem": problem}, status=410)
    return render(request, "network/confirm.html", {"page": questions.page(by, row), "organisation": row})


@require_POST
@doors.members_only
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """From the page itself, signed in."""
    row = doors.fetch(Organisation.objects.visible_to(request.me), slug=slug)
    doors.permitted(row, rules.may_confirm(by=request.me, organisation=row))
    freshness.confirm(by=queries.speaking_for(request.me, row), organisation=row)
    messages.success(request, _("Thank you. The page counts as right for a year."))
    return redirect("network:organisation", row.slug)


def _meant(link: links.Link) -> tuple[Person, Organisation]:
    person = Person.objects.filter(pk=UUID(link.facts["p"]), is_active=True).first()
    row = (
        Organisation.objects.select_related("place", "logo").filter(pk=UUID(link.facts["o"]), merged_into=None).first()
    )
    if person is None or row is None:
        raise links.Broken(_("This link does not lead anywhere any more."))
    return person, row
