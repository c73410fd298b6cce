"""Feedback: organisers read it and choose the words of the questions; who came answers, signed in or by the link."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.events.actions import feedback as actions
from koinon.events.forms import feedback as forms
from koinon.events.models import Registration
from koinon.events.queries import desk as desks
from koinon.events.queries import feedback as queries
from koinon.events.rules.afterwards import FEEDBACK
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, links, questions, words
from koinon.kit.limits import limited

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said, and the words of the questions."""
    row = fetch(request, slug)
    schema = queries.schema_of(row)
    form = forms.Words(request.POST or None, schema=schema, language=row.language)
    if request.method == "POST" and form.does(actions.set_questions, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:feedback", row.slug)
    number, whole = queries.number_of(row)
    said = queries.shown(row, get_language() or row.language)
    context = {"form": form, "said": said, "number": number, "whole": whole, "few": queries.FEW}
    return render(request, "events/feedback.html", {**context, **desks.context(request, row, "feedback")})


@read_or_write
@doors.members_only
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """A member who came says what they thought."""
    rows = Registration.objects.filter(person=request.me.person).select_related("event")
    return _asked(request, doors.fetch(rows, pk=key), None)


@limited("feedback", times=60, per=timedelta(hours=1))
@read_or_write
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same by the link of the letter, without signing in."""
    try:
        link = links.read(FEEDBACK, token, life=queries.WITHIN)
    except links.Broken as problem:
        return render(request, "events/feedback_closed.html", {"problem": str(problem)})
    rows = Registration.objects.select_related("event")
    return _asked(request, doors.fetch(rows, pk=link.facts["registration"]), link)


def _asked(request: HttpRequest, row: Registration, link: links.Link | None) -> HttpResponse:
    context: dict[str, Any] = {"event": row.event, "row": row}
    if actions.ANSWERED in row.told or not queries.is_asked(row):
        return render(request, "events/feedback_closed.html", {**context, "thanks": actions.ANSWERED in row.told})
    language = get_language() or row.language
    schema = queries.schema_of(row.event)
    form = questions.form_class(schema, language=language)(request.POST or None)
    facts = {"registration": row, "language": language, "link": link}
    if request.method == "POST" and form.does(actions.answer, by=request.me, **facts):
        messages.success(request, _("Thank you. Your answers are kept without your name."))
        return render(request, "events/feedback_closed.html", {**context, "thanks": True})
    return render(request, "events/feedback_answer.html", {**context, "form": form})
