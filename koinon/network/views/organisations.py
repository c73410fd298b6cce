"""The page of an organisation, and changing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors, words
from koinon.kit.languages import texts
from koinon.kit.verbs import Actor
from koinon.network import queries, rules
from koinon.network.actions import memberships, organisations
from koinon.network.forms import organisations as forms
from koinon.network.models import Membership, Organisation
from koinon.network.queries import organisations as questions

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Facts, words, people, memberships, and what apps above lend."""
    row = questions.visible.first(me=request.me, slug=slug)
    if row is None and (kept := questions.merged_into(request.me, slug)) is not None:
        return redirect("network:organisation", kept.slug)
    row = doors.found(row)
    page = questions.page(request.me, row, as_written="original" in request.GET)
    request.is_cacheable = any(row.network.is_public for row in page.memberships)
    context = {"page": page, "organisation": page.organisation}
    if page.network is not None:
        context |= queries.page_of(request, page.network, "directory")
    return render(request, "network/organisation.html", context)


@read_or_write
@doors.members_only
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = _editable(request.me, slug)
    form = forms.Edit(request.POST or None, request.FILES or None, organisation=row)
    if row.merged_into is not None and request.method != "POST":
        return redirect("network:organisation_edit", row.merged_into.slug)
    if row.merged_into is not None:
        form.add_error(None, organisations.merged_meanwhile(row))
    by = queries.speaking_for(request.me, row)
    if request.method == "POST" and form.does(organisations.edit, by=by, organisation=row):
        messages.success(request, words.SAVED)
        return redirect("network:organisation", row.slug)
    return render(request, "network/organisation_edit.html", {"form": form, "organisation": row})


@read_or_write
@doors.members_only
def translate(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organisation says about itself, in other languages, by people."""
    row = _editable(request.me, slug)
    chosen = request.GET.get("language", get_language()[:2])
    readings = texts.all_of(row, "about")
    known = next((reading.text for reading in readings if reading.language == chosen), "")
    form = forms.TranslateAbout(
        request.POST or None, original=row.language, initial={"language": chosen, "text": known}
    )
    by = queries.speaking_for(request.me, row)
    if request.method == "POST" and form.does(organisations.edit, by=by, organisation=row):
        messages.success(request, words.SAVED)
        return redirect("network:organisation_translate", row.slug)
    context = {"form": form, "noun": row, "original": row.about, "readings": readings, "organisation": row}
    return render(request, "network/translate.html", context)


@read_or_write
@doors.members_only
def end_membership(request: HttpRequest, key: str) -> HttpResponse:
    """A coordinator ends a membership, or the organisation leaves; the reason is told."""
    row = _endable(request.me, key)
    form = forms.End(request.POST or None)
    by = queries.speaking_for(request.me, row.organisation)
    if request.method == "POST" and form.does(memberships.end, by=by, membership=row):
        messages.success(request, _("The membership ends; everybody concerned was told why."))
        return redirect("network:network", row.network.slug)
    context = {"form": form, "membership": row, **queries.page_of(request, row.network, "directory")}
    return render(request, "network/membership_end.html", context)


def _editable(me: Actor, slug: str) -> Organisation:
    """One that I may edit; also one that was merged while I wrote, if I may edit the one it went into."""
    if (kept := questions.merged_into(me, slug)) is not None and rules.may_edit_organisation(by=me, organisation=kept):
        return Organisation.objects.select_related("merged_into").get(slug=slug)
    row = doors.fetch(Organisation.objects.visible_to(me), slug=slug)
    return doors.permitted(row, rules.may_edit_organisation(by=me, organisation=row))


def _endable(me: Actor, key: str) -> Membership:
    row = doors.fetch(Membership.objects.active().select_related("network", "organisation"), pk=key)
    return doors.permitted(row, rules.may_end_membership(by=me, membership=row))
