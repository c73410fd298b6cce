"""Pages on which coordinators say how their network admits."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.network import queries
from koinon.network.actions import admission as actions
from koinon.network.actions import letters, quotas
from koinon.network.forms import admission as forms
from koinon.network.models import Criterion, FirstStep, MembershipClass, Network, Quota, Window
from koinon.network.notices.letters import KINDS, VARIABLES
from koinon.network.queries import admission as questions
from koinon.network.queries.classes import classes_of, preview

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
Step = tuple[type[Any], Callable[..., Any], tuple[str, Any] | None]
STEPS: dict[str, Step] = {
    "rules": (forms.Rules, actions.set_rules, None),
    "window": (forms.AddWindow, actions.add_window, None),
    "extend": (forms.ExtendWindow, actions.extend_window, ("window", Window)),
    "window-remove": (Button, actions.remove_window, ("window", Window)),
    "quota": (forms.SetQuota, quotas.set_quota, None),
    "quota-change": (forms.SetQuota, quotas.set_quota, ("quota", Quota)),
    "quota-remove": (Button, quotas.remove_quota, ("quota", Quota)),
    "criterion": (forms.AddCriterion, actions.add_criterion, None),
    "criterion-retire": (Button, actions.retire_criterion, ("criterion", Criterion)),
    "step": (forms.AddStep, actions.add_step, None),
    "step-retire": (Button, actions.retire_step, ("step", FirstStep)),
    "class-raise": (Button, actions.raise_class, ("membership_class", MembershipClass)),
    "class-retire": (Button, actions.retire_class, ("membership_class", MembershipClass)),
    "sort": (Button, actions.sort_members, None),
}
NAMED = ("criterion", "step")


@require_GET
@doors.members_only
def admission(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything a coordinator may set, in one place."""
    return _shown(request, _fetch(request, slug))


@require_POST
@doors.members_only
def change(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """One of the forms of that page."""
    network = _fetch(request, slug)
    if step not in STEPS:
        raise Http404
    form_class, action, noun = STEPS[step]
    facts = {noun[0]: _one(network, noun[1], request.POST.get("key", ""))} if noun else {}
    form = form_class(request.POST, auto_id=f"{step}_%s", **({"network": network} if step in NAMED else {}))
    if form.does(action, by=request.me, network=network, **facts):
        messages.success(request, words.SAVED)
        return redirect("network:admission", slug)
    return _shown(request, network, problem=form, **({} if noun else {f"{step}_form": form}))


@read_or_write
@doors.members_only
def membership_class(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """A class: its rule, with a look at what it would change before anything is kept."""
    network = _fetch(request, slug)
    row = _one(network, MembershipClass, key) if key else None
    form = forms.SetClass(request.POST or None, network=network, row=row)
    is_look = "look" in request.POST
    if request.method == "POST" and not is_look and _kept(request, network, row, form):
        messages.success(request, _("Kept. Nobody's class has changed yet: look at the preview and sort the members."))
        return redirect("network:admission", slug)
    look = questions.with_rule(network, form.as_row(network, row)) if is_look and form.is_valid() else None
    context = {"form": form, "row": row, "look": look, **queries.page_of(request, network, "staff")}
    return render(request, "network/class_edit.html", context)


@read_or_write
@doors.members_only
def letter_text(request: HttpRequest, slug: str, kind: str, language: str) -> HttpResponse:
    """The words of a kind of letter in one language."""
    network = _fetch(request, slug)
    if kind not in KINDS or language not in questions.letter_languages(network):
        raise Http404
    _language, subject, text = letters.text_of(network, kind, language)
    form = forms.SetText(request.POST or None, initial={"subject": subject, "text": text})
    if request.method == "POST" and form.does(
        letters.set_text, by=request.me, network=network, kind=kind, language=language
    ):
        messages.success(request, words.SAVED)
        return redirect("network:admission", slug)
    context = {"form": form, "kind": KINDS[kind].title, "language": language, "variables": VARIABLES.items()}
    return render(request, "network/letter_text.html", {**context, **queries.page_of(request, network, "staff")})


def _fetch(request: HttpRequest, slug: str) -> Network:
    return doors.fetch(Network.objects.manageable_by(request.me), slug=slug)


def _one(network: Network, model: Any, key: str) -> Any:
    rows = model.objects.filter(network=network).select_related("network")
    return doors.found(next((row for row in rows if str(row.pk) == str(key)), None))


def _kept(request: HttpRequest, network: Network, row: MembershipClass | None, form: Any) -> bool:
    return form.does(actions.set_class, by=request.me, network=network, membership_class=row)


def _shown(request: HttpRequest, network: Network, **bound: Any) -> HttpResponse:
    made = {
        "rules_form": forms.Rules(instance=questions.rules_of(network)),
        "window_form": forms.AddWindow(auto_id="window_%s"),
        "quota_form": forms.SetQuota(auto_id="quota_%s"),
        "criterion_form": forms.AddCriterion(network=network, auto_id="criterion_%s"),
        "step_form": forms.AddStep(network=network, auto_id="step_%s"),
    }
    context = {**made, **questions.page(network), "look": preview(network, classes_of(network)), **bound}
    return render(request, "network/admission.html", {**context, **queries.page_of(request, network, "staff")})
