"""Finding events, the public page of one, its programme to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from koinon.events.models import Event
from koinon.events.queries import events as questions
from koinon.events.queries.organising import holders
from koinon.kit import doors
from koinon.network.models import Network
from koinon.network.queries import page_of


def fetch(request: HttpRequest, slug: str) -> Event:
    """An event that the reader sees, or whose link they hold (?link=…), with what its pages show."""
    link = request.GET.get("link", "").replace("\0", "")
    return doors.found(questions.seen.first(me=request.me, slug=slug, link=link or None))  # type: ignore[attr-defined]


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """All events that I may see, in all networks."""
    request.is_cacheable = True  # type: ignore[attr-defined]
    context = questions.list_page(request) | {"may_hold": bool(holders(request.me))}
    return render(request, "events/events_list.html", context)


@require_GET
def events_of(request: HttpRequest, slug: str) -> HttpResponse:
    """The events of a network."""
    request.is_cacheable = True  # type: ignore[attr-defined]
    network = doors.fetch(Network.objects.visible_to(request.me), slug=slug)
    context = questions.list_page(request, network) | {"may_hold": bool(holders(request.me))}
    return render(request, "events/events_list.html", {**context, **page_of(request, network, "events")})


@require_GET
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event: what, when, where, its programme, and how to take part."""
    row = fetch(request, slug)
    request.is_cacheable = row.audience == "public"  # type: ignore[attr-defined]
    return render(request, "events/event.html", questions.event_page(request, row))


@require_GET
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme alone, by day and track, as it is printed."""
    row = fetch(request, slug)
    request.is_cacheable = row.audience == "public"  # type: ignore[attr-defined]
    return render(request, "events/event_programme.html", questions.event_page(request, row))
