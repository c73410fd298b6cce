"""Reports of members: written together, handed in, read; how memberships stand, and what follows."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, files, words
from koinon.kit.forms import Button
from koinon.kit.models import Upload
from koinon.network import queries, rules
from koinon.network.actions import reports as actions
from koinon.network.actions import standings
from koinon.network.forms import reports as forms
from koinon.network.models import Membership, Network, Report
from koinon.network.queries import reports as questions
from koinon.network.views.answering import answered

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
MOST = 200


@require_GET
@doors.members_only
def report(request: HttpRequest, key: str) -> HttpResponse:
    """A report as both sides read it: whose turn, what the member did here, its words."""
    row = _report(request, key)
    if row.is_owed and rules.speaks_for(by=request.me, organisation=row.membership.organisation):
        return redirect("network:report_write", row.pk)
    context = {"report": row, "organisation": row.membership.organisation, **questions.page(request.me, row)}
    return render(request, "network/report.html", {**context, **queries.page_of(request, row.network, "staff")})


@read_or_write
@doors.members_only
def report_write(request: HttpRequest, key: str) -> HttpResponse:
    """Filled in with what the member did here; each answer saves itself; the button hands it in."""
    row = _writable(request, key)
    writing = forms.ReportWriting(request.me, row, request=request)
    if writing.said is not None and not writing.is_looking_up and writing.save(_voice(request, row)):
        form = Button(request.POST)
        if "send" not in request.POST:
            messages.success(request, words.SAVED)
            return redirect("network:report_write", row.pk)
        if form.does(actions.submit, by=_voice(request, row), report=row):
            messages.success(request, _("Handed in. You see here where it stands, and we write to you."))
            return redirect("network:report", row.pk)
        writing.form.add_error(None, form.non_field_errors())
    return _written(request, row, writing)


@require_POST
@doors.members_only
def report_answer(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """One answer, as soon as it is changed: the line below the question, or the question anew."""
    row = _writable(request, key)
    anew, by = "network/report_question.html", _voice(request, row)
    return answered(request, forms.ReportWriting, row, question, by=by, anew=anew, context={"report": row})


@require_GET
@doors.members_only
def report_file(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """A file of an answer: for those who may read the answers."""
    row = _report(request, key)
    doors.permitted(row, rules.may_read_answers(by=request.me, report=row))
    value = (row.answers.get(question) or {}).get("value")
    upload = value.get("upload") if isinstance(value, dict) else None
    return files.serve(doors.fetch(Upload.objects.all(), pk=doors.found(upload)), download=True)


@require_POST
@doors.members_only
def report_move(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Accept, return, more time, not asked for, remind: for coordinators."""
    row = doors.fetch(_rows().manageable_by(request.me), pk=key)
    act, maker = doors.found(STEPS.get(step))
    form = maker(request.POST)
    if form.does(act, by=request.me, report=row):
        messages.success(request, _("Done. The member is told."))
        return redirect("network:report", row.pk)
    context = {"report": row, "organisation": row.membership.organisation, **questions.page(request.me, row)}
    context |= {"form": form, "step": step, **queries.page_of(request, row.network, "staff")}
    return render(request, "network/report.html", context)


@read_or_write
@doors.members_only
def standings_page(request: HttpRequest, slug: str) -> HttpResponse:
    """All members by how they stand; remind several, or give several more time."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    form = forms.Extend(request.POST) if "extend" in request.POST else Button(request.POST or None)
    if request.method == "POST" and _in_bulk(request, network, form):
        return redirect(request.get_full_path())
    state = request.GET.get("standing", "")
    context = questions.list_page(network, state, request.GET.get("page", ""))
    context |= {"form": form, "state": state, **queries.page_of(request, network, "staff")}
    return render(request, "network/standings.html", context)


@read_or_write
@doors.members_only
def standing(request: HttpRequest, key: str) -> HttpResponse:
    """How one membership stands and what happened since it began; a coordinator takes it back into good standing."""
    rows = Membership.objects.visible_to(request.me).select_related("network", "organisation")
    row = doors.fetch(rows, pk=key)
    is_ours = rules.speaks_for(by=request.me, organisation=row.organisation)
    runs = rules.may_change_standing(by=request.me, membership=row)
    doors.permitted(row, is_ours or runs)
    form = forms.Why(request.POST or None)
    if request.method == "POST" and form.does(standings.reinstate, by=request.me, membership=row):
        messages.success(request, _("Done. The member is told."))
        return redirect("network:standing", form.result.pk)
    context = {"membership": row, "form": form, "runs": runs, **questions.standing_page(row)}
    return render(request, "network/standing.html", {**context, **queries.page_of(request, row.network, "staff")})


@read_or_write
@doors.members_only
def cycle(request: HttpRequest, slug: str) -> HttpResponse:
    """How often members report, and how long each step lasts."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    form = forms.Cycle(request.POST or None, initial=questions.cycle_of(network))
    if request.method == "POST" and form.does(actions.set_cycle, by=request.me, network=network):
        messages.success(request, words.SAVED)
        return redirect("network:standings", slug)
    return render(request, "network/cycle.html", {"form": form, **queries.page_of(request, network, "staff")})


STEPS: dict[str, tuple[Any, Any]] = {
    "accept": (actions.accept, Button),
    "return": (actions.hand_back, forms.Reason),
    "extend": (actions.extend, forms.Extend),
    "excuse": (actions.excuse, forms.Reason),
    "remind": (actions.remind, Button),
}


def _rows() -> Any:
    return Report.objects.select_related("network", "membership__organisation", "membership__network")


def _report(request: HttpRequest, key: str) -> Report:
    return doors.fetch(_rows().visible_to(request.me), pk=key)


def _writable(request: HttpRequest, key: str) -> Report:
    return doors.fetch(_rows().of_members(request.me).owed(), pk=key)


def _voice(request: HttpRequest, row: Report) -> Any:
    return queries.speaking_for(request.me, row.membership.organisation)


def _written(request: HttpRequest, row: Report, writing: forms.ReportWriting) -> HttpResponse:
    context = {"report": row, "organisation": row.membership.organisation, "writing": writing}
    context |= {"questions": writing.questions(), "facts": questions.facts(row), "turn": questions.whose_turn(row)}
    return render(request, "network/report_write.html", {**context, **queries.page_of(request, row.network, "staff")})


def _in_bulk(request: HttpRequest, network: Network, form: Any) -> bool:
    """Remind or extend those that were ticked, one by one: who moved meanwhile is left out."""
    mine = _rows().manageable_by(request.me).filter(network=network).open()
    chosen = mine.filter(pk__in=questions.ids_of(request.POST.getlist("report")))[:MOST]
    act = actions.extend if "extend" in request.POST else actions.remind
    done = sum(form.does(act, by=request.me, report=row) for row in chosen)
    if done:
        said = ngettext("%(count)s member is told.", "%(count)s members are told.", done)
        messages.success(request, said % {"count": done})
    elif form.is_valid():
        messages.error(request, _("Please tick at least one member with an open report."))
    return not form.errors
