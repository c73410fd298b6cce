"""The link of an endorser, and the letters of decisions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors, files, links
from koinon.kit.limits import limited
from koinon.network import queries
from koinon.network.actions import endorsements
from koinon.network.forms.decisions import Endorse
from koinon.network.models import Endorsement, Letter
from koinon.network.queries import endorsements as questions


@limited("endorse", times=30, per=questions.HOUR)
@require_http_methods(["GET", "HEAD", "POST"])
def endorsement(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is to be endorsed; opening the link changes nothing."""
    try:
        link = questions.read(token)
        row = questions.open_one(link)
        form = Endorse(request.POST or None, initial={"signed_by": row.name})
        if request.method == "POST" and _answered(request, row, link, form):
            return render(request, "network/endorsement_thanks.html", {"endorsement": row, "is_private": True})
        return render(request, "network/endorsement.html", {"form": form, **questions.page(request.me, row)})
    except links.Broken as problem:
        return render(request, "network/endorsement_broken.html", {"problem": problem}, status=410)


@require_GET
@doors.members_only
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """A letter as it was sent."""
    rows = Letter.objects.visible_to(request.me).select_related("network", "application", "organisation", "file")
    row = doors.fetch(rows, pk=key)
    context = {"letter": row, "paragraphs": row.text.split("\n\n"), "application": row.application}
    return render(request, "network/letter.html", {**context, **queries.page_of(request, row.network, "applications")})


@require_GET
@doors.members_only
def letter_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Its PDF, numbered, to keep."""
    row = doors.fetch(Letter.objects.visible_to(request.me).select_related("file").exclude(file=None), pk=key)
    return files.serve(row.file, download=True)


def _answered(request: HttpRequest, row: Endorsement, link: links.Link, form: Endorse) -> bool:
    verb = endorsements.refuse if "refuse" in request.POST else endorsements.endorse
    if verb is endorsements.refuse and not request.POST.get("statement", "").strip():
        form.fields["statement"].required = True
        form.fields["statement"].error_messages["required"] = _("Please say why in a sentence.")
    return form.does(verb, by=request.me, endorsement=row, link=link)
