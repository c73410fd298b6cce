"""Build the forms of a network: parts and questions of a draft, look at it as an applicant, publish."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit import questions as kit
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.network import queries
from koinon.network.actions import questionnaires as actions
from koinon.network.forms import questions as said
from koinon.network.forms.fields import reader
from koinon.network.models import Form, FormVersion, Network
from koinon.network.queries import forms as asked

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
NEW = "new"
DRAFTS = {
    "renew": (actions.renew, gettext_lazy("A new draft is ready. What is published stays until you publish this one.")),
    "discard": (actions.discard, gettext_lazy("The draft is gone.")),
}


@read_or_write
@doors.members_only
def forms(request: HttpRequest, slug: str) -> HttpResponse:
    """The forms of a network, and how to begin one."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    rows = asked.listed(network)
    has_one = any(row.purpose == "application" for row in rows)
    form = said.Make(request.POST or None, has_application_form=has_one)
    if request.method == "POST" and form.does(actions.make, by=request.me, network=network):
        return redirect("network:form", slug, form.result.pk)
    context = {"rows": rows, "form": form, **queries.page_of(request, network, "staff")}
    return render(request, "network/forms.html", context)


@read_or_write
@doors.members_only
def form(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One form: its parts and questions with what can be done to each, its versions, its name."""
    row = _fetch(request, slug, key)
    names = {f"name_{code}": text for code, text in row.names.items()}
    named = said.Named(request.POST or None, network=row.network, original=row.network.language, initial=names)
    if request.method == "POST" and named.does(actions.name, by=request.me, form=row):
        messages.success(request, words.SAVED)
        return redirect("network:form", slug, row.pk)
    context = {**asked.page(row), "named": named, **queries.page_of(request, row.network, "staff")}
    return render(request, "network/form.html", context)


@read_or_write
@doors.members_only
def form_part(request: HttpRequest, slug: str, key: str, part: str) -> HttpResponse:
    """The words of a part; `part` is "new" for one more at the end."""
    row = _fetch(request, slug, key)
    version = _draft(row)
    old = kit.part_of(version.schema, part)
    doors.permitted(row, old is not None or part == NEW)
    texts = said.part_form(request.POST or None, row.network, version.schema, old)
    if request.method == "POST" and texts.does(
        actions.write_part, by=request.me, form=row, key=old["key"] if old else ""
    ):
        return redirect("network:form", slug, row.pk)
    context = {"row": row, "form": texts, "is_new": old is None, **queries.page_of(request, row.network, "staff")}
    return render(request, "network/form_part.html", context)


@read_or_write
@doors.members_only
def form_question_new(request: HttpRequest, slug: str, key: str, part: str, kind: str) -> HttpResponse:
    """A new question of a kind at the end of a part."""
    row = _fetch(request, slug, key)
    version = _draft(row)
    doors.permitted(row, kind in kit.KINDS and kit.part_of(version.schema, part) is not None)
    form = said.question_form(request.POST or None, row.network, version.schema, kind)
    if request.method == "POST" and form.does(actions.write_question, by=request.me, form=row, part=part):
        return redirect("network:form", slug, row.pk)
    return _question_page(request, row, form, kind)


@read_or_write
@doors.members_only
def form_question(request: HttpRequest, slug: str, key: str, question: str) -> HttpResponse:
    """One question of the draft."""
    row = _fetch(request, slug, key)
    version = _draft(row)
    old = kit.find(version.schema, question)
    doors.permitted(row, old is not None)
    form = said.question_form(request.POST or None, row.network, version.schema, old["kind"], question)
    if request.method == "POST" and form.does(actions.write_question, by=request.me, form=row, key=question):
        return redirect("network:form", slug, row.pk)
    return _question_page(request, row, form, old["kind"])


@require_POST
@doors.members_only
def form_step(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Move a part or a question, remove it, put it back."""
    row = _fetch(request, slug, key)
    answer = Button(request.POST)
    what, step = request.POST.get("what", "")[:40], request.POST.get("step", "")
    if answer.does(actions.arrange, by=request.me, form=row, key=what, step=step) and step == "remove":
        messages.success(request, _("Removed. You can put it back, at the end of the page."))
    answer.tell(request)
    here = to("network:form", slug, str(row.pk))
    return redirect(f"{here}#{what if step != 'remove' else 'parts'}")


@require_GET
@doors.members_only
def form_preview(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The form as an applicant sees it, in the language of whoever looks."""
    row = _fetch(request, slug, key)
    version = asked.shown(row)
    parts = [
        (part, kit.form_class(version.schema, part["key"], language=reader(), places=said.PLACES)())
        for part in asked.parts(version, {})
    ]
    context = {"row": row, "version": version, "parts": parts, **queries.page_of(request, row.network, "staff")}
    return render(request, "network/form_preview.html", context)


@read_or_write
@doors.members_only
def form_publish(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What changes for whom, then publish."""
    row = _fetch(request, slug, key)
    _draft(row)
    form = Button(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(actions.publish, by=request.me, form=row):
        messages.success(request, _("Published. New applications and reports use it from now on."))
        return redirect("network:form", slug, row.pk)
    context = {
        "row": row,
        "form": form,
        **asked.before_publishing(row),
        **queries.page_of(request, row.network, "staff"),
    }
    return render(request, "network/form_publish.html", context)


@require_POST
@doors.members_only
def form_draft(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Begin a new draft from what is published, or throw the draft away."""
    row = _fetch(request, slug, key)
    if request.POST.get("step") not in DRAFTS:
        raise Http404
    action, done = DRAFTS[request.POST["step"]]
    answer = Button(request.POST)
    if answer.does(action, by=request.me, form=row):
        messages.success(request, done)
    answer.tell(request)
    is_there = Form.objects.filter(pk=row.pk).exists()
    return redirect("network:form", slug, row.pk) if is_there else redirect("network:forms", slug)


def _fetch(request: HttpRequest, slug: str, key: str) -> Form:
    rows = Form.objects.manageable_by(request.me).filter(network__slug=slug)
    return doors.fetch(rows.select_related("network"), pk=key)


def _draft(row: Form) -> FormVersion:
    return doors.fetch(FormVersion.objects.filter(form=row), state="draft")


def _question_page(request: HttpRequest, row: Form, form: Any, kind: str) -> HttpResponse:
    context = {"row": row, "form": form, "kind": kit.KINDS[kind], **queries.page_of(request, row.network, "staff")}
    return render(request, "network/form_question.html", context)
