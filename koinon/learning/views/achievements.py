"""An issuer's desk: achievements written and changed, their holders, endorsements asked and answered."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.learning.actions import achievements as actions
from koinon.learning.actions import endorsements
from koinon.learning.forms import badges as forms
from koinon.learning.models import Achievement, Award, BadgeEndorsement
from koinon.learning.queries import issuers, wallets
from koinon.learning.rules.courses import owns
from koinon.network.models import Organisation
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 100


@require_GET
@doors.members_only
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Badges of one's organisation, and what waits."""
    organisation = _ours(request, slug)
    asked = BadgeEndorsement.objects.filter(Q(organisation=organisation) | Q(achievement__organisation=organisation))
    context = {
        "organisation": organisation,
        "rows": wallets.desk(organisation),
        "asked": asked.filter(state="asked").select_related("achievement__organisation", "organisation"),
        "is_reachable": issuers.is_reachable(),
    }
    return render(request, "learning/issuer_desk.html", context)


@read_or_write
@doors.members_only
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """What a badge is given for."""
    organisation = _ours(request, slug)
    first = {"language": request.me.language, "course": request.GET.get("course", "")}
    choices = wallets.choices(organisation)
    form = forms.Write(*_posted(request), choices=choices, initial=first)
    by = speaking_for(request.me, organisation)
    if request.method == "POST" and form.does(actions.create, by=by, organisation=organisation):
        messages.success(request, _("The badge is there. It can be given now."))
        return redirect("learning:achievement_desk", slug, form.result.pk)
    return render(request, "learning/issuer_write.html", {"organisation": organisation, "form": form})


@read_or_write
@doors.members_only
def edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Other words; badges that were given stay as they are."""
    row = _mine(request, slug, key)
    choices = wallets.choices(row.organisation)
    form = forms.Write(*_posted(request), choices=choices, of=row, initial=forms.first_words(row))
    by = speaking_for(request.me, row.organisation)
    if request.method == "POST" and form.does(actions.edit, by=by, achievement=row):
        messages.success(request, _("Saved. Badges given from now on say this."))
        return redirect("learning:achievement_desk", slug, row.pk)
    return render(request, "learning/issuer_write.html", {"organisation": row.organisation, "form": form, "row": row})


@read_or_write
@doors.members_only
def achievement(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One badge: who holds it, who endorses it; ask another organisation."""
    row = _mine(request, slug, key)
    form = forms.Ask(request.POST if request.method == "POST" else None, organisations=wallets.may_be_asked(row))
    by = speaking_for(request.me, row.organisation)
    if request.method == "POST" and form.does(endorsements.ask, by=by, achievement=row):
        messages.success(request, _("They were asked. You hear from them within four weeks."))
        return redirect("learning:achievement_desk", slug, row.pk)
    awards = Award.objects.filter(achievement=row).select_related("person", "run").defer("signed", "proved")
    context = {
        "row": row, "organisation": row.organisation, "form": form, "awards": awards[:PAGE],
        "endorsements": row.endorsements.select_related("organisation"),
    }  # fmt: skip
    return render(request, "learning/issuer_badge.html", context)


@require_POST
@doors.members_only
def retire(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take it out of use, or bring it back."""
    row = _mine(request, slug, key)
    by = speaking_for(request.me, row.organisation)
    Button(request.POST).does(actions.bring_back if row.is_retired else actions.retire, by=by, achievement=row)
    messages.success(request, _("Not given any more.") if row.is_retired else _("It can be given again."))
    return redirect("learning:achievement_desk", slug, row.pk)


ANSWERS: dict[str, tuple[Any, Any]] = {
    "give": (endorsements.give, forms.Endorse),
    "decline": (endorsements.decline, forms.DeclineEndorsement),
    "end": (endorsements.end, Button),
}


@read_or_write
@doors.members_only
def endorsement(request: HttpRequest, key: str) -> HttpResponse:
    """What was asked of us, or what we asked: endorse, decline, end."""
    rows = BadgeEndorsement.objects.visible_to(request.me).select_related("achievement__organisation", "organisation")
    row = doors.fetch(rows, pk=key)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    is_asked = owns(by=request.me, organisation=row.organisation)
    side = row.organisation if is_asked else row.achievement.organisation
    made = {name: form(request.POST if name == step else None) for name, (_act, form) in ANSWERS.items()}
    if step in ANSWERS and made[step].does(ANSWERS[step][0], by=speaking_for(request.me, side), endorsement=row):
        messages.success(request, _("Thank you. The other side was told.") if step != "end" else _("Ended."))
        return redirect("learning:endorsement", row.pk)
    context = {"row": row, "forms": made, "is_asked": is_asked, "problem": made.get(step)}
    return render(request, "learning/badge_endorsement.html", context)


def _posted(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else (None,)


def _ours(request: Any, slug: str) -> Organisation:
    row = doors.fetch(Organisation.objects.filter(slug=slug))
    return doors.permitted(row, owns(by=request.me, organisation=row))


def _mine(request: Any, slug: str, key: str) -> Achievement:
    rows = wallets.drawn(Achievement.objects.manageable_by(request.me)).select_related("organisation")
    return doors.fetch(rows, pk=key, organisation__slug=slug)
