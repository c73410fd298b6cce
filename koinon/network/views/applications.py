"""Apply to a network, and follow the application from both sides."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import doors
from koinon.kit.limits import limited
from koinon.network import queries, rules
from koinon.network.actions import applications
from koinon.network.forms import applications as forms
from koinon.network.forms.people import Answer
from koinon.network.models import Application, Network, Organisation
from koinon.network.queries import applications as questions

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
Step = tuple[type[Any], Callable[..., Any], Any]
STEPS: dict[str, Step] = {
    "review": (Answer, applications.start_review, gettext_lazy("The applicant sees now that you read it.")),
    "advise": (forms.Advise, applications.advise, gettext_lazy("Your recommendation is kept.")),
    "return": (forms.HandBack, applications.hand_back, gettext_lazy("It is the applicant's turn now.")),
    "decline": (forms.Decline, applications.decline, gettext_lazy("Declined; the applicant was told why.")),
    "admit": (forms.Admit, applications.admit, gettext_lazy("Admitted. Everybody concerned was told.")),
    "withdraw": (Answer, applications.withdraw, gettext_lazy("The application was taken back.")),
}


@limited("apply", times=20, per=questions.HOUR)
@read_or_write
@doors.members_only
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Apply for an organisation I speak for, or for one that is not here yet."""
    network = doors.fetch(Network.objects.visible_to(request.me), slug=slug)
    mine = questions.may_apply_for(request.me, network)
    organisation = _chosen(request, mine)
    form = _form(request, network, organisation)
    if request.method == "POST" and _apply(request, network, organisation, form):
        messages.success(request, _thanks(form.result))
        return redirect("network:application", network.slug, form.result.pk)
    context = {"form": form, "mine": mine, "organisation": organisation, "is_new": organisation is None}
    return render(request, "network/apply.html", {**context, **queries.page_of(request, network, "apply")})


@require_GET
@doors.members_only
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Applications to a network, those that wait first."""
    network = doors.fetch(Network.objects.staffed_by(request.me), slug=slug)
    page = questions.listed(request.me, network, request.GET.get("state", ""), request.GET.get("after", ""))
    context = {**page, **queries.page_of(request, network, "applications")}
    return render(request, "network/applications.html", context)


@require_GET
@doors.members_only
def application(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The same state for applicant and staff: where it stands, whose turn, since when, until when."""
    return _shown(request, _fetch(request, slug, key))


@read_or_write
@doors.members_only
def change(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Complete a draft, or change what was returned."""
    row = _fetch(request, slug, key)
    may = rules.may_change_application(by=request.me, application=row) and row.state in ("draft", "returned")
    doors.permitted(row, may)
    initial = {"motivation": row.motivation, "contribution": row.contribution}
    form = forms.Change(request.POST or None, initial=initial)
    by = queries.speaking_for(request.me, row.organisation)
    if request.method == "POST" and form.does(applications.change, by=by, application=row):
        messages.success(request, _thanks(row))
        return redirect("network:application", slug, row.pk)
    context = {"form": form, "application": row, **queries.page_of(request, row.network, "applications")}
    return render(request, "network/application_change.html", context)


@require_POST
@doors.members_only
def move(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """One step of the way; whoever may not take it finds nothing here."""
    if step not in STEPS:
        raise Http404
    row = _fetch(request, slug, key)
    form_class, action, done = STEPS[step]
    doors.permitted(row, questions.may_take(request.me, row, step))
    form = form_class(request.POST)
    if form.does(action, **_facts(request, row, step)):
        messages.success(request, done)
        return redirect("network:application", slug, row.pk)
    return _shown(request, _fetch(request, slug, key), **{f"{step}_form": form})


def _fetch(request: HttpRequest, slug: str, key: str) -> Application:
    rows = Application.objects.visible_to(request.me).filter(network__slug=slug)
    return doors.fetch(rows.select_related("network", "organisation__place", "applicant"), pk=key)


def _shown(request: HttpRequest, row: Application, **bound: Any) -> HttpResponse:
    context = questions.page(request.me, row)
    made = {"admit_form": forms.Admit(), "return_form": forms.HandBack(), "decline_form": forms.Decline()}
    context |= {**made, "advise_form": forms.Advise(initial=context["my_advice"]), **bound}
    context["problems"] = [form for form in bound.values() if form.errors]
    return render(
        request, "network/application.html", {**context, **queries.page_of(request, row.network, "applications")}
    )


def _facts(request: HttpRequest, row: Application, step: str) -> dict[str, Any]:
    by = queries.speaking_for(request.me, row.organisation) if step == "withdraw" else request.me
    person = {"person": Person.objects.get(pk=request.me.person)} if step == "advise" else {}
    return {"by": by, "application": row, **person}


def _chosen(request: HttpRequest, mine: list[Organisation]) -> Organisation | None:
    """The organisation named in the address; the only one there is, when none is named."""
    wanted = request.GET.get("organisation", "")
    if not wanted and len(mine) == 1:
        return mine[0]
    return next((row for row in mine if row.slug == wanted), None)


def _form(request: HttpRequest, network: Network, organisation: Organisation | None) -> Any:
    if organisation is None:
        return forms.ApplyNew(request.POST or None, network=network)
    return forms.Apply(request.POST or None)


def _apply(request: HttpRequest, network: Network, organisation: Organisation | None, form: Any) -> bool:
    """The verb of the form: for an organisation that is here, or together with a new one."""
    facts = {"network": network, "applicant": Person.objects.get(pk=request.me.person)}
    if organisation is None:
        return form.does(applications.register_and_submit, by=request.me, **facts)
    by = queries.speaking_for(request.me, organisation)
    return form.does(applications.submit, by=by, organisation=organisation, **facts)


def _thanks(row: Application) -> str:
    if row.state == "draft":
        return _("Saved. Nobody but you sees it until you send it.")
    return _("Sent. You see here where it stands, and we write to you.")
