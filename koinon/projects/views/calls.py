"""Calls for those who run them and for the jury: written, opened, judged, ranked, decided."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, limits, words
from koinon.kit.forms import Button
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Membership, Network, Organisation
from koinon.network.queries import network as network_of
from koinon.network.queries import page_of, speaking_for
from koinon.projects.actions import asking, judging
from koinon.projects.actions import calls as actions
from koinon.projects.forms import calls as forms
from koinon.projects.forms.plans import Why
from koinon.projects.models import Call, CallCriterion, Judgement, Juror, Project
from koinon.projects.queries import juries, turns
from koinon.projects.rules import calls as rules

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "open": (actions.open_call, Button, gettext_lazy("Open. Teams may hand in plans from now on.")),
    "judge": (actions.judge, Button, gettext_lazy("The jury has the plans now, and was told.")),
    "end-jury": (actions.end_jury, Button, gettext_lazy("The points stay as they are. Now write the decisions.")),
    "decide": (actions.decide, Button, gettext_lazy("Decided. Every team was told, with your words.")),
    "close": (actions.close, Button, gettext_lazy("Closed.")),
    "cancel": (actions.cancel, Why, gettext_lazy("Called off. Everybody was told why.")),
}
"""step: (verb, form, what is said when it is done)"""


def may_call_in(me: Actor, network: Network) -> list[Organisation]:
    """Organisations in whose name the reader may open a call in this network."""
    members = Membership.objects.active().filter(network=network).values("organisation")
    return list(Organisation.objects.filter(pk__in=voices(me)).filter(pk__in=members).order_by("slug"))


def ours(request: HttpRequest, slug: str) -> Call:
    """A call that the reader runs."""
    me: Actor = request.me  # type: ignore[attr-defined]
    return doors.fetch(Call.objects.manageable_by(me).select_related("network", "organisation"), slug=slug)


def voice(request: HttpRequest, call: Call) -> Any:
    """The reader, in the name of the organisation that runs the call if they speak for it."""
    return speaking_for(request.me, call.organisation)  # type: ignore[attr-defined]


@read_or_write
@doors.members_only
@limits.limited("projects.call", times=20, per=timedelta(days=1))
def call_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a call in the name of an organisation that I speak for."""
    network = network_of(request.me, slug)
    organisations = may_call_in(request.me, network)
    doors.permitted(network, bool(organisations))
    form = forms.New(request.POST or None, organisations=organisations)
    facts = {"network": network, "language": (get_language() or "en")[:2]}
    if request.method == "POST" and form.is_valid() and form.does(actions.create, by=_author(request, form), **facts):
        messages.success(request, _("Written. Now say what the jury looks at, and who sits in it."))
        return redirect("projects:call_desk", form.result.slug)
    return render(request, "projects/call_new.html", {"form": form, **page_of(request, network, "projects")})


@require_GET
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked for, until when, what the jury looks at; and the way in."""
    rows = Call.objects.visible_to(request.me).select_related("network", "organisation")
    row = doors.fetch(rows, slug=slug)
    context = juries.call_page(row, request.me)
    return render(request, "projects/call.html", {**context, **page_of(request, row.network, "projects")})


@read_or_write
@doors.members_only
def call_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who run it: words and days, criteria, jury, plans that came, the next step."""
    row = ours(request, slug)
    form = forms.About(request.POST or None, initial=forms.first_facts(row), call=row)
    if request.method == "POST" and form.does(actions.change, by=voice(request, row), call=row):
        messages.success(request, words.SAVED)
        return redirect("projects:call_desk", row.slug)
    return _desk(request, row, form=form)


@require_POST
@doors.members_only
def call_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Open, give to the jury, end the jury, decide, close, call off."""
    row = ours(request, slug)
    if step not in STEPS:
        raise Http404
    action, maker, done = STEPS[step]
    form = maker(request.POST)
    if form.does(action, by=voice(request, row), call=row):
        messages.success(request, done)
        return redirect("projects:ranking" if step in ("end-jury", "decide") else "projects:call_desk", row.slug)
    if step == "decide":
        return _ranking(request, ours(request, slug), form)
    return _desk(request, ours(request, slug), step=step, step_form=form)


@require_POST
@doors.members_only
def criterion_add(request: HttpRequest, slug: str) -> HttpResponse:
    """One more thing that jurors look at."""
    row = ours(request, slug)
    form = forms.Criterion(request.POST)
    if form.does(actions.add_criterion, by=voice(request, row), call=row):
        messages.success(request, words.SAVED)
        return redirect("projects:call_desk", row.slug)
    return _desk(request, row, step="criterion", step_form=form)


@require_POST
@doors.members_only
def criterion_drop(request: HttpRequest, key: str) -> HttpResponse:
    """One thing less."""
    rows = CallCriterion.objects.filter(call__in=Call.objects.manageable_by(request.me))
    row = doors.fetch(rows.select_related("call__organisation"), pk=key)
    form = Button(request.POST)
    form.does(actions.drop_criterion, by=voice(request, row.call), call=row.call, criterion=row)
    form.tell(request)
    return redirect("projects:call_desk", row.call.slug)


@require_POST
@doors.members_only
@limits.limited("projects.named", times=60, per=timedelta(hours=1))
def juror_name(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask somebody by letter to sit in the jury."""
    row = ours(request, slug)
    form = forms.Asked(request.POST)
    if form.does(asking.ask_juror, by=voice(request, row), call=row):
        messages.success(request, _("Asked. They answer by a link in a letter."))
        return redirect("projects:call_desk", row.slug)
    return _desk(request, row, step="juror", step_form=form)


@require_POST
@doors.members_only
def juror_leave(request: HttpRequest, key: str) -> HttpResponse:
    """A juror goes, or is let go."""
    rows = Juror.objects.filter(juries.of_mine(request.me)).select_related("call__organisation", "call__network")
    row = doors.fetch(rows, pk=key)
    form = Button(request.POST)
    if form.does(actions.let_juror_go, by=voice(request, row.call), juror=row):
        messages.success(request, words.SAVED)
    form.tell(request)
    runs = rules.may_run(by=request.me, call=row.call)
    return redirect("projects:call_desk", row.call.slug) if runs else redirect("projects:mine")


@require_GET
@doors.members_only
def judging_of(request: HttpRequest, slug: str) -> HttpResponse:
    """For a juror: all plans, and which of them wait for my points."""
    rows = Call.objects.filter(jurors__person=request.me.person).exclude(state="draft")
    row = doors.fetch(rows.select_related("network", "organisation"), slug=slug)
    context = {"call": row, "turn": turns.of_call(row), "rows": juries.mine(row, request.me)}
    return render(request, "projects/judging.html", {**context, **page_of(request, row.network, "projects")})


@read_or_write
@doors.members_only
def judge(request: HttpRequest, key: str) -> HttpResponse:
    """One plan before one juror: read it, give points and words, or say that one is too near."""
    row = doors.fetch(juries.own(request.me), pk=key)
    criteria = list(row.juror.call.criteria.all())
    form = forms.Points(request.POST or None, criteria=criteria, initial=juries.given(row))
    if request.method == "POST" and form.does(judging.give, by=request.me, judgement=row):
        return _judged(request, form.result)
    return render(request, "projects/judge.html", juries.page(request, row, form=form, conflict=forms.Conflict()))


@require_POST
@doors.members_only
def judge_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Declare a conflict of interest, or take it back."""
    row = doors.fetch(juries.own(request.me), pk=key)
    if step not in ("conflict", "no-conflict"):
        raise Http404
    form = forms.Conflict(request.POST) if step == "conflict" else Button(request.POST)
    if form.does(judging.declare if step == "conflict" else judging.take_back, by=request.me, judgement=row):
        return _judged(request, form.result)
    points = forms.Points(criteria=list(row.juror.call.criteria.all()), initial=juries.given(row))
    context = juries.page(request, row, form=points, conflict=form if step == "conflict" else forms.Conflict())
    return render(request, "projects/judge.html", {**context, "problems": [form]})


@require_GET
@doors.members_only
def ranking_of(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who run the call, once the jury has finished: all plans in order, and what is decided."""
    return _ranking(request, ours(request, slug), Button())


@read_or_write
@doors.members_only
def decision(request: HttpRequest, slug: str) -> HttpResponse:
    """What is decided about one plan, and the words for its team."""
    rows = Project.objects.filter(call__in=Call.objects.manageable_by(request.me), call__state="ranked")
    row = doors.fetch(rows.select_related("call__organisation", "network", "choice"), slug=slug)
    doors.permitted(row, rules.may_decide(by=request.me, project=row))
    form = forms.Decision(request.POST or None, initial=juries.chosen(row))
    if request.method == "POST" and form.does(actions.choose, by=voice(request, row.call), project=row):
        messages.success(request, _("Kept. The team hears of it together with all others."))
        return redirect("projects:ranking", row.call.slug)
    context = {"project": row, "form": form, "row": juries.one(row), **page_of(request, row.network, "projects")}
    return render(request, "projects/decision.html", context)


def _author(request: HttpRequest, form: forms.New) -> Any:
    key = form.cleaned_data.get("organisation") or next(iter(form.organisations))
    return speaking_for(request.me, form.organisations[key])  # type: ignore[attr-defined]


def _judged(request: HttpRequest, row: Judgement) -> HttpResponse:
    if row.state == "conflict":
        messages.success(request, _("You do not score this plan. Thank you for being fair."))
    else:
        messages.success(request, words.SAVED)
    return redirect("projects:judging", row.juror.call.slug)


def _ranking(request: HttpRequest, row: Call, form: Any) -> HttpResponse:
    """`form`: the button that tells all teams, with what keeps it from doing so."""
    context = {"call": row, "turn": turns.of_call(row), "is_my_turn": row.state == "ranked", "decide": form}
    context["competes"] = rules.competes(by=request.me, call=row)  # type: ignore[attr-defined]
    context["rows"] = [] if context["competes"] and row.state == "ranked" else juries.shown(row)
    return render(request, "projects/ranking.html", {**context, **page_of(request, row.network, "projects")})


def _desk(request: HttpRequest, row: Call, *, form: Any = None, step: str = "", step_form: Any = None) -> HttpResponse:
    made = {"cancel": Why(), "criterion": forms.Criterion(), "juror": forms.Asked()}
    made |= {step: step_form} if step else {}
    form = form or forms.About(initial=forms.first_facts(row))
    context = {"form": form, "forms": made, "problems": [step_form] if step else [], **juries.desk(row)}
    return render(request, "projects/call_desk.html", {**context, **page_of(request, row.network, "projects")})
