"""Small answers while somebody types: places, themes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from koinon.network.forms.fields import choices_for, theme_choices


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Places that the words may mean, as radio buttons; open to all: the gazetteer is no secret."""
    request.is_cacheable = True
    words = (request.GET.get("q") or request.GET.get("place", ""))[:80].strip()
    choices = choices_for(words) if words else []
    return render(request, "network/widgets/place_choices.html", {"choices": choices, "words": words, "name": "place"})


@require_GET
def themes(request: HttpRequest) -> HttpResponse:
    """Themes by a word in any language, after those ticked already."""
    request.is_cacheable = True
    words = (request.GET.get("q") or request.GET.get("themes_words", ""))[:60].strip()
    choices = theme_choices(request.GET.getlist("themes")[:60], words)
    return render(request, "network/widgets/theme_choices.html", {"choices": choices, "words": words, "name": "themes"})
