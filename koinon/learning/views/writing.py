"""Where a course is written: its tree, what it says of itself, how its parts work."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.kit.verbs import Actor
from koinon.learning import rules
from koinon.learning.actions import competences, courses, nodes, texts
from koinon.learning.forms import courses as course_forms
from koinon.learning.forms import nodes as forms
from koinon.learning.forms.competences import Align
from koinon.learning.models import Course, Node, Version
from koinon.learning.queries import writing as asked
from koinon.learning.queries.files import choices_of
from koinon.learning.views import lessons
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


def fetch(request: HttpRequest, slug: str) -> Course:
    """A course on whose pages I work; 404 for everybody else."""
    rows = Course.objects.manageable_by(request.me)  # type: ignore[attr-defined]
    return doors.fetch(rows.select_related("organisation", "network", "forked_from"), slug=slug)


def acting(request: HttpRequest, course: Course) -> Actor:
    """Who writes: in the name of the organisation for those who speak for it."""
    return speaking_for(request.me, course.organisation)  # type: ignore[attr-defined]


def draft_node(request: HttpRequest, slug: str, key: str) -> Node:
    """A node of the draft of a course that I may write."""
    course = fetch(request, slug)
    doors.permitted(course, rules.may_write(by=request.me, course=course))  # type: ignore[attr-defined]
    rows = Node.objects.filter(version__course=course, version__state__in=["draft", "review"])
    return doors.fetch(rows.select_related("version__course__organisation", "version__course__network"), key=key)


@read_or_write
@doors.members_only
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The tree of a course; one more part is added below it."""
    course = fetch(request, slug)
    context = asked.frame(request, course, "write")
    version: Version | None = context["shown"]
    rows = asked.tree_rows(version, request.me.language) if version else []
    places = asked.places_of(rows)
    form = forms.Add(request.POST or None, sections=places, initial={"parent": request.GET.get("in", "")})
    if request.method == "POST" and form.does(nodes.add, by=acting(request, course), course=course):
        return redirect("learning:write_node", slug, form.result.key)
    return render(request, "learning/write.html", {**context, "rows": rows, "form": form})


@require_POST
@doors.members_only
def write_step(request: HttpRequest, slug: str) -> HttpResponse:
    """Move a part, take it out, put it back."""
    course = fetch(request, slug)
    key, step = request.POST.get("key", "")[:40], request.POST.get("step", "")
    answer = Button(request.POST)
    done = answer.does(nodes.arrange, by=acting(request, course), course=course, key=key, step=step)
    if done and step == "remove":
        messages.success(request, _("Taken out. You can put it back, at the end of the page."))
    answer.tell(request)
    return redirect(f"{to('learning:write', slug)}#{f'n-{key}' if done and step != 'remove' else 'tree'}")


@read_or_write
@doors.members_only
def write_about(request: HttpRequest, slug: str) -> HttpResponse:
    """What learners read before they decide."""
    course = fetch(request, slug)
    context = asked.frame(request, course, "write_about")
    version = context["shown"]
    said = version.texts.get(version.language, {}) if version else {}
    first = course_forms.initial(course, said)
    form = course_forms.About(request.POST or None, course=course, is_open=context["is_open"], initial=first)
    if request.method == "POST" and form.does(courses.edit, by=acting(request, course), course=course):
        messages.success(request, words.SAVED)
        return redirect("learning:write_about", slug)
    return render(request, "learning/write_about.html", {**context, "form": form})


@require_POST
@doors.members_only
def write_shelf(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Take a published course off the shelf, or put it back."""
    course = fetch(request, slug)
    action = {"withdraw": courses.withdraw, "show": courses.show}.get(step)
    if action is None:
        raise Http404
    answer = Button(request.POST)
    if answer.does(action, by=acting(request, course), course=course):
        messages.success(request, words.SAVED)
    answer.tell(request)
    return redirect("learning:write_about", slug)


@read_or_write
@doors.members_only
def write_settings(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """How a part works, when it counts as done."""
    node = draft_node(request, slug, key)
    form = forms.Settings(request.POST or None, node=node, assets=choices_of(node.version.course.organisation_id)[""])
    if request.method == "POST" and form.does(nodes.set_up, by=acting(request, node.version.course), node=node):
        messages.success(request, words.SAVED)
        return redirect("learning:write_node", slug, key)
    return _part(request, node, form, "learning/write_settings.html")


@read_or_write
@doors.members_only
def write_rubric(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What a facilitator looks at in a practice task."""
    node = draft_node(request, slug, key)
    doors.permitted(node, node.kind == "task")
    text = node.texts.filter(language=node.version.language).first()
    form = forms.Rubric(request.POST or None, node=node, said=text.said if text else {})
    if request.method == "POST" and form.does(texts.grade_by, by=acting(request, node.version.course), node=node):
        messages.success(request, words.SAVED)
        return redirect("learning:write_node", slug, key)
    return _part(request, node, form, "learning/write_settings.html")


@read_or_write
@doors.members_only
def write_competences(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What somebody can do after this part, named so that others understand it too."""
    node = draft_node(request, slug, key)
    form = Align(request.POST or None, node=node, words=request.GET.get("q", "")[:80], language=request.me.language)
    if request.method == "POST" and form.does(competences.align, by=acting(request, node.version.course), node=node):
        messages.success(request, words.SAVED)
        return redirect("learning:write_node", slug, key)
    return _part(request, node, form, "learning/write_competences.html")


@require_GET
@doors.members_only
def write_preview(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A part as learners see it, on their own page; nothing is written down."""
    course = fetch(request, slug)
    rows = Node.objects.filter(version__course=course, key=key).order_by("-version__number")
    node = doors.found(rows.select_related("version__course__organisation").first())
    edits = rules.may_write(by=request.me, course=course) and node.version.state == "draft"  # type: ignore[attr-defined]
    edit_url = to("learning:write_node", slug, key) if edits else ""
    return lessons.shown(request, asked.preview(request.me, node.version), key, edit_url=edit_url)  # type: ignore[attr-defined]


def _part(request: HttpRequest, node: Node, form: Any, template: str) -> HttpResponse:
    context = asked.frame(request, node.version.course, "write")
    title = asked.title_of(node)
    return render(request, template, {**context, "node": node, "title": title, "form": form})
