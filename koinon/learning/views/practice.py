"""Practice shown and confirmed, and what a cohort says to each other."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from koinon.kit import doors, files, links
from koinon.kit.limits import limited
from koinon.kit.verbs import VISITOR
from koinon.learning.actions import evidence as evidence_actions
from koinon.learning.actions import talk
from koinon.learning.forms.learning import Hide, Say, Show, Witnessed
from koinon.learning.models import Evidence, EvidenceFile, Post, Run
from koinon.learning.queries import lesson_pages as pages
from koinon.learning.queries.trees import tree_of
from koinon.learning.rules import learning as own_rules
from koinon.learning.views.lessons import learner, shown

HOUR = timedelta(hours=1)
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@limited("evidence", times=60, per=HOUR)
@require_POST
@doors.members_only
def evidence_hand_in(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """Show practice; words stay in the form when something is missing."""
    where = learner(request, key)
    page = pages.lesson_page(where, node)
    doors.permitted(where.run, page["kind"] == "task")
    task = pages.task_part(where, page)
    form = Show(request.POST, request.FILES, asks=task["asks"], evidence=task["evidence"], shown=task["files"])
    if form.does(evidence_actions.hand_in, by=request.me, enrolment=where.enrolment, node=node):
        messages.success(request, _("Handed in. A facilitator looks at it within a week."))
        return redirect("learning:lesson", key, node)
    return shown(request, where, node, form)


@require_safe
@doors.members_only
def evidence_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """A photo or file of evidence: for its learner and who teaches the run."""
    rows = EvidenceFile.objects.select_related("upload", "evidence__enrolment__run__organisation")
    row = doors.fetch(rows.all(), pk=key)
    doors.permitted(row, own_rules.may_read_evidence(by=request.me, evidence=row.evidence))
    return files.serve(row.upload)


@limited("link", times=30, per=HOUR)
@read_or_write
def witness(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who was there says yes or no; no account, one tap."""
    try:
        link = links.read("learning.witness", token, life=evidence_actions.WITNESS_LIFE)
    except links.Broken as problem:
        return _no_use(request, problem)
    rows = Evidence.objects.select_related("enrolment__person", "enrolment__run__version")
    row = doors.fetch(rows, pk=link.facts.get("evidence"))
    if not own_rules.is_witness(by=VISITOR, evidence=row, link=link):
        return _no_use(request, _("This link is of no use any more."))
    form = Witnessed(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(evidence_actions.witness, by=VISITOR, evidence=row, link=link):
        return render(request, "learning/learn_witness.html", {"done": True})
    title, language = tree_of(row.enrolment.run.version).title(row.node, (row.language,))
    context = {"form": form, "evidence": row, "title": title, "title_language": language}
    return render(request, "learning/learn_witness.html", context)


def _no_use(request: HttpRequest, why: object) -> HttpResponse:
    return render(request, "learning/learn_witness.html", {"broken": why}, status=410)


@limited("learning.talk", times=60, per=HOUR)
@require_POST
@doors.members_only
def talk_post(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """Say something in a discussion, or answer."""
    where = pages.standing(request.me, key)
    doors.permitted(where.run, pages.lesson_page(where, node)["kind"] == "discussion")
    wanted = request.POST.get("answer", "")
    rows = {str(row.pk): row for row in Post.objects.filter(run=where.run, node=node)} if wanted else {}
    form = Say(request.POST, answers=rows.get(wanted))
    if form.does(talk.post, by=request.me, run=where.run, node=node, answers=rows.get(wanted)):
        return redirect(f"{pages.lesson_address(key, node)}#post-{form.result.pk}")
    return shown(request, where, node, form)


@require_POST
@doors.members_only
def talk_take_back(request: HttpRequest, key: str) -> HttpResponse:
    """My own words go."""
    row = doors.fetch(Post.objects.filter(person=request.me.person).select_related("run"), pk=key)
    talk.take_back(by=request.me, post=row)
    messages.success(request, _("Taken back."))
    return redirect("learning:lesson", row.run_id, row.node)


@require_POST
@doors.members_only
def talk_hide(request: HttpRequest, key: str) -> HttpResponse:
    """A facilitator hides what was said, with a reason, or shows it again."""
    taught = Run.objects.taught_by(request.me)
    row = doors.fetch(Post.objects.filter(run__in=taught).select_related("run", "person"), pk=key)
    if "show" in request.POST:
        talk.show(by=request.me, post=row)
        return redirect(f"{pages.lesson_address(row.run_id, row.node)}#post-{row.pk}")
    form = Hide(request.POST)
    if form.does(talk.hide, by=request.me, post=row):
        messages.success(request, _("Hidden. Whoever wrote it was told why."))
    else:
        messages.error(request, _("Please say why it is hidden."))
    return redirect(f"{pages.lesson_address(row.run_id, row.node)}#post-{row.pk}")
