"""Small grants: asked for, approved by two, paid outside, receipts, money back, closing."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, files, limits, words
from koinon.kit.forms import Button
from koinon.projects.actions import grants as actions
from koinon.projects.forms import doing as forms
from koinon.projects.forms.plans import Why
from koinon.projects.models import Project, Receipt, SmallGrant
from koinon.projects.queries import grants as asked
from koinon.projects.queries import pages

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "withdraw": (actions.withdraw, Button, gettext_lazy("Withdrawn.")),
    "approve": (actions.approve, Button, gettext_lazy("Approved.")),
    "refuse": (actions.refuse, Why, gettext_lazy("Refused. The team was told why.")),
    "pay": (actions.pay, forms.Pay, gettext_lazy("Noted. The team was told.")),
    "receipt": (actions.add_receipt, forms.Paper, gettext_lazy("Added.")),
    "settle": (actions.settle, Button, gettext_lazy("Handed in. The receipts are looked at now.")),
    "back": (actions.note_returned, forms.Back, gettext_lazy("Noted. The team was told.")),
    "close": (actions.close, Button, gettext_lazy("Closed: every cent is accounted for.")),
}
"""step: (verb, form, what is said when it is done)"""


@read_or_write
@doors.members_only
@limits.limited("projects.grant", times=20, per=timedelta(days=1))
def money(request: HttpRequest, slug: str) -> HttpResponse:
    """The small grants of a project; the team asks for one."""
    rows = Project.objects.inside(request.me).filter(call__isnull=False).select_related(*pages.NAMES)
    row = doors.fetch(rows, slug=slug)
    form = forms.AskGrant(request.POST or None)
    if request.method == "POST" and form.does(actions.ask, by=request.me, project=row):
        messages.success(request, _("Asked for. Two people look at it; you are told."))
        return redirect("projects:grant", form.result.pk)
    context = {"form": form, **asked.money_of(row), **pages.context(request, row, "money")}
    return render(request, "projects/money.html", context)


@require_GET
@doors.members_only
def grant(request: HttpRequest, key: str) -> HttpResponse:
    """One small grant: who approved it, what was paid, what it was spent on, what is left."""
    return _grant(request, _fetch(request, key))


@require_POST
@doors.members_only
@limits.limited("projects.grant_step", times=200, per=timedelta(hours=1))
def grant_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Withdraw, approve, refuse, pay, add a receipt, hand in the account, note money back, close."""
    row = _fetch(request, key)
    if step not in STEPS:
        raise Http404
    action, maker, done = STEPS[step]
    form = maker(request.POST, request.FILES)
    if form.does(action, by=request.me, grant=row):
        messages.success(request, done)
        return redirect("projects:grant", row.pk)
    return _grant(request, _fetch(request, key), step, form)


@read_or_write
@doors.members_only
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """Mend a receipt that came back with a question."""
    rows = Receipt.objects.filter(grant__project__in=Project.objects.manageable_by(request.me))
    row = doors.fetch(rows.select_related("grant__project__call", "grant__project__network"), pk=key)
    first = {name: getattr(row, name) for name in ("title", "amount", "spent_on")}
    form = forms.MendPaper(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.does(actions.mend_receipt, by=request.me, receipt=row):
        messages.success(request, words.SAVED)
        return redirect("projects:grant", row.grant_id)
    context = {"form": form, "receipt": row, **pages.context(request, row.grant.project, "money")}
    return render(request, "projects/receipt.html", context)


@require_GET
@doors.members_only
def receipt_file(request: HttpRequest, key: str) -> HttpResponse:
    """The photo or PDF of a receipt, for those inside."""
    row = doors.fetch(Receipt.objects.visible_to(request.me).filter(upload__isnull=False), pk=key)
    return files.serve(row.upload)


@require_POST
@doors.members_only
def receipt_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Accept a receipt, return it with a question, take it out."""
    row = doors.fetch(Receipt.objects.visible_to(request.me).select_related("grant__project__call"), pk=key)
    made: dict[str, Any] = {
        "accept": (actions.accept_receipt, Button), "return": (actions.return_receipt, Why),
        "drop": (actions.drop_receipt, Button),
    }  # fmt: skip
    if step not in made:
        raise Http404
    action, maker = made[step]
    form = maker(request.POST)
    if form.does(action, by=request.me, receipt=row):
        messages.success(request, words.SAVED)
        return redirect("projects:grant", row.grant_id)
    return _grant(request, _fetch(request, str(row.grant_id)), f"receipt-{row.pk}", form)


def _fetch(request: HttpRequest, key: str) -> SmallGrant:
    names = tuple(f"project__{name}" for name in pages.NAMES)
    rows = SmallGrant.objects.visible_to(request.me)  # type: ignore[attr-defined]
    return doors.fetch(rows.select_related("first_by", "second_by", "paid_by", "asked_by", *names), pk=key)


def _grant(request: HttpRequest, row: SmallGrant, step: str = "", form: Any = None) -> HttpResponse:
    made = {name: maker() for name, (_action, maker, _done) in STEPS.items()} | {"why": Why()}
    made |= {step: form} if step else {}
    context = {
        "grant": row, "forms": made, "problems": [form] if form else [], "step": step,
        **asked.grant_page(row, request.me), **pages.context(request, row.project, "money"),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "projects/grant.html", context)
