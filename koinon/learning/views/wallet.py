"""One's own badges: seen, named, shown by links, carried away."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, limits
from koinon.kit.forms import Button
from koinon.learning.actions import wallet as actions
from koinon.learning.forms import badges as forms
from koinon.learning.models import Award, BadgeShare
from koinon.learning.queries import certificates, verdicts, wallets

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def wallet(request: HttpRequest) -> HttpResponse:
    """My badges; choose some and make a link that shows them."""
    rows = wallets.wallet(request.me)
    form = forms.Share(request.POST if request.method == "POST" else None, rows=rows)
    if request.method == "POST" and form.does(actions.share, by=request.me):
        messages.success(request, _("The link is there. Whoever has it sees these badges with your name."))
        return redirect("learning:wallet")
    context = {"rows": rows, "form": form, "shares": wallets.shares(request.me), "site": settings.KOINON_URL}
    return render(request, "learning/badge_wallet.html", context)


@read_or_write
@doors.members_only
def badge(request: HttpRequest, key: str) -> HttpResponse:
    """One of my badges: what it says, its files, my name on it."""
    row = _mine(request, key)
    form = forms.Name(request.POST if request.method == "POST" else None, initial={"name": row.name})
    if request.method == "POST" and form.does(actions.rename, by=request.me, award=row):
        messages.success(request, _("Saved. Your name is printed like this from now on."))
        return redirect("learning:badge", row.pk)
    context = {
        "row": row, "form": form, "facts": verdicts.facts_of(row), "address": certificates.check_address(row),
        "dates": certificates.dates_of(row), "is_over": certificates.is_over(row),
    }  # fmt: skip
    return render(request, "learning/badge.html", context)


@require_GET
@doors.members_only
def file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """My badge as a file."""
    row = _mine(request, key)
    data = certificates.file_of(row, form)
    if data is None:
        messages.info(request, _("This form of the badge is being made. Please try again in a minute."))
        return redirect("learning:badge", row.pk)
    return _attached(data, certificates.FORMS[form], certificates.file_name(row, form))


@require_POST
@doors.members_only
@limits.limited("badge_certificate", times=30, per=timedelta(hours=1))
def certificate(request: HttpRequest, key: str) -> HttpResponse:
    """My badge on paper, in the language I read; its QR code leads to the check page with my name."""
    row = _mine(request, key)
    form = Button(request.POST)
    if not form.does(actions.for_print, by=request.me, award=row):
        return redirect("learning:badge", row.pk)
    data = certificates.certificate(row, form.result.key, (get_language() or "en")[:2])
    return _attached(data, "application/pdf", certificates.file_name(row, "pdf"))


@require_GET
@doors.members_only
def archive(request: HttpRequest) -> HttpResponse:
    """All my badges in all forms."""
    rows = wallets.whole(Award.objects.held_by(request.me))[: wallets.MOST]
    return _attached(certificates.archive_of(rows), "application/zip", "badges.zip")


@require_POST
@doors.members_only
def unshare(request: HttpRequest, key: str) -> HttpResponse:
    """Stop a link."""
    row = doors.fetch(BadgeShare.objects.held_by(request.me), pk=key)
    if Button(request.POST).does(actions.stop, by=request.me, share=row):
        messages.success(request, _("Stopped. The link leads nowhere from now on."))
    return redirect("learning:wallet")


def _mine(request: Any, key: str) -> Award:
    return doors.fetch(wallets.whole(Award.objects.held_by(request.me)), pk=key)


def _attached(data: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
