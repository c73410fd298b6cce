"""Issuers for everybody and for machines: who they are, their keys, their lists, what they give badges for."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.learning.actions import issuers as actions
from koinon.learning.forms import badges as forms
from koinon.learning.models import Achievement, BadgeArt, IssuerKey
from koinon.learning.queries import badges, issuers, wallets
from koinon.learning.rules.courses import owns
from koinon.network.models import Organisation
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
TYPES = {"jwt": "application/vc+jwt", "json": "application/vc+ld+json"}
SHORT, WEEK, EVER = 60, 300, 31_536_000


@require_GET
def did(request: HttpRequest, slug: str) -> HttpResponse:
    """The DID document, for the address under which it was asked for."""
    organisation = get_object_or_404(Organisation, slug=slug)
    said = issuers.document(organisation, issuers.base_of(request.get_host()))
    if said is None:
        raise Http404
    return _open(json.dumps(said, ensure_ascii=False), "application/did+json", WEEK)


@require_GET
def status_list(request: HttpRequest, slug: str, number: int, purpose: str, form: str) -> HttpResponse:
    """A status list as it was signed last, read from the row each time: what was revoked is told at once."""
    row = issuers.published(slug, number, purpose, form)
    if row is None:
        raise Http404
    return _open(row.signed, TYPES[form], SHORT)


@require_GET
def art(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The picture of a badge; its bytes never change."""
    row = get_object_or_404(BadgeArt.objects.only(form), pk=key)
    return _open(bytes(row.png) if form == "png" else row.svg, badges.MEDIA[form], EVER)


@require_GET
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """What an organisation gives badges for, for everybody."""
    organisation = get_object_or_404(Organisation, slug=slug)
    rows = list(wallets.drawn(Achievement.objects.offered().filter(organisation=organisation)))
    may_give = owns(by=request.me, organisation=organisation)
    if not rows and not may_give and not organisation.issuer_keys.exists():
        raise Http404
    request.is_cacheable = True
    context = {
        "organisation": organisation, "rows": rows, "did": issuers.did_of(slug), "may_give": may_give,
    }  # fmt: skip
    return render(request, "learning/issuer.html", context)


@require_GET
def achievement(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One badge of an issuer: criteria, competences, who endorses it. Also retired ones: people hold them."""
    rows = wallets.drawn(Achievement.objects.issued_at(slug)).select_related("organisation", "course")
    row = doors.fetch(rows, pk=key)
    request.is_cacheable = True
    context = {
        "row": row, "competences": badges.competences_of(row),
        "endorsements": row.endorsements.in_force().select_related("organisation"),
        "may_give": owns(by=request.me, organisation=row.organisation),
        "course": row.course if row.course and row.course.is_public and row.course.is_published else None,
    }  # fmt: skip
    return render(request, "learning/issuer_achievement.html", context)


@require_GET
@doors.members_only
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys of one's organisation."""
    return _keys(request, _ours(request, slug))


@require_POST
@doors.members_only
def rotate(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Another key signs from now on."""
    organisation = _ours(request, slug)
    form = Button(request.POST)
    if form.does(actions.rotate, by=speaking_for(request.me, organisation.heir), organisation=organisation, kind=kind):
        messages.success(request, _("A new key signs from now on. What the old one signed stays valid."))
    form.tell(request)
    return redirect("learning:issuer_keys", slug)


@read_or_write
@doors.members_only
def withdraw(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A key that others may have."""
    organisation = _ours(request, slug)
    row = doors.fetch(IssuerKey.objects.filter(organisation=organisation, stolen_at=None), pk=key)
    form = forms.Withdraw(request.POST if request.method == "POST" else None)
    by = speaking_for(request.me, organisation.heir)
    if request.method == "POST" and form.does(actions.withdraw, by=by, key=row):
        messages.success(request, _("The key is withdrawn and another one signs from now on."))
        return redirect("learning:issuer_keys", slug)
    context = {"organisation": organisation, "key": row, "form": form, "awards": row.awards.count()}
    return render(request, "learning/issuer_withdraw.html", context)


def _ours(request: Any, slug: str) -> Organisation:
    row = get_object_or_404(Organisation, slug=slug)
    return doors.permitted(row, owns(by=request.me, organisation=row))


def _keys(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    rows = IssuerKey.objects.filter(organisation=organisation).order_by("kind", "-since")
    context = {
        "organisation": organisation, "rows": rows, "did": issuers.did_of(organisation.slug),
        "is_reachable": issuers.is_reachable(), "old_before": issuers.old_before(),
        "former": issuers.former(organisation),
    }  # fmt: skip
    return render(request, "learning/issuer_keys.html", context)


def _open(text: str | bytes, media_type: str, seconds: int) -> HttpResponse:
    """Anybody's software may read this, from any page; a picture can run nothing."""
    response = HttpResponse(text, content_type=media_type)
    response["Cache-Control"] = f"public, max-age={seconds}" + (", immutable" if seconds == EVER else "")
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; img-src data:; sandbox"
    return response
