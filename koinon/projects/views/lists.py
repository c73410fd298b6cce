"""Projects and calls of a network, and my own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from koinon.kit import doors
from koinon.kit.addresses import to
from koinon.network.queries import network as network_of
from koinon.network.queries import page_of
from koinon.projects.queries import lists
from koinon.projects.rules import plans as rules
from koinon.projects.views.calls import may_call_in


@require_GET
def projects_of(request: HttpRequest, slug: str) -> HttpResponse:
    """Projects of a network that the reader may see, by words, state and call."""
    network = network_of(request.me, slug)
    asked = {name: request.GET.get(name, "")[:100] for name in ("words", "group", "call", "after")}
    found = lists.projects(request.me, network, **asked)
    calls = lists.calls(request.me, network)["rows"]
    context: dict[str, Any] = {"may_begin": rules.may_begin(by=request.me, network=network)}
    context |= {
        **page_of(request, network, "projects"),
        **asked,
        **found,
        "calls": calls,
        "groups": lists.WORDS.items(),
    }
    return render(request, "projects/projects.html", context)


@require_GET
def calls_of(request: HttpRequest, slug: str) -> HttpResponse:
    """Calls for plans in a network, open ones first."""
    network = network_of(request.me, slug)
    found = lists.calls(request.me, network, after=request.GET.get("after", ""))
    context = {**page_of(request, network, "projects"), **found, "may_call": bool(may_call_in(request.me, network))}
    return render(request, "projects/calls.html", context)


@require_GET
@doors.members_only
def mine(request: HttpRequest) -> HttpResponse:
    """My teams, teams I accompany, teams that ask me, juries I sit in."""
    return render(request, "projects/mine.html", {**lists.mine(request.me), "desk": to("accounts:desk")})
