"""An application from both sides, and its steps."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.network import queries, rules
from koinon.network.actions import applications, beginnings, decisions, endorsements, reviews
from koinon.network.forms import decisions as staff_forms
from koinon.network.models import Application, Beginning, Review
from koinon.network.queries import applications as questions
from koinon.network.queries.classes import classes_of

Step = tuple[type[Any], Callable[..., Any], Any]
STEPS: dict[str, Step] = {
    "check": (Button, applications.begin_check, gettext_lazy("The applicant sees now that you check it.")),
    "return": (staff_forms.HandBack, applications.hand_back, gettext_lazy("It is the applicant's turn now.")),
    "endorse": (staff_forms.AskEndorsement, endorsements.ask, gettext_lazy("The letter with the link is on its way.")),
    "review": (staff_forms.StartReview, applications.start_review, gettext_lazy("The review has begun.")),
    "ask": (staff_forms.AskReviewer, reviews.ask, gettext_lazy("The reviewer was asked.")),
    "declare": (staff_forms.Declare, reviews.declare, gettext_lazy("Thank you. Your answer is kept.")),
    "give": (staff_forms.Give, reviews.give, gettext_lazy("Your review is kept.")),
    "admit": (staff_forms.Admit, decisions.admit, gettext_lazy("Admitted. Everybody concerned was told.")),
    "waitlist": (
        staff_forms.Waitlist,
        decisions.waitlist,
        gettext_lazy("On the list; the applicant was told."),
    ),
    "decline": (staff_forms.Decline, decisions.decline, gettext_lazy("Declined; the applicant was told why.")),
    "extend": (staff_forms.Extend, applications.extend, gettext_lazy("The new day is kept; everybody sees it.")),
    "remind": (Button, applications.nudge, gettext_lazy("They were reminded.")),
    "withdraw": (Button, applications.withdraw, gettext_lazy("The application was taken back.")),
}


@require_GET
@doors.members_only
def application(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The same state for applicant and staff: where it stands, whose turn, since when, until when."""
    return _shown(request, _fetch(request, slug, key))


@require_POST
@doors.members_only
def move(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """One step of the way; whoever may not take it finds nothing here."""
    if step not in STEPS:
        raise Http404
    row = _fetch(request, slug, key)
    mine = Review.objects.mine(request.me).filter(application=row).select_related("application__network").first()
    doors.permitted(row, questions.may_take(request.me, row, step, mine))
    form_class, action, done = STEPS[step]
    form = form_class(request.POST, **_choices(row, step))
    if form.does(action, **_facts(request, row, step, mine)):
        messages.success(request, done)
        is_gone = step == "declare" and mine is not None and mine.state == "conflict"
        return redirect("accounts:desk") if is_gone else redirect("network:application", slug, row.pk)
    return _shown(request, _fetch(request, slug, key), **{f"{step}_form": form})


@require_POST
@doors.members_only
def review_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """This reviewer is not needed any more."""
    rows = Review.objects.waiting().filter(application__in=Application.objects.for_staff(request.me))
    row = doors.fetch(rows.select_related("application__network", "application__organisation", "person"), pk=key)
    doors.permitted(row, rules.may_decide_review(by=request.me, review=row))
    form = Button(request.POST)
    if form.does(reviews.take_back, by=request.me, review=row):
        messages.success(request, _("The review was taken back."))
    return redirect("network:application", row.application.network.slug, row.application_id)


@require_POST
@doors.members_only
def tick(request: HttpRequest, key: str) -> HttpResponse:
    """A first step of a new member is done, or not after all."""
    rows = Beginning.objects.filter(application__in=Application.objects.visible_to(request.me))
    related = ("application__network", "application__organisation", "application__applicant", "step")
    row = doors.fetch(rows.select_related(*related), pk=key)
    doors.permitted(row, rules.may_tick(by=request.me, beginning=row))
    by = queries.speaking_for(request.me, row.application.organisation)
    form = Button(request.POST)
    form.does(beginnings.tick, by=by, beginning=row, is_done="undo" not in request.POST)
    form.tell(request)
    return redirect("network:application", row.application.network.slug, row.application_id)


def _fetch(request: HttpRequest, slug: str, key: str) -> Application:
    rows = Application.objects.visible_to(request.me).filter(network__slug=slug)
    related = ("network", "organisation__place", "applicant", "in_class__network", "membership", "version")
    return doors.fetch(rows.select_related(*related), pk=key)


def _shown(request: HttpRequest, row: Application, **bound: Any) -> HttpResponse:
    context = questions.page(request.me, row)
    context |= {**_forms(row, context), **bound}
    context["problems"] = [form for form in bound.values() if form.errors]
    template = "network/application_closed.html" if context["is_closed"] else "network/application.html"
    return render(request, template, {**context, **queries.page_of(request, row.network, "applications")})


def _forms(row: Application, context: dict[str, Any]) -> dict[str, Any]:
    """Those of the steps that this reader may take now."""
    may, mine, made = context["may"], context["mine"], {}
    for step, (form_class, _action, _done) in STEPS.items():
        if form_class is not Button and may.get(step, step == "declare"):
            initial = {"initial": questions.last_endorser(row)} if step == "endorse" else {}
            if step == "give" and mine is not None:
                points = {f"points_{key}": str(value) for key, value in mine.scores.items()}
                initial = {"initial": {"verdict": mine.verdict, "text": mine.text, **points}}
            made[f"{step}_form"] = form_class(**initial, **_choices(row, step))
    return made


def _choices(row: Application, step: str) -> dict[str, Any]:
    """What the form of a step has to choose from."""
    if step == "ask":
        return {"people": questions.people_to_ask(row)}
    if step == "admit":
        return {"classes": classes_of(row.network)}
    return {"criteria": questions.criteria_of(row.network)} if step == "give" else {}


def _facts(request: HttpRequest, row: Application, step: str, mine: Review | None) -> dict[str, Any]:
    by = queries.speaking_for(request.me, row.organisation) if step == "withdraw" else request.me
    return {"by": by, "review": mine} if step in ("declare", "give") else {"by": by, "application": row}
