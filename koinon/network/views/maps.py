"""The map of a network's members; the same questions as the directory, a list beside it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from koinon.network import queries
from koinon.network.forms.directory import asked
from koinon.network.queries import maps
from koinon.network.views.directory import answer


@require_GET
def map_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Map and list side by side."""
    network = queries.network(request.me, slug)
    question = asked(request.GET)
    facts = {
        "points_url": reverse("network:map_points", args=[slug]),
        "picture_url": reverse("network:map_picture", args=[slug]) + question.address(),
        "organisation_url": reverse("network:organisation", args=["SLUG"]),
    }
    request.is_cacheable = network.is_public
    return render(request, "network/map.html", {**answer(request, network, question, "map"), **facts})


@require_GET
def points(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the members are, as compact arrays; with `place` the members at one place."""
    network = queries.network(request.me, slug)
    request.is_cacheable = network.is_public
    facts = {"network": network, "asked": asked(request.GET), "language": _language()}
    place = request.GET.get("place", "")
    if place:
        number = int(place) if place.isdecimal() and len(place) < 10 else 0
        return JsonResponse({"members": maps.members_at(place=number, **facts)})
    found = maps.spots(**facts)
    return HttpResponse(maps.as_json(found), content_type="application/json")


@require_GET
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The map as an image, for those without script and while the script loads."""
    network = queries.network(request.me, slug)
    request.is_cacheable = network.is_public
    found = maps.spots(network=network, asked=asked(request.GET), language=_language())
    return HttpResponse(maps.picture(found), content_type="image/svg+xml")


def _language() -> str:
    return (get_language() or "en")[:2]
