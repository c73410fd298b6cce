"""Certificates: the list of an event, the page on which anybody checks one, the paper; and badges to print."""

import io
from datetime import timedelta

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events import seams
from koinon.events.actions import badges as badge_actions
from koinon.events.actions import certificates as actions
from koinon.events.forms import attending as forms
from koinon.events.models import Certificate
from koinon.events.queries import badges as sheets
from koinon.events.queries import certificates as papers
from koinon.events.queries import desk as desks
from koinon.events.queries import figures as numbers
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors
from koinon.kit.limits import limited

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
A_CLASS = 120
"""Certificates that one address may look at in ten minutes: a room with one line, not a machine that tries codes."""


@require_GET
@doors.members_only
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """All of an event."""
    return _listed(request, slug)


@require_POST
@doors.members_only
def revoke(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Not valid any more, with a reason that its holder reads."""
    event = fetch(request, slug)
    row = doors.fetch(papers.whole(papers.of_event(event)), pk=key)
    form = forms.Why(request.POST)
    if form.does(actions.revoke, by=voice(request, event), certificate=row):
        messages.success(request, _("Revoked. Whoever checks it reads so, and the holder is told why."))
        return redirect("events:certificates", event.slug)
    return _listed(request, slug, key, form)


@require_GET
@limited("events.certificate", times=A_CLASS, per=timedelta(minutes=10), methods=("GET",))
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever has the code reads what the paper says, and whether it still holds."""
    row = doors.fetch(papers.whole(Certificate.objects), code=code)
    is_open = papers.opens(row, request.GET.get("key", ""))
    facts = papers.facts_of(row, (get_language() or "en")[:2], is_open=is_open)
    context = {"row": row, "facts": facts, "is_open": is_open, "paper": papers.paper_of(row) if is_open else ""}
    return _hidden(render(request, "events/certificate.html", context))


@require_GET
@limited("events.certificate", times=A_CLASS, per=timedelta(minutes=10), methods=("GET",))
def paper(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The PDF, for who has the holder's own link."""
    row = doors.fetch(papers.whole(Certificate.objects), code=code)
    if not papers.opens(row, key):
        raise Http404
    made = papers.paper(row, papers.language_of(row, request.GET.get("in", "")))
    name = f"certificate-{row.code[:6]}.pdf"
    return _hidden(FileResponse(io.BytesIO(made), content_type="application/pdf", filename=name))


@read_or_write
@doors.members_only
def badges(request: HttpRequest, slug: str) -> HttpResponse:
    """Sheets of name badges; many of them are set by a job."""
    event = fetch(request, slug)
    form = forms.Badges(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "number": sheets.wanted(event).count(), **desks.context(request, event, "badges")}
        return render(request, "events/badges.html", context)
    since, language = form.cleaned_data["since"], (get_language() or "en")[:2]
    rows = sheets.wanted(event, since)
    if rows.count() > sheets.AT_ONCE:
        work = badge_actions.ask(by=voice(request, event), event=event, since=since, language=language)
        return redirect("kit:work", work.pk)
    made = io.BytesIO(sheets.write(event, rows, language))
    return FileResponse(made, as_attachment=True, filename=sheets.name_of(event))


def _listed(request: HttpRequest, slug: str, key: str = "", form: forms.Why | None = None) -> HttpResponse:
    event = fetch(request, slug)
    page = papers.page(event, request.GET.get("after") or request.GET.get("before", ""))
    rows = [(row, form if str(row.pk) == str(key) else forms.Why(auto_id=f"why-{row.pk}-%s")) for row in page.rows]
    context = {"rows": rows, "page": page, "figures": numbers.of_event(event), "problem": form}
    context["beside_them"] = seams.with_certificates.gather(event, request.me)  # type: ignore[attr-defined]
    return render(request, "events/certificates.html", {**context, **desks.context(request, event, "certificates")})


def _hidden(response: HttpResponse | FileResponse) -> HttpResponse:
    """Not for search engines and not for caches."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value]
