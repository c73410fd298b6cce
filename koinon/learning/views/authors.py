"""Who works on a course; proposals of those who copied it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.learning.actions import authors as actions
from koinon.learning.forms import authors as forms
from koinon.learning.models import Authorship, Proposal
from koinon.learning.queries import proposals as asked
from koinon.learning.queries.writing import frame, title_of
from koinon.learning.views.writing import acting, draft_node, fetch

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
ANSWERS = {"take": actions.take, "decline": actions.decline}


@read_or_write
@doors.members_only
def write_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Authors, reviewers, translators; ask one more."""
    course = fetch(request, slug)
    form = forms.Name(request.POST or None, course=course)
    if request.method == "POST" and form.does(actions.name, by=acting(request, course), course=course):
        messages.success(request, _("Asked. They were told, and find the course on their desk."))
        return redirect("learning:write_people", slug)
    rows = course.authorships.select_related("person").order_by("role", "pk")
    return render(
        request, "learning/write_people.html", {**frame(request, course, "write_people"), "rows": rows, "form": form}
    )


@require_POST
@doors.members_only
def write_people_remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Somebody stops."""
    course = fetch(request, slug)
    row = doors.fetch(Authorship.objects.filter(course=course), pk=key)
    answer = Button(request.POST)
    if answer.does(actions.remove, by=acting(request, course), course=course, authorship=row):
        messages.success(request, words.SAVED)
    answer.tell(request)
    if row.person_id == request.me.person:
        return redirect("learning:courses")
    return redirect("learning:write_people", slug)


@read_or_write
@doors.members_only
def write_propose(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A page of my copy to the authors of the course it was copied from."""
    node = draft_node(request, slug, key)
    course = doors.permitted(node.version.course, node.version.course.forked_from_id is not None)
    form = forms.Propose(request.POST or None)
    if request.method == "POST" and form.does(actions.propose, by=acting(request, course), node=node):
        messages.success(request, _("Sent. The authors answer; you hear of it."))
        return redirect("learning:write_node", slug, key)
    context = {**frame(request, course, "write"), "node": node, "title": title_of(node), "form": form}
    return render(request, "learning/write_settings.html", {**context, "button": _("Send to the authors")})


@read_or_write
@doors.members_only
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """What others propose, with what stands there now."""
    course = fetch(request, slug)
    return render(
        request, "learning/proposals.html", {**frame(request, course, "proposals"), "rows": asked.of_course(course)}
    )


@require_POST
@doors.members_only
def proposal_answer(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """Take it over, or decline with thanks."""
    if step not in ANSWERS:
        raise Http404
    course = fetch(request, slug)
    row = doors.fetch(Proposal.objects.filter(course=course).select_related("course__organisation", "of"), pk=key)
    form = forms.Reply(request.POST)
    if form.does(ANSWERS[step], by=acting(request, course), proposal=row):
        messages.success(request, _("Answered. They were told."))
    form.tell(request)
    return redirect("learning:proposals", slug)
