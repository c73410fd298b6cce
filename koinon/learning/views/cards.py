"""Cards for people without e-mail: made and printed by those who teach, used on any phone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from koinon.accounts import entrance
from koinon.accounts.notices import absolute
from koinon.kit import doors
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.kit.mail import NOWHERE
from koinon.kit.verbs import VISITOR
from koinon.learning.actions import cards as actions
from koinon.learning.engine.pictures import LENGTH, PICTURES
from koinon.learning.forms import runs as forms
from koinon.learning.models import Enrolment
from koinon.learning.queries import runs as questions
from koinon.learning.queries.qr import picture, svg
from koinon.learning.views.runs import fetch, voice

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
AT_ONCE = 40
A_CLASS = 600
"""Requests of one network address: a class behind one router, five taps each; what is guessed is counted by card."""


@read_or_write
@doors.members_only
def cards(request: HttpRequest, key: str) -> HttpResponse:
    """Who learns without e-mail here; one more of them; cards for those who are ticked."""
    run = fetch(request, key)
    form = forms.Assist(request.POST or None, run=run)
    if request.method == "POST" and form.does(actions.assist, by=voice(request, run), run=run):
        messages.success(request, _("On the list. Make the card now, while the person is here."))
        return redirect("learning:cards", run.pk)
    rows = run.enrolments.learning().filter(person__email__endswith=NOWHERE).select_related("person")
    held = set(run.enrolments.filter(cards__ended_at=None, cards__isnull=False).values_list("pk", flat=True))
    context = {"form": form, "rows": [(row, row.pk in held) for row in rows.order_by("person__name", "pk")]}
    return render(request, "learning/run_cards.html", {**context, **questions.context(request, run, "run_people")})


@require_POST
@never_cache
@doors.members_only
def make(request: HttpRequest, key: str) -> HttpResponse:
    """New cards, shown this once to be printed; those before open nothing any more."""
    run = fetch(request, key)
    chosen = run.enrolments.learning().filter(pk__in=_keys(request), person__email__endswith=NOWHERE)
    made = []
    for row in chosen.select_related("person", "run__organisation").order_by("person__name", "pk")[:AT_ONCE]:
        form = Button(request.POST)
        if form.does(actions.make, by=voice(request, run), enrolment=row):
            made.append(_printed(row, *form.result[1:]))
        form.tell(request)
    if not made:
        messages.error(request, _("Please tick for whom."))
        return redirect("learning:cards", run.pk)
    context = {"made": made, "run": run, "is_sheet": "sheet" in request.POST}
    return render(request, "learning/run_cards_print.html", context)


@read_or_write
@never_cache
@limited("learning.card", times=A_CLASS, per=timedelta(minutes=10), methods=("GET", "POST"))
def card(request: HttpRequest, secret: str) -> HttpResponse:
    """Four pictures, one tap for each; nothing to write. The fifth wrong code locks the card."""
    row = actions.card_of(secret)
    if row is None:
        return render(request, "learning/card_closed.html", status=410)
    activate(row.enrolment.language)
    chosen = _chosen(request)
    if len(chosen) < LENGTH or row.tries >= actions.TRIES:
        return _asked(request, secret, row, chosen)
    tried = actions.enter(by=VISITOR, card=row, said=chosen)
    if not tried.is_right:  # type: ignore[attr-defined]
        return _asked(request, secret, tried, [], is_wrong=True)
    entrance.let_in_by_card(request, row.enrolment.person)
    return redirect("learning:my_run", row.enrolment.run_id)


def _keys(request: HttpRequest) -> list[str]:
    found = []
    for said in request.POST.getlist("learner")[:AT_ONCE]:
        try:
            found.append(str(UUID(said)))
        except ValueError:
            continue
    return found


def _chosen(request: HttpRequest) -> list[str]:
    """What was tapped so far, with this tap; the last one can be taken back."""
    said = [each for each in request.POST.get("chosen", "").split("-") if each in PICTURES][:LENGTH]
    if "back" in request.POST:
        return said[:-1]
    pick = request.POST.get("pick", "")
    return [*said, pick] if pick in PICTURES and len(said) < LENGTH else said


def _asked(request: HttpRequest, secret: str, row: Any, chosen: list[str], *, is_wrong: bool = False) -> HttpResponse:
    left = max(0, actions.TRIES - row.tries)
    context = {
        "secret": secret, "run": row.enrolment.run, "name": row.enrolment.person.name, "chosen": chosen,
        "place": len(chosen) + 1, "length": LENGTH, "is_wrong": is_wrong, "left": left, "is_locked": not left,
        "pictures": [(key, name, picture(key)) for key, (name, _shapes) in PICTURES.items()],
    }  # fmt: skip
    return render(request, "learning/card.html", context)  # never an error: logs of errors hold addresses


def _printed(row: Enrolment, secret: str, code: list[str]) -> dict[str, Any]:
    address = absolute(to("learning:card", secret))
    return {
        "name": row.person.name, "run": row.run, "address": address, "picture": svg(address), "language": row.language,
        "code": [(PICTURES[key][0], picture(key)) for key in code],
    }  # fmt: skip
