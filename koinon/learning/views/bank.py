"""The question bank: find, write, try; and what a quiz asks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.learning.actions import bank as actions
from koinon.learning.forms import questions as forms
from koinon.learning.forms.answering import Try
from koinon.learning.models import Placed, Question, speaking
from koinon.learning.queries import bank as asked
from koinon.learning.queries.homes import owners
from koinon.learning.queries.trees import question_of
from koinon.learning.queries.writing import frame, title_of
from koinon.learning.views.writing import acting, draft_node
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def questions(request: HttpRequest) -> HttpResponse:
    """All questions of organisations of mine."""
    given = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "tag", "kind")}
    after = request.GET.get("after", "")
    found = asked.bank(
        request.me, words=given["q"], tag=given["tag"], kind=given["kind"],
        after=int(after) if after.isdecimal() and len(after) < 7 else 0,
    )  # fmt: skip
    doors.permitted(request.user, bool(found["owners"]))
    may = {"may_bring": bool(speaking(request.me))}
    return render(request, "learning/questions.html", {**found, **may, "given": given, "kinds": forms.KINDS.items()})


@read_or_write
@doors.members_only
def question_new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new question of a kind; ?quiz= brings it into that quiz at once."""
    mine = owners(request.me)
    doors.permitted(request.user, bool(mine) and kind in forms.KINDS)
    form = forms.Write(request.POST or None, kind=kind, owners=mine)
    if request.method == "POST" and form.does(actions.put, by=_by(request, form)):
        messages.success(request, words.SAVED)
        return _into_quiz(request, form.result) or redirect("learning:question", form.result.pk)
    return render(request, "learning/question.html", {"form": form, "kind": forms.KINDS[kind], "is_new": True})


@read_or_write
@doors.members_only
def question(request: HttpRequest, key: str) -> HttpResponse:
    """One question: its words and what is right; used ones get the next number when they change."""
    row = doors.found(asked.mine(request.me, key))
    old = question_of(row)
    form = forms.Write(request.POST or None, kind=row.kind, owners=[row.organisation], old=old, language=row.language)
    facts = {"by": speaking_for(request.me, row.organisation), "organisation": row.organisation}
    if request.method == "POST" and form.does(actions.put, **facts):
        messages.success(request, words.SAVED)
        return redirect("learning:question", form.result.pk)
    context = {"form": form, "row": row, "kind": forms.KINDS[row.kind], "stem": asked.row_of(row)["stem"]}
    return render(request, "learning/question.html", {**context, "problems": asked.problems(old, row.language)})


@read_or_write
@doors.members_only
def question_try(request: HttpRequest, key: str) -> HttpResponse:
    """Answer it as a learner does; nothing is written down."""
    row: Question = doors.found(asked.mine(request.me, key))
    asked_for = request.GET.get("language", "")
    language = asked_for if asked_for in row.texts else row.language
    form = Try(request.POST or None, question=question_of(row), language=language)
    result = asked.tried(form.question, form.answer(), language) if form.is_valid() else None
    context = {"row": row, "form": form, "result": result, "language": language, "stem": asked.row_of(row)["stem"]}
    return render(request, "learning/question_try.html", context)


@read_or_write
@doors.members_only
def write_quiz(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What a quiz or a survey asks: from the bank, with points."""
    node = draft_node(request, slug, key)
    doors.permitted(node, node.kind in ("quiz", "survey"))
    found = asked.quiz(node)
    rows = [(str(row["question"].pk), row["stem"]) for row in found["rest"]]
    form = forms.Place(request.POST or None, rows=rows)
    facts = {"by": acting(request, node.version.course), "node": node}
    if request.method == "POST" and form.does(actions.place_all, **facts):
        return redirect("learning:write_quiz", slug, key)
    context = {**frame(request, node.version.course, "write"), **found, "node": node, "title": title_of(node)}
    return render(request, "learning/write_quiz.html", {**context, "form": form, "kinds": forms.KINDS.items()})


@require_POST
@doors.members_only
def write_quiz_step(request: HttpRequest, slug: str, key: str, placed: str) -> HttpResponse:
    """Move a question of a quiz, or take it out."""
    node = draft_node(request, slug, key)
    rows = Placed.objects.filter(node=node).select_related("node__version__course__organisation")
    row = doors.fetch(rows, pk=placed)
    answer, step = Button(request.POST), request.POST.get("step", "")
    facts: dict[str, Any] = {"by": acting(request, node.version.course), "placed": row}
    if step == "remove":
        answer.does(actions.unplace, **facts)
    else:
        answer.does(actions.move, **facts, step=step)
    answer.tell(request)
    return redirect("learning:write_quiz", slug, key)


def _into_quiz(request: HttpRequest, question: Question) -> HttpResponse | None:
    """The new question stands in the quiz that it was written for."""
    node = asked.quiz_of(request.me, request.GET.get("quiz", ""))  # type: ignore[attr-defined]
    if node is None:
        return None
    answer, course = Button(request.POST), node.version.course
    answer.does(actions.place, by=acting(request, course), node=node, question=question)
    answer.tell(request)
    return redirect("learning:write_quiz", course.slug, node.key)


def _by(request: HttpRequest, form: Any) -> Any:
    owner = form.said_owner if form.is_valid() else None
    return speaking_for(request.me, owner) if owner else request.me  # type: ignore[attr-defined]
