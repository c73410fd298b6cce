"""Is this yours? Claiming an organisation that nobody speaks for, and confirming it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts import entrance
from koinon.kit import doors, links
from koinon.kit.forms import Button
from koinon.kit.limits import asker, limited
from koinon.kit.verbs import Refused
from koinon.network import queries, rules
from koinon.network.actions import claims as actions
from koinon.network.engine import domains
from koinon.network.forms import claims as forms
from koinon.network.models import Claim, Network, Organisation

HOUR = timedelta(hours=1)
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@limited("claim", times=10, per=HOUR)
@read_or_write
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask with an address at its web domain; no account is needed."""
    row = doors.fetch(Organisation.objects.visible_to(request.me), slug=slug)
    mine = Claim.objects.filter(person=request.me.person, organisation=row) if request.me.is_known else None
    form = forms.Claim(request.POST or None, initial=_known(request))
    facts = {"by": request.me, "organisation": row, "language": get_language()[:2], "asker": asker(request)}
    if request.method == "POST" and form.does(actions.ask, **facts):
        return render(request, "network/claim_sent.html", {"claim": form.result, "organisation": row})
    context = {
        "form": form,
        "organisation": row,
        "site": domains.readable(domains.plain(row.domain)),
        "is_free": rules.may_claim(by=request.me, organisation=row),
        "mine": mine.first() if mine is not None else None,
    }
    return render(request, "network/claim.html", context)


@read_or_write
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Says what the link will do before it does it; opening it changes nothing (mail scanners open every link)."""
    try:
        link = links.read(actions.PURPOSE, token, life=actions.LIFE)
        row = _proving(link)
        if request.method == "POST":
            done, person = actions.prove(by=request.me, claim=row, link=link)
            messages.success(request, _("Thank you. Your address is proved; now the people of the network confirm."))
            return entrance.let_in(request, person, after=reverse("network:claim", args=[done.organisation.slug]))
    except (links.Broken, ValidationError, Refused) as problem:
        said = problem.messages[0] if isinstance(problem, ValidationError) else problem
        return render(request, "network/invitation_broken.html", {"problem": said}, status=410)
    return render(request, "network/claim_prove.html", {"claim": row})


@require_GET
@doors.members_only
def claims(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the coordinators: who says that an organisation is theirs."""
    row = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    mine = Claim.objects.manageable_by(request.me).filter(network=row)
    rows = mine.select_related("organisation", "person")
    context = {"waiting": rows.waiting().order_by("due_on", "id")[:100], "done": rows.exclude(state="waiting")[:20]}
    return render(request, "network/claims.html", {**context, **queries.page_of(request, row, "staff")})


@require_POST
@doors.members_only
def decide(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """Confirm, refuse, or take one's own claim back."""
    visible = Claim.objects.visible_to(request.me).filter(network__slug=slug)
    row = doors.fetch(visible.select_related("network", "organisation", "person"), pk=key)
    act, form, may = _step(step, request.POST)
    doors.permitted(row, may is not None and may(by=request.me, claim=row))
    if form.does(act, by=request.me, claim=row):
        messages.success(
            request, _("Done. The person is told.") if step != "withdraw" else _("Your claim was taken back.")
        )
    for problem in [*form.non_field_errors(), *form.errors.get("reason", [])]:
        messages.error(request, problem)
    return redirect("network:claims", slug) if step != "withdraw" else redirect("accounts:desk")


def _step(step: str, said: Any) -> tuple[Any, Any, Any]:
    known: dict[str, tuple[Any, Any, Any]] = {
        "confirm": (actions.confirm, Button(said), rules.may_decide_claim),
        "refuse": (actions.refuse, forms.Refuse(said), rules.may_decide_claim),
        "withdraw": (actions.withdraw, Button(said), rules.may_take_claim_back),
    }
    return known.get(step, (None, Button(said), None))


def _proving(link: links.Link) -> Claim:
    rows = Claim.objects.select_related("network", "organisation")
    row = rows.filter(pk=link.facts["claim"]).first()
    if row is None or row.state == "expired":
        raise links.Broken(_("This link has expired. Ask for a new one."))
    if row.state != "proving":
        raise links.Broken(_("This link was used already."))
    return row


def _known(request: HttpRequest) -> dict[str, str]:
    """What we know already of somebody who is signed in."""
    return {"email": request.user.email, "name": request.user.name} if request.user.is_authenticated else {}
