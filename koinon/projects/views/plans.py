"""Plans: an idea, the plan with its parts, what happens next; the pages of those who write it and those who read it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.notices import absolute
from koinon.kit import doors, files, limits, words
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.network.queries import network as network_of
from koinon.network.queries import page_of
from koinon.projects.actions import asking, doing, parts, plans
from koinon.projects.forms import calls as call_forms
from koinon.projects.forms import doing as doing_forms
from koinon.projects.forms import plans as forms
from koinon.projects.models import BudgetLine, Call, Project, Risk, Step
from koinon.projects.queries import lists, pages, readiness
from koinon.projects.rules import plans as rules

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "submit": (plans.submit, Button, gettext_lazy("Handed in. You are told with all others.")),
    "take-back": (plans.take_back, Button, gettext_lazy("You may go on writing.")),
    "send-back": (plans.send_back, forms.SendBack, gettext_lazy("Returned. The team was told what is missing.")),
    "meet": (doing.meet_conditions, doing_forms.Words, gettext_lazy("Sent. Who runs the call answers.")),
    "settle": (doing.settle_conditions, doing_forms.Settle, gettext_lazy("Answered. The team was told.")),
    "start": (doing.start, Button, gettext_lazy("Good luck! Your supervisor was told.")),
    "finish": (doing.finish, Button, gettext_lazy("Now look back: what came of it?")),
    "pause": (doing.pause, forms.Why, gettext_lazy("Paused. Everybody was told why.")),
    "resume": (doing.resume, Button, gettext_lazy("It goes on.")),
    "move-days": (doing.move_days, doing_forms.Until, gettext_lazy("The last day was moved.")),
    "go-on": (doing.go_on, doing_forms.Until, gettext_lazy("It goes on.")),
    "supervisor": (asking.ask_supervisor, call_forms.Asked, gettext_lazy("Asked. They answer by a link in a letter.")),
    "give-up": (plans.give_up, forms.Why, gettext_lazy("Given up. What you wrote stays readable for you.")),
}
"""step: (verb, form, what is said when it is done)"""
PARTS: dict[str, tuple[Any, Any, tuple[Any, Any, Any], str, tuple[str, ...]]] = {
    "steps": (Step, forms.Step, (parts.add_step, parts.change_step, parts.drop_step), "step", ("title", "due_on")),
    "risks": (
        Risk, forms.Danger, (parts.add_risk, parts.change_risk, parts.drop_risk), "risk", ("title", "size", "answer"),
    ),
    "budget": (
        BudgetLine, forms.Line, (parts.add_line, parts.change_line, parts.drop_line), "line",
        ("title", "amount", "source"),
    ),
}  # fmt: skip
"""part: (model, form, (add, change, drop), what the verbs call the row, its fields)"""


def mine_or_404(request: HttpRequest, slug: str) -> Project:
    """A project whose team the reader is on."""
    rows = Project.objects.manageable_by(request.me).select_related(*pages.NAMES)  # type: ignore[attr-defined]
    return doors.fetch(rows, slug=slug)


@read_or_write
@doors.members_only
@limits.limited("projects.idea", times=20, per=timedelta(days=1))
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """An idea in one field, in answer to a call or not."""
    network = network_of(request.me, slug)
    named = request.GET.get("call", "")
    call = doors.fetch(Call.objects.visible_to(request.me).filter(network=network), slug=named) if named else None
    doors.permitted(network, rules.may_begin(by=request.me, network=network, call=call))
    form = forms.Idea(request.POST or None)
    facts = {"network": network, "call": call, "language": (get_language() or "en")[:2]}
    if request.method == "POST" and form.does(plans.begin, by=request.me, **facts):
        messages.success(request, _("Begun. Nobody else sees it until you invite somebody or hand it in."))
        return redirect("projects:plan", form.result.slug)
    return render(request, "projects/new.html", {"form": form, "call": call, **page_of(request, network, "projects")})


@require_GET
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """A project for whoever may see it: the plan for those inside and the jury, the result for everybody."""
    return _shown(request, doors.fetch(pages.fetchable(request.me), slug=slug))


@require_POST
@doors.members_only
@limits.limited("projects.step", times=120, per=timedelta(hours=1))
def project_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """What happens next, by whoever's turn it is."""
    row = doors.fetch(pages.fetchable(request.me), slug=slug)
    doors.permitted(row, pages.reader(request.me, row)["is_inside"])
    if step not in STEPS:
        raise Http404
    action, maker, done = STEPS[step]
    form = maker(request.POST)
    if form.does(action, by=request.me, project=row):
        messages.success(request, done)
        return redirect("projects:reflection" if step == "finish" else "projects:project", row.slug)
    return _shown(request, doors.fetch(pages.fetchable(request.me), slug=slug), step, form)


@read_or_write
@doors.members_only
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the plan: words, steps, risks, budget; what is missing stands beside it."""
    row = mine_or_404(request, slug)
    calls = _calls(request, row)
    form = forms.Plan(request.POST or None, calls=calls, initial=_first(row))
    if request.method == "POST" and form.does(plans.write, by=request.me, project=row):
        messages.success(request, words.SAVED)
        return redirect("projects:plan", row.slug)
    return _plan(request, row, form=form)


@require_POST
@doors.members_only
def part_add(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """One more step, risk or line."""
    row = mine_or_404(request, slug)
    _model, maker, verbs, _name, _fields = _part(part)
    form = maker(request.POST, project=row)
    if form.does(verbs[0], by=request.me, project=row):
        messages.success(request, words.SAVED)
        return redirect(f"{_address(row)}#{part}")
    return _plan(request, row, part=part, part_form=form)


@read_or_write
@doors.members_only
def part(request: HttpRequest, part: str, key: str) -> HttpResponse:
    """Change one step, risk or line."""
    model, maker, verbs, name, fields = _part(part)
    row = _row(request, model, key)
    first = {field: getattr(row, field) for field in fields} | {"who": str(getattr(row, "who_id", "") or "")}
    form = maker(request.POST or None, project=row.project, initial=first)
    if request.method == "POST" and form.does(verbs[1], by=request.me, **{name: row}):
        messages.success(request, words.SAVED)
        return redirect(f"{_address(row.project)}#{part}")
    context = {"form": form, "row": row, "part": part, **pages.context(request, row.project, "plan")}
    return render(request, "projects/part.html", context)


@require_POST
@doors.members_only
def part_drop(request: HttpRequest, part: str, key: str) -> HttpResponse:
    """A step, risk or line less."""
    model, _maker, verbs, name, _fields = _part(part)
    row = _row(request, model, key)
    form = Button(request.POST)
    form.does(verbs[2], by=request.me, **{name: row})
    form.tell(request)
    return redirect(f"{_address(row.project)}#{part}")


@require_POST
@doors.members_only
def tick(request: HttpRequest, key: str) -> HttpResponse:
    """A step is done, or not done after all."""
    row = _row(request, Step, key)
    form = Button(request.POST)
    form.does(_ticking(request.POST.get("undo") != "1"), by=request.me, step=row)
    form.tell(request)
    return redirect("projects:project", row.project.slug)


@require_GET
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture at the top of a project's page, for whoever sees the page."""
    row = doors.fetch(pages.fetchable(request.me).filter(picture__isnull=False), slug=slug)
    return files.serve(row.picture)


def _ticking(is_done: bool) -> Any:
    return lambda *, by, step: parts.tick(by=by, step=step, is_done=is_done)


def _part(part: str) -> Any:
    if part not in PARTS:
        raise Http404
    return PARTS[part]


def _row(request: HttpRequest, model: Any, key: str) -> Any:
    mine = Project.objects.manageable_by(request.me)  # type: ignore[attr-defined]
    rows = model._default_manager.filter(project__in=mine).select_related("project__network", "project__call")
    return doors.fetch(rows, pk=key)


def _address(project: Project) -> str:
    return to("projects:plan", project.slug)


def _calls(request: HttpRequest, row: Project) -> list[Call]:
    """Calls that take plans now, and the one that the plan belongs to."""
    found = lists.open_calls(request.me, row.network)  # type: ignore[attr-defined]
    return found if row.call is None or row.call in found else [row.call, *found]


def _first(row: Project) -> dict[str, Any]:
    names = ("title", "problem", "people", "partners", "measure", "starts_on", "ends_on", "place")
    return {"call": str(row.call_id or ""), **{name: getattr(row, name) for name in names}}


def _plan(
    request: HttpRequest, row: Project, *, form: Any = None, part: str = "", part_form: Any = None
) -> HttpResponse:
    made = {name: maker(project=row) for name, (_m, maker, _v, _n, _f) in PARTS.items()}
    made |= {part: part_form} if part else {}
    context = {
        "form": form or forms.Plan(calls=_calls(request, row), initial=_first(row)), "forms": made,
        "problems": [part_form] if part else [], "missing": readiness.missing(row, row.call), "part": part,
        "may_write": row.state in plans.WRITABLE, **pages.plan_of(row), **pages.context(request, row, "plan"),
    }  # fmt: skip
    return render(request, "projects/plan.html", context)


def _public(row: Project) -> dict[str, Any]:
    """What machines and other sites read of a page that everybody may see."""
    if not row.is_public:
        return {}
    picture = absolute(to("projects:picture", row.slug))
    page = absolute(to("projects:project", row.slug))
    return {"structured": pages.structured(row, picture, page), "picture_address": picture}


def _shown(request: HttpRequest, row: Project, step: str = "", form: Any = None) -> HttpResponse:
    context = pages.context(request, row, "project")
    roles = context["roles"]
    steps = pages.next_steps(row, roles)
    made = {name.replace("-", "_"): STEPS[name][1]() for name in steps}
    made |= {step.replace("-", "_"): form} if step else {}
    context |= {
        "steps_open": [name.replace("-", "_") for name in steps], "forms": made, "problems": [form] if form else [],
        "missing": readiness.missing(row, row.call) if "submit" in steps else [], "step": step.replace("-", "_"),
        "is_ticking": roles["is_team"] and row.state in ("approved", "running", "closing"),
        **_public(row), **pages.plan_of(row), **pages.decision_of(row, roles), **pages.result_of(row, request.me),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "projects/project.html", context)
