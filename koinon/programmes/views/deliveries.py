"""Deliveries: opened in five fields, shown to each reader as far as it is theirs, reported, verified."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.accounts.notices import absolute
from koinon.kit import doors, words
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.learning.queries.qr import svg
from koinon.programmes.actions import deliveries as actions
from koinon.programmes.actions import opinions, proposals, runs
from koinon.programmes.forms import deliveries as forms
from koinon.programmes.forms import programmes as simple
from koinon.programmes.models import CascadeGrant, Delivery
from koinon.programmes.queries import pages, toolkits
from koinon.programmes.rules import cascade as rules
from koinon.programmes.rules.programmes import may_run
from koinon.programmes.views.programmes import around
from koinon.programmes.views.programmes import fetch as programme_of
from koinon.programmes.views.programmes import frame as programme_frame

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "start": (actions.start, Button, gettext_lazy("It is under way.")),
    "call-off": (actions.call_off, simple.Why, gettext_lazy("Called off. Everybody concerned was told why.")),
    "new-link": (
        actions.new_link, Button, gettext_lazy("There is a new link. The old one opens nothing any more."),
    ),
    "helper": (actions.add_helper, forms.Helper, gettext_lazy("They give it with you now, and were told.")),
    "supervisor": (actions.name_supervisor, forms.Supervisor, words.SAVED),
    "survey": (opinions.ask, Button, gettext_lazy("The letters are on their way.")),
    "return": (actions.hand_back, simple.Why, gettext_lazy("Sent back. The facilitator reads your question.")),
    "verify": (actions.verify, Button, gettext_lazy("Verified. It counts now.")),
}  # fmt: skip
NAMES = (
    "programme__network",
    "programme__organisation",
    "grant__person",
    "parent__grant",
    "place",
    "toolkit",
    "supervisor",
    "run",
)


def fetch(request: HttpRequest, key: Any, *, is_mine: bool = False) -> Delivery:
    """A delivery that the reader sees, or gives."""
    rows = Delivery.objects.given_by(request.me) if is_mine else Delivery.objects.visible_to(request.me)
    return doors.fetch(rows.select_related(*NAMES), pk=key)


def frame(request: HttpRequest, row: Delivery, current: str) -> dict[str, Any]:
    """What every page of a delivery shows around itself."""
    me = request.me
    return {
        **around(request, row.programme.network), "delivery": row, "programme": row.programme,
        "tabs": pages.tabs_of(row, me, current), "gives": rules.gives(by=me, delivery=row),
        "supervises": rules.supervises(by=me, delivery=row), "sees_names": rules.sees_names(by=me, delivery=row),
    }  # fmt: skip


@read_or_write
@doors.members_only
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Five fields, on a phone, in five minutes."""
    row = programme_of(request, slug)
    grant = doors.fetch(CascadeGrant.objects.in_force().filter(person=request.me.person), programme=row)
    form = forms.New(request.POST or None, programme=row)
    if request.method == "POST" and form.does(actions.open_delivery, by=request.me, grant=grant):
        messages.success(request, _("It is there. Show people the code, and they are on your list."))
        return redirect("programmes:delivery", form.result.pk)
    return render(request, "programmes/delivery_new.html", {"form": form, **programme_frame(request, row)})


@require_GET
@doors.members_only
def of_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """All deliveries of a programme for those who run it: counts, whose turn it is."""
    row = programme_of(request, slug, is_mine=True)
    rows = Delivery.objects.filter(programme=row).select_related("place", "grant__person", "organisation")
    shown = request.GET.get("state", "")
    found = (rows.filter(state=shown) if shown in Delivery.State.values else rows).order_by("-starts_on", "-pk")
    context = {"rows": found[:200], "shown": shown, "states": Delivery.State.choices, **programme_frame(request, row)}
    return render(request, "programmes/delivery_list.html", context)


@require_GET
@doors.members_only
def delivery(request: HttpRequest, key: str) -> HttpResponse:
    """What it is, whose turn it is; the code to join for those who give it; counts for those who gave the parent."""
    return _delivery(request, fetch(request, key))


@read_or_write
@doors.members_only
def settings(request: HttpRequest, key: str) -> HttpResponse:
    """The rest of it: days, room, toolkit, whether names are shared, who helps."""
    row = fetch(request, key, is_mine=True)
    form = forms.Settings(request.POST or None, delivery=row)
    if request.method == "POST" and form.does(actions.change, by=request.me, delivery=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:delivery_settings", row.pk)
    return _settings(request, row, form)


@require_POST
@doors.members_only
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Start, call off, a new link, a helper, a supervisor, the survey, back to the facilitator, verified."""
    row = fetch(request, key)
    if step not in STEPS:
        raise Http404
    action, maker, done = STEPS[step]
    form = maker(request.POST)
    if form.does(action, by=request.me, delivery=row):
        messages.success(request, done)
        return redirect("programmes:delivery", row.pk)
    if step == "helper" and rules.gives(by=request.me, delivery=row):
        return _settings(request, fetch(request, key), step=step, wrong=form)
    return _delivery(request, fetch(request, key), step, form)


@require_POST
@doors.members_only
def course(request: HttpRequest, key: str) -> HttpResponse:
    """Choose the run of the course that belongs to it, or make one for it."""
    row = fetch(request, key, is_mine=True)
    is_new = "make" in request.POST
    form = Button(request.POST) if is_new else forms.Course(request.POST, runs=pages.runs_for(row, request.me))
    if form.does(runs.make if is_new else runs.choose, by=request.me, delivery=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:delivery", row.pk)
    return _delivery(request, fetch(request, key), "course", form)


@require_POST
@doors.members_only
def helper_leaves(request: HttpRequest, key: str, person: str) -> HttpResponse:
    """Somebody helps no more."""
    row = fetch(request, key, is_mine=True)
    found = doors.fetch(Person.objects.filter(pk__in=row.helpers.values("pk")), pk=person)
    form = Button(request.POST)
    if form.does(actions.remove_helper, by=request.me, delivery=row, person=found):
        messages.success(request, words.SAVED)
    form.tell(request)
    still = Delivery.objects.given_by(request.me).filter(pk=row.pk).exists()
    return redirect("programmes:delivery_settings", row.pk) if still else redirect("programmes:home")


@read_or_write
@doors.members_only
def report(request: HttpRequest, key: str) -> HttpResponse:
    """Who came, what was used, how it went; what was changed goes to the authors."""
    row = fetch(request, key, is_mine=True)
    form = forms.Report(request.POST or None, delivery=row, activities=_leaves(request, row))
    if request.method == "POST" and form.does(actions.report, by=request.me, delivery=row):
        messages.success(request, _("Thank you. The supervisor reads it now."))
        return redirect("programmes:delivery", row.pk)
    return _report(request, row, form)


@require_POST
@doors.members_only
def propose(request: HttpRequest, key: str) -> HttpResponse:
    """What was done otherwise in an activity."""
    row = fetch(request, key, is_mine=True)
    form = forms.Changed(request.POST, activities=_leaves(request, row), auto_id="id_changed_%s")
    if form.does(proposals.propose, by=request.me, delivery=row):
        messages.success(request, _("Sent to the authors of the toolkit. You will read their answer here."))
        return redirect("programmes:report", row.pk)
    return _report(request, row, forms.Report(delivery=row, activities=_leaves(request, row)), form)


def _leaves(request: HttpRequest, row: Delivery) -> list[tuple[str, str]]:
    return toolkits.titles(row.toolkit, row.language)


def _delivery(request: HttpRequest, row: Delivery, step: str = "", wrong: Any = None) -> HttpResponse:
    context = frame(request, row, "delivery")
    own = context["gives"] or context["supervises"]
    said = forms.Supervisor(initial={"email": row.supervisor.email if row.supervisor else ""})
    back, off = simple.Why(auto_id="id_back_%s"), simple.Why(auto_id="id_off_%s")
    made: dict[str, Any] = {"call-off": off, "return": back, "supervisor": said, **({step: wrong} if step else {})}
    context |= _course(request, row, wrong if step == "course" else None) if context["gives"] else {}
    context |= {
        "call_off": made["call-off"], "hand_back": made["return"], "supervisor": made["supervisor"],
        "problems": [wrong] if wrong is not None and not wrong.fields else [], "is_own": own,
        "runs": may_run(by=request.me, programme=row.programme), **pages.facts_of(row, is_own=own),
    }  # fmt: skip
    if context["gives"] and row.state in actions.OPEN:
        address = absolute(to("programmes:join", row.join_key))
        context |= {"address": address, "picture": svg(address)}
    return render(request, "programmes/delivery.html", context)


def _course(request: HttpRequest, row: Delivery, wrong: Any) -> dict[str, Any]:
    """The choice of a run, while the list is open; `wrong` is the form that was refused."""
    if not row.programme.course_id or row.state not in (*actions.OPEN, "returned"):
        return {}
    runs_of_mine = pages.runs_for(row, request.me)  # type: ignore[attr-defined]
    fresh = forms.Course(runs=runs_of_mine, initial={"run": row.run_id})
    may_make = row.run_id is None and row.organisation_id is not None
    return {"course": wrong if wrong is not None and wrong.fields else fresh, "may_make": may_make}


def _settings(
    request: HttpRequest, row: Delivery, form: Any = None, *, step: str = "", wrong: Any = None
) -> HttpResponse:
    helper = wrong if step == "helper" else forms.Helper(auto_id="id_helper_%s")
    context = {"form": form or forms.Settings(delivery=row), "helper": helper, "helpers": row.helpers.order_by("pk")}
    return render(request, "programmes/delivery_settings.html", {**context, **frame(request, row, "delivery_settings")})


def _report(request: HttpRequest, row: Delivery, form: Any, changed: Any = None) -> HttpResponse:
    leaves = _leaves(request, row)
    titles = dict(leaves)
    sent = list(row.proposals.order_by("-pk"))
    for each in sent:
        each.leaf = titles.get(str(each.activity), "")
    context = {
        "form": form, "changed": changed or forms.Changed(activities=leaves, auto_id="id_changed_%s"), "leaves": leaves,
        "sent": sent, **frame(request, row, "report"),
    }  # fmt: skip
    return render(request, "programmes/report.html", context)
