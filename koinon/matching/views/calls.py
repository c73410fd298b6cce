"""Around a call: its own questions, its translations, what a network decides about calls, what waits for its staff."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors, words
from koinon.kit.languages import texts
from koinon.matching.actions import calls as actions
from koinon.matching.actions import listings, reviews
from koinon.matching.forms import calls as forms
from koinon.matching.models import Listing
from koinon.matching.queries import calls
from koinon.matching.rules import calls as rules
from koinon.network.models import Network
from koinon.network.queries import page_of, speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def questions(request: HttpRequest, key: str) -> HttpResponse:
    """Up to six questions of one's own, as long as nobody has replied."""
    rows = _rows(request).manageable_by(request.me).filter(state__in=listings.EDITABLE)
    row = doors.fetch(rows, pk=key)
    form = forms.Questions(request.POST or None, listing=row)
    by = speaking_for(request.me, row.organisation)
    is_free = not row.replies.exists()
    if request.method == "POST" and is_free and form.does(listings.edit, by=by, listing=row):
        messages.success(request, words.SAVED)
        return redirect("matching:listing", row.pk)
    context = {"form": form, "listing": row, "is_free": is_free, **page_of(request, row.network, f"{row.side}s")}
    return render(request, "matching/questions.html", context)


@read_or_write
@doors.members_only
def translate(request: HttpRequest, key: str) -> HttpResponse:
    """Title and text in other languages, by people."""
    row = doors.fetch(_rows(request), pk=key)
    doors.permitted(row, rules.may_translate(by=request.me, listing=row))
    chosen = request.GET.get("language", get_language()[:2])
    form = forms.Translate(request.POST or None, original=row.language, initial=_known(row, chosen))
    by = speaking_for(request.me, row.organisation)
    if request.method == "POST" and form.does(actions.translate, by=by, listing=row):
        messages.success(request, words.SAVED)
        return redirect("matching:translate", row.pk)
    context = {"form": form, "listing": row, "readings": texts.all_of(row, "text")}
    return render(request, "matching/translate.html", {**context, **page_of(request, row.network, f"{row.side}s")})


@read_or_write
@doors.members_only
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """What the network decides about offers and needs."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    form = forms.Rules(request.POST or None, rules=calls.rules_of(network.pk))
    if request.method == "POST" and form.does(reviews.set_rules, by=request.me, network=network):
        messages.success(request, words.SAVED)
        return redirect("matching:call_rules", slug)
    return render(request, "matching/call_rules.html", {"form": form, **page_of(request, network, "staff")})


@require_GET
@doors.members_only
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a coordinator's word, the oldest first; and what was decided lately."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    waiting = _rows(request).to_review().filter(network=network).order_by("due_on", "pk")[:100]
    context = {"waiting": waiting, "rules": calls.rules_of(network.pk), **page_of(request, network, "staff")}
    return render(request, "matching/review.html", context)


def _rows(request: HttpRequest) -> Any:
    return Listing.objects.visible_to(request.me).select_related("network", "organisation")


def _known(row: Listing, language: str) -> dict[str, str]:
    """What was written in this language before."""
    found = {field: texts.all_of(row, field) for field in ("title", "text")}
    said = {field: next((one.text for one in rows if one.language == language), "") for field, rows in found.items()}
    return {"language": language, **said}
