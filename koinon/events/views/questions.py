"""The organiser's questions: all of them, one of them, moved and removed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import questions as actions
from koinon.events.forms import questions as forms
from koinon.events.queries import desk
from koinon.events.queries import questions as queries
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, questions, words
from koinon.kit.forms import Button

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, Callable[..., Any]] = {"remove": actions.remove_question, "up": actions.move_up}


@read_or_write
@doors.members_only
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question as people will see it, and a new one."""
    event = fetch(request, slug)
    made = forms.Question(request.POST or None, event=event)
    if request.method == "POST" and made.does(actions.set_question, by=voice(request, event), event=event):
        messages.success(request, _("The question is asked from now on."))
        return redirect("events:form", slug)
    context = {"form": made, **queries.page(event), **desk.context(request, event, "form")}
    return render(request, "events/questions_form.html", context)


@read_or_write
@doors.members_only
def question(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Other words for one question; answers to the old ones stay as they were."""
    event = fetch(request, slug)
    row = queries.current(event)
    asked = questions.find(row.schema, key) if row else None
    if asked is None:
        raise Http404(_("This page does not exist, or it is not yours to see."))
    made = forms.Question(request.POST or None, event=event, question=asked)
    if request.method == "POST" and made.does(actions.set_question, by=voice(request, event), event=event, key=key):
        messages.success(request, words.SAVED)
        return redirect("events:form", slug)
    return render(request, "events/questions_one.html", {"form": made, **desk.context(request, event, "form")})


@require_POST
@doors.members_only
def step(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    event = fetch(request, slug)
    if step not in STEPS:
        raise Http404
    made = Button(request.POST)
    if made.does(STEPS[step], by=voice(request, event), event=event, key=key):
        messages.success(request, words.SAVED)
    made.tell(request)
    return redirect("events:form", slug)
