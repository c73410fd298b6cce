"""Badges for everybody: checked at their own page, shown by a link, verified whoever gave them."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors, limits
from koinon.learning.engine.badges.verdicts import ASPECTS, Finding, Verdict
from koinon.learning.forms import badges as forms
from koinon.learning.models import Award
from koinon.learning.queries import certificates, issuers, verdicts, wallets

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
HOUR = timedelta(hours=1)
LOOK = Path(__file__).resolve().parents[1] / "data" / "check.css"
GUESSES = 20
"""Names that may be tried on one badge in an hour, by all the world together."""


@read_or_write
@limits.limited("badge_whose", times=30, per=HOUR)
def check(request: HttpRequest, key: str) -> HttpResponse:
    """One of our badges as it stands now; the name only for who has the secret link, or knows it already."""
    row = get_object_or_404(wallets.whole(Award.objects), pk=key)
    form = forms.Whose(request.POST if request.method == "POST" else None)
    answer = ""
    if request.method == "POST" and form.is_valid():
        answer = _compared(row, form.cleaned_data["who"])
    context = {**_told(row), "form": form, "answer": answer, "is_open": wallets.opens(request.GET.get("key", ""), row)}
    return _hidden(render(request, "learning/badge_check.html", context))


@require_GET
def check_file(request: HttpRequest, key: str) -> HttpResponse:
    """The same as one file that needs nothing else: the facts of this moment, and all that verifying needs."""
    row = get_object_or_404(wallets.whole(Award.objects), pk=key)
    context = {**_told(row), "now": timezone.now(), "snapshot": verdicts.snapshot_of(row), "look": _look()}
    response = HttpResponse(render_to_string("learning/badge_check_file.html", context, request))
    response["Content-Disposition"] = f'attachment; filename="{certificates.file_name(row, "html")}"'
    return _hidden(response)


@require_GET
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """What somebody shows by a secret link."""
    share = doors.found(wallets.shown_by(key))
    rows = list(wallets.light(Award.objects.filter(shares=share, person=share.person_id)))
    return _hidden(render(request, "learning/badge_shared.html", {"rows": rows, "share": share}))


@read_or_write
@limits.limited("badge_verify", times=30, per=HOUR)
def verify(request: HttpRequest) -> HttpResponse:
    """Anybody's badge: a file or its text."""
    is_sent = request.method == "POST"
    form = forms.Verify(*((request.POST, request.FILES) if is_sent else (None,)))
    context: dict[str, object] = {"form": form}
    if is_sent and form.is_valid():
        verdict = verdicts.verify(form.data_of_badge(), form.cleaned_data["holder"])
        context |= {"verdict": verdict, "said": verdict.as_json(), "findings": _findings(verdict, ASPECTS)}
    return _hidden(render(request, "learning/badge_verify.html", context))


def _told(row: Award) -> dict[str, object]:
    verdict = verdicts.verdict_of(row)
    return {
        "row": row, "verdict": verdict, "facts": verdicts.facts_of(row), "dates": certificates.dates_of(row),
        "findings": _findings(verdict, ("signature", "dates", "status", "issuer")),
        "address": certificates.check_address(row), "is_reachable": issuers.is_reachable(),
        "endorsements": [each for each in verdict.endorsements if each.overall == "valid"],
    }  # fmt: skip


@cache
def _look() -> SafeString:
    """The look of a page that is a file of its own: inside it, because it loads nothing."""
    return SafeString(f"<style>{LOOK.read_text()}</style>")


def _findings(verdict: Verdict, aspects: Iterable[str]) -> list[Finding]:
    """What was found; that something was not looked at is said once."""
    return list({verdict.findings[each].code: verdict.findings[each] for each in aspects}.values())


def _compared(row: Award, who: str) -> str:
    """yes, no, or later: when too many names were tried on this badge."""
    if settings.KOINON_LIMITS and not limits.spend(f"badge_whose:{row.pk}", times=GUESSES, per=HOUR):
        return "later"
    return "yes" if verdicts.fits(row, who) else "no"


def _hidden(response: HttpResponse) -> HttpResponse:
    """Not for search engines and not for caches."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
