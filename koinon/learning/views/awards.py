"""Giving badges from the list of a run, and taking them back with a reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from koinon.kit import doors
from koinon.learning.actions import awards as actions
from koinon.learning.forms import badges as forms
from koinon.learning.models import AWARD_STEPS, Award, Run
from koinon.learning.queries import wallets
from koinon.learning.rules.courses import owns
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, str, Any, Any]] = {
    "suspend": (
        actions.suspend, "suspended", gettext_lazy("Suspend this badge"),
        gettext_lazy("It is not valid until you lift it. The person is told why."),
    ),
    "lift": (
        actions.lift, "issued", gettext_lazy("Lift the suspension"),
        gettext_lazy("The badge is valid again. The person is told why."),
    ),
    "revoke": (
        actions.revoke, "revoked", gettext_lazy("Revoke this badge"),
        gettext_lazy("It is not valid any more, for ever. The person is told why."),
    ),
}  # fmt: skip
"""step: (verb, state it leads to, what it is called, what it means)"""


@read_or_write
@doors.members_only
def run_badges(request: HttpRequest, key: str) -> HttpResponse:
    """Choose a badge and learners, look at it, give."""
    run = doors.fetch(Run.objects.taught_by(request.me).select_related("organisation", "course"), pk=key)
    offered = wallets.offered_in(run, request.me, is_owner=owns(by=request.me, organisation=run.organisation))
    rows = _rows(run, offered)
    form = forms.Give(request.POST if request.method == "POST" else None, achievements=offered, rows=rows)
    by, is_sure = speaking_for(request.me, run.organisation), "sure" in request.POST
    if is_sure and form.does(actions.give_many, by=by, run=run):
        messages.success(request, _given(len(form.result)))
        return redirect("learning:run_badges", run.pk)
    preview = _preview(form) if request.method == "POST" and form.is_valid() and not is_sure else None
    context = {"run": run, "offered": offered, "form": form, "preview": preview, "rows": rows}
    return render(request, "learning/badge_give.html", context)


@read_or_write
@doors.members_only
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Suspend, lift, revoke: one page each, with the reason."""
    if step not in STEPS:
        raise Http404
    action, state, title, meaning = STEPS[step]
    row = doors.fetch(wallets.whole(Award.objects.manageable_by(request.me)).select_related("person"), pk=key)
    doors.permitted(row, AWARD_STEPS.allows(row.state, state))
    issuer, form = row.achievement.organisation, forms.Why(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(action, by=speaking_for(request.me, issuer), award=row):
        messages.success(request, _("Done. The person was told, and everybody who checks the badge reads it now."))
        return redirect("learning:achievement_desk", issuer.slug, row.achievement_id)
    context = {"row": row, "form": form, "title": title, "meaning": meaning, "step": step}
    return render(request, "learning/badge_step.html", context)


def _rows(run: Run, offered: list[Any]) -> list[tuple[Any, str]]:
    """Learners with what stands beside their names: finished, and which of these badges they hold."""
    learners = wallets.learners(run)
    held = wallets.holders([each.pk for each in offered], [each.person_id for each in learners])
    named = {each.pk: str(each) for each in offered}
    found = []
    for each in learners:
        has = [name for key, name in named.items() if (key, each.person_id) in held]
        more = [each.get_state_display(), *(_("holds “%(badge)s”") % {"badge": name} for name in has)]
        found.append((each, f"{each.person} · {' · '.join(more)}"))
    return found


def _preview(form: forms.Give) -> dict[str, Any]:
    """Who would get which badge, and who is passed over."""
    said = form.said()
    badge, chosen = said["achievement"], said["enrolments"]
    held = {person for _badge, person in wallets.holders([badge.pk], [each.person_id for each in chosen])}
    return {
        "badge": badge,
        "get": [each for each in chosen if each.person_id not in held],
        "have": [each for each in chosen if each.person_id in held],
    }


def _given(number: int) -> str:
    said = ngettext(
        "%(number)s badge given. The person was told.", "%(number)s badges given. The people were told.", number
    )
    return said % {"number": number}
