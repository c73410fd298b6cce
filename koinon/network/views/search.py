"""Small answers while somebody types: places, themes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from koinon.network.forms.fields import MOST, Found, choices_for, language_choices, theme_choices


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Places that the words may mean, as radio buttons; open to all: the gazetteer is no secret."""
    request.is_cacheable = True
    name = request.GET.get("for", "place")[:60]
    words = (request.GET.get("q") or request.GET.get(name, ""))[:80].strip()
    choices = choices_for(words) if words else []
    return render(request, "network/widgets/place_choices.html", {"choices": choices, "words": words, "name": name})


@require_GET
def themes(request: HttpRequest) -> HttpResponse:
    """Themes by a word in any language, after those ticked already."""
    return _boxes(request, "themes", theme_choices)


@require_GET
def languages(request: HttpRequest) -> HttpResponse:
    """Languages by their name in any language, after those ticked already."""
    return _boxes(request, "languages", language_choices)


def _boxes(request: HttpRequest, name: str, choices: Callable[[list[str], str], Found]) -> HttpResponse:
    request.is_cacheable = True
    words = (request.GET.get("q") or request.GET.get(f"{name}_words", ""))[:60].strip()
    rows, has_found = choices(request.GET.getlist(name)[:MOST], words)
    context = {"choices": rows, "has_found": has_found, "words": words, "name": name}
    return render(request, "network/widgets/pick_choices.html", context)
