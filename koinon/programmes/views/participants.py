"""The list of those who take part: by hand, without names, by a spreadsheet; who came to the end; who goes on."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.programmes.actions import participants as actions
from koinon.programmes.forms import deliveries as forms
from koinon.programmes.models import Delivery, Participant
from koinon.programmes.queries import lists, pages
from koinon.programmes.rules import cascade as rules
from koinon.programmes.views.deliveries import fetch, frame

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
SALT = "koinon.programmes.list"
STEPS: dict[str, tuple[Any, Any]] = {
    "remove": (actions.remove, gettext_lazy("No longer on the list.")),
    "next": (actions.invite_next, gettext_lazy("Asked. They answer by a link in a letter.")),
}


@require_GET
@doors.members_only
def listed(request: HttpRequest, key: str) -> HttpResponse:
    """Names for those who give or supervise it, and for those above if they are shared; 404 for everybody else."""
    row = fetch(request, key)
    doors.permitted(row, rules.sees_names(by=request.me, delivery=row))
    return _listed(request, row)


@require_POST
@doors.members_only
def add(request: HttpRequest, key: str) -> HttpResponse:
    """One person with a name, or several without."""
    row = fetch(request, key, is_mine=True)
    is_count = "number" in request.POST
    form = forms.Nameless(request.POST, auto_id="id_count_%s") if is_count else forms.Somebody(request.POST)
    if form.does(actions.add_nameless if is_count else actions.add, by=request.me, delivery=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:participants", row.pk)
    return _listed(request, row, **({"counted": form} if is_count else {"form": form}))


@require_POST
@doors.members_only
def finished(request: HttpRequest, key: str) -> HttpResponse:
    """Everybody who is ticked took part to the end."""
    row = fetch(request, key, is_mine=True)
    ticked = row.participants.filter(pk__in=lists.keys_of(request.POST.getlist("row"))).values_list("pk", flat=True)
    form = Button(request.POST)
    if form.does(actions.finish, by=request.me, delivery=row, rows=list(ticked)):
        messages.success(request, words.SAVED)
    form.tell(request)
    return redirect("programmes:participants", row.pk)


@require_POST
@doors.members_only
def read_list(request: HttpRequest, key: str) -> HttpResponse:
    """A spreadsheet is read and shown row by row; nobody is on the list yet."""
    row = fetch(request, key, is_mine=True)
    form, rows = forms.ListFile(request.POST, request.FILES), []
    if form.is_valid():
        try:
            rows = lists.read(form.cleaned_data["file"], row)
        except ValidationError as problem:
            form.add_error("file", problem)
    if form.errors:
        return _listed(request, row, list_form=form)
    good = [each.as_row() for each in rows if each.is_new]
    signed = signing.dumps(good, salt=f"{SALT}.{row.pk}", compress=True)
    context = {"rows": rows, "signed": signed, "fresh": len(good)}
    return render(request, "programmes/participants_list.html", {**context, **frame(request, row, "participants")})


@require_POST
@doors.members_only
def add_list(request: HttpRequest, key: str) -> HttpResponse:
    """The rows that were shown come onto the list; signed, so that nobody else's row gets in between."""
    row = fetch(request, key, is_mine=True)
    try:
        rows = signing.loads(request.POST.get("listed", ""), salt=f"{SALT}.{row.pk}", max_age=3600)
    except signing.BadSignature:
        messages.error(request, _("That took too long. Please read the list again."))
        return redirect("programmes:participants", row.pk)
    form = Button(request.POST)
    if form.does(actions.add_all, by=request.me, delivery=row, rows=rows):
        said = ngettext(
            "%(number)s person is on the list now.", "%(number)s people are on the list now.", form.result.added
        )
        messages.success(request, said % {"number": form.result.added})
    form.tell(request)
    return redirect("programmes:participants", row.pk)


@require_GET
@doors.members_only
def export(request: HttpRequest, key: str) -> HttpResponse:
    """The list as a spreadsheet for those who give it: names of people under 18 never leave."""
    row = fetch(request, key, is_mine=True)
    answer = HttpResponse(lists.write(row), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="participants.csv"'
    return answer


@read_or_write
@doors.members_only
def participant(request: HttpRequest, key: str) -> HttpResponse:
    """A correction, and how it went for this person."""
    row = _fetch(request, key)
    form = forms.Listed(request.POST or None, participant=row)
    if request.method == "POST" and form.does(actions.change, by=request.me, participant=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:participants", row.delivery_id)
    context = {"form": form, "row": row, **frame(request, row.delivery, "participants")}
    return render(request, "programmes/participant.html", context)


@require_POST
@doors.members_only
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Off the list, or asked to go on as a facilitator."""
    row = _fetch(request, key)
    if step not in STEPS:
        raise Http404
    action, done = STEPS[step]
    form = Button(request.POST)
    if form.does(action, by=request.me, participant=row):
        messages.success(request, done)
    form.tell(request)
    return redirect("programmes:participants", row.delivery_id)


def _fetch(request: HttpRequest, key: str) -> Participant:
    given = Delivery.objects.given_by(request.me)
    names = ("delivery__programme__network", "delivery__programme__organisation", "delivery__grant", "person")
    return doors.fetch(Participant.objects.filter(delivery__in=given).select_related(*names), pk=key)


def _listed(request: HttpRequest, row: Delivery, **made: Any) -> HttpResponse:
    context = {
        "form": forms.Somebody(), "counted": forms.Nameless(auto_id="id_count_%s"), "list_form": forms.ListFile(),
        "rows": pages.listed(row, request.me), "is_open": row.state in ("planned", "running", "returned"), **made,
        **frame(request, row, "participants"),
    }  # fmt: skip
    return render(request, "programmes/participants.html", context)
