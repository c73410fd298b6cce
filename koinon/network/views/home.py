"""The home page of the site, and of a network."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from koinon.kit import doors
from koinon.kit.languages import texts
from koinon.network import queries, rules, seams
from koinon.network.models import Kind, Network
from koinon.network.queries import home as questions


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What Koinon is, and the networks that live here."""
    request.is_cacheable = True
    cards = questions.cards(request.me)
    total = sum(card["members"] for card in cards)
    context = {"cards": cards, "total": total, "may_found": rules.may_found(by=request.me)}
    return render(request, "network/home.html", context)


@require_GET
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """The home page of a network: what it is for, who belongs; for members also who is near."""
    me = request.me
    row = doors.fetch(Network.objects.visible_to(me), slug=slug)
    request.is_cacheable = row.is_public
    panels = sorted(seams.network_panels.gather(row, me), key=lambda panel: panel.order)
    context = {
        "purpose": texts.read(row, "purpose", get_language()[:2]) if "original" not in request.GET else None,
        "figures": questions.figures(row),
        "newest": questions.newest(row),
        "nearby": questions.nearby(row, me) if row.pk in me.roles else [],
        "panels": panels,
        "kinds": [Kind(kind).label for kind in row.kinds],
        "is_mine": row.pk in me.roles,
    }
    return render(request, "network/network.html", {**context, **queries.page_of(request, row, "home")})
