"""A guardian's page: what is asked, yes or no, later the way back; by the link of the letter, without an account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.events.actions import consents as actions
from koinon.events.forms import consents as forms
from koinon.events.models import GuardianConsent
from koinon.events.queries.registering import when
from koinon.events.rules.registering import CONSENT
from koinon.kit import links
from koinon.kit.forms import Button
from koinon.kit.limits import limited

LIFE = timedelta(days=3650)
"""A consent can be taken back as long as it lasts, whenever the letter came."""
STEPS: dict[str, tuple[Callable[..., Any], type[Any], Any]] = {
    "give": (actions.give, forms.Consent, gettext_lazy("Thank you. You can take this back here whenever you wish.")),
    "refuse": (actions.refuse, Button, gettext_lazy("You did not agree. The registration has ended.")),
    "take-back": (
        actions.take_back,
        Button,
        gettext_lazy("Taken back. The registration has ended, and pictures that show them are hidden."),
    ),
    "no-pictures": (
        actions.no_pictures,
        Button,
        gettext_lazy("No pictures any more; those that were there are hidden."),
    ),
}
"""step: (verb, form, what is said)"""


@limited("link", times=60, per=timedelta(hours=1))
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Says what each button will do, before it does it."""
    try:
        link, row = _linked(token)
    except links.Broken as problem:
        return render(request, "events/registering_closed.html", {"problem": problem}, status=410)
    form = forms.Consent(request.POST or None)
    if request.method == "POST" and request.POST.get("do") in STEPS:
        verb, kind, said = STEPS[request.POST["do"]]
        form = kind(request.POST)
        facts = {"language": (get_language() or "en")[:2]} if verb is actions.give else {}
        if form.does(verb, by=request.me, consent=row, link=link, **facts):  # type: ignore[attr-defined]
            messages.success(request, said)
            return redirect("events:consent", token)
    return render(request, "events/consents_page.html", _context(row, form))


def _context(row: GuardianConsent, form: Any) -> dict[str, Any]:
    row.refresh_from_db()
    person = row.registration
    boxes = form if isinstance(form, forms.Consent) else forms.Consent()
    is_open = person.state in ("draft", "email", "sender", "consent", "approval") and not person.event.is_over
    return {
        "when": when(person.event),
        "consent": row,
        "registration": person,
        "event": person.event,
        "form": form,
        "boxes": boxes,
        "is_open": is_open,
    }


def _linked(token: str) -> tuple[links.Link, GuardianConsent]:
    link = links.read(CONSENT, token, life=LIFE)
    rows = GuardianConsent.objects.select_related("registration__event__organisation", "registration__person")
    row = rows.filter(pk=link.facts["consent"]).first()
    if row is None or row.registration.purged_at is not None:
        raise links.Broken(_("This registration is no longer kept."))
    return link, row
