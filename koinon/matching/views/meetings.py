"""Meetings: propose times, say when one can, choose, move, call off, tell whether it took place."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import doors
from koinon.matching.actions import meetings as actions
from koinon.matching.forms import meetings as forms
from koinon.matching.models import CONNECTED, Introduction, Meeting, voices
from koinon.matching.queries.threads import choices_of, meeting_page
from koinon.network.queries import page_of, speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, bool, Any]] = {
    "answer": (actions.say, True, gettext_lazy("Thank you. Those who called the meeting were told.")),
    "choose": (actions.choose, False, gettext_lazy("The time is set. Everybody gets it for their calendar.")),
    "call-off": (actions.cancel, True, gettext_lazy("Called off. Everybody was told why.")),
    "told": (actions.tell, True, gettext_lazy("Thank you. It helps to introduce better.")),
}
"""step: (verb, does it name the organisation?, what is said when it is done)"""


@read_or_write
@doors.members_only
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Propose times to the other side of a connection."""
    ours = voices(request.me)
    rows = Introduction.objects.between(ours).filter(state__in=CONNECTED).select_related("network", "one", "other")
    row = doors.fetch(rows, pk=key)
    mine, far = (row.one, row.other) if row.one_id in ours else (row.other, row.one)
    person = Person.objects.get(pk=request.me.person)
    first = {"title": _("%(one)s and %(other)s: a first talk") % {"one": mine, "other": far}}
    form = forms.Call(request.POST if request.method == "POST" else None, zone=person.zone, initial=first)
    facts = {"network": row.network, "organiser": mine, "guests": [far], "introduction": row, "person": person}
    if request.method == "POST" and form.does(actions.call, by=speaking_for(request.me, mine), **facts):
        messages.success(request, _("Sent. They say which times suit them; then you choose."))
        return redirect("matching:meeting", form.result.pk)
    context = {"form": form, "zone": person.zone, "far": far, **page_of(request, row.network, "introductions")}
    return render(request, "matching/meeting_new.html", context)


@require_GET
@doors.members_only
def meeting(request: HttpRequest, key: str) -> HttpResponse:
    """One meeting, in the reader's own zone."""
    return _shown(request, _fetch(request, key))


@require_POST
@doors.members_only
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Answer, choose, call off, tell."""
    if step not in STEPS:
        raise Http404
    row = _fetch(request, key)
    context = meeting_page(request.me, row)
    action, names_itself, done = STEPS[step]
    form = _forms(context, step, request.POST)[step]
    facts = {"organisation": context["mine"]} if names_itself else {}
    if form.does(action, by=speaking_for(request.me, context["mine"]), meeting=row, **facts):
        messages.success(request, done)
        return redirect("matching:meeting", row.pk)
    return _shown(request, _fetch(request, key), step, form)


@read_or_write
@doors.members_only
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Other times."""
    row = _fetch(request, key)
    doors.permitted(row, row.organiser_id in voices(request.me) and row.state in ("asked", "fixed"))
    zone = Person.objects.get(pk=request.me.person).zone
    form = forms.Times(request.POST if request.method == "POST" else None, zone=zone)
    if request.method == "POST" and form.does(actions.move, by=speaking_for(request.me, row.organiser), meeting=row):
        messages.success(request, _("Sent. They say which times suit them; then you choose."))
        return redirect("matching:meeting", row.pk)
    context = {"form": form, "zone": zone, "meeting": row, **page_of(request, row.network, "introductions")}
    return render(request, "matching/meeting_new.html", context)


def _fetch(request: HttpRequest, key: str) -> Meeting:
    rows = Meeting.objects.visible_to(request.me).select_related("network", "organiser", "introduction")
    return doors.fetch(rows, pk=key)


def _forms(context: dict[str, Any], bound: str = "", data: Any = None) -> dict[str, Any]:
    """The forms of a meeting's page; the one called `bound` with what was said."""
    given = {name: data if name == bound else None for name in STEPS}
    return {
        "answer": forms.When(given["answer"], slots=context["slots"], initial=context["my_words"]),
        "choose": forms.Choose(given["choose"], slots=choices_of(context)),
        "call-off": forms.CallOff(given["call-off"]),
        "told": forms.TookPlace(given["told"]),
    }


def _shown(request: HttpRequest, row: Meeting, step: str = "", form: Any = None) -> HttpResponse:
    context = meeting_page(request.me, row)
    made = {name.replace("-", "_"): each for name, each in (_forms(context) | ({step: form} if step else {})).items()}
    context |= {"forms": made, "problems": [form] if form is not None and form.errors else []}
    return render(request, "matching/meeting.html", {**context, **page_of(request, row.network, "introductions")})
