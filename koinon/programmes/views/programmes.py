"""Programmes: mine, those of a network, the page of one; opened, changed, run and closed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.learning.models import Course
from koinon.learning.queries.homes import homes
from koinon.network.models import Network
from koinon.network.queries import page_of, speaking_for
from koinon.programmes.actions import opinions
from koinon.programmes.actions import programmes as actions
from koinon.programmes.forms import programmes as forms
from koinon.programmes.models import Programme, Qualification
from koinon.programmes.queries import lineage_pages, pages, toolkits
from koinon.programmes.rules.lineage import may_follow
from koinon.programmes.rules.programmes import may_run

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any]] = {
    "start": (actions.start, gettext_lazy("The programme runs. People see it and may ask to deliver it.")),
    "close": (actions.close, gettext_lazy("The programme is closed. What was delivered stays.")),
    "reopen": (actions.reopen, gettext_lazy("The programme runs again.")),
}


def fetch(request: HttpRequest, slug: str, *, is_mine: bool = False) -> Programme:
    """A programme that the reader sees, or runs."""
    rows = Programme.objects.manageable_by(request.me) if is_mine else Programme.objects.visible_to(request.me)
    return doors.fetch(rows.select_related("network", "organisation", "course"), slug=slug)


def voice(request: HttpRequest, programme: Programme) -> Any:
    """The reader, in the name of the organisation that runs it if they speak for it."""
    return speaking_for(request.me, programme.organisation)


def frame(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    """What every page of a programme shows around itself."""
    runs = may_run(by=request.me, programme=programme)
    return {**around(request, programme.network), "programme": programme, "runs": runs}


def around(request: HttpRequest, network: Network) -> dict[str, Any]:
    """The network of a programme, for those who may see that network: others do not learn its name."""
    may_see = network.is_public or network.pk in request.me.roles
    return page_of(request, network, "programmes") if may_see else {}


@require_GET
@doors.members_only
def home(request: HttpRequest) -> HttpResponse:
    """My grants with the way to open a delivery, what I give and supervise, where I am on the way, what I run."""
    me = request.me
    run = Programme.objects.manageable_by(me).select_related("organisation").order_by("-starts_on", "-pk")
    context = {
        "grants": pages.my_grants(me), "deliveries": pages.my_deliveries(me), "visits": pages.my_visits(me),
        "ways": pages.my_ways(me), "run": run[:20], "may_open": any(each.network for each in homes(me)),
    }  # fmt: skip
    return render(request, "programmes/programme_home.html", context)


@require_GET
def of_network(request: HttpRequest, slug: str) -> HttpResponse:
    """The programmes of a network."""
    network = doors.fetch(Network.objects.visible_to(request.me), slug=slug)
    rows = Programme.objects.visible_to(request.me).filter(network=network).select_related("organisation")
    context = {"rows": rows.order_by("-starts_on", "-pk")[:50], **page_of(request, network, "programmes")}
    mine = homes(request.me) if request.me.is_known else []
    context["may_open"] = any(home.network == network for home in mine)
    return render(request, "programmes/programme_list.html", context)


@read_or_write
@doors.members_only
def new(request: HttpRequest) -> HttpResponse:
    """Open a programme, in the name of a member of a network."""
    mine = [home for home in homes(request.me) if home.network is not None]
    form = forms.New(request.POST or None, homes=mine) if mine else None
    if request.method == "POST" and form and form.is_valid():
        by = speaking_for(request.me, form.said()["organisation"])
        if form.does(actions.create, by=by):
            messages.success(request, _("It is there, and nobody else sees it yet. Say now what facilitators need."))
            return redirect("programmes:edit", form.result.slug)
    return render(request, "programmes/programme_new.html", {"form": form})


@require_GET
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, what facilitators need, how far it has come; and for the reader, where they stand."""
    row = fetch(request, slug)
    way = grant = None
    if request.me.is_known:
        ways = Qualification.objects.filter(programme=row, person=request.me.person)
        way = next(iter(pages.on_way(ways)), None)
        grant = next((each for each in pages.my_grants(request.me) if each.grant.programme_id == row.pk), None)
    context = {
        "lineage": lineage_pages.summary(row), "may_follow": may_follow(by=request.me, programme=row),
        "figures": pages.figures(row), "about": pages.about(row, is_original="original" in request.GET),
        "toolkit": toolkits.newest(row), "way": way, "grant": grant,
        **frame(request, row),
    }  # fmt: skip
    return render(request, "programmes/programme.html", context)


@read_or_write
@doors.members_only
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about it."""
    row = fetch(request, slug, is_mine=True)
    courses = Course.objects.filter(pk__in=Course.objects.visible_to(request.me).filter(is_published=True).values("pk"))
    kept = (courses | Course.objects.filter(pk=row.course_id)).order_by("title", "pk")
    form = forms.Edit(request.POST or None, programme=row, courses=kept)
    if request.method == "POST" and form.does(actions.edit, by=voice(request, row), programme=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:programme", row.slug)
    return render(request, "programmes/programme_edit.html", {"form": form, **frame(request, row)})


@read_or_write
@doors.members_only
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """What participants are asked afterwards: one question for all programmes, and a few of one's own."""
    row = fetch(request, slug, is_mine=True)
    form = forms.Asked(request.POST or None, programme=row)
    if request.method == "POST" and form.does(opinions.set_questions, by=voice(request, row), programme=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:asked", row.slug)
    return render(request, "programmes/programme_asked.html", {"form": form, **frame(request, row)})


@require_POST
@doors.members_only
def step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Run it, close it, run it again."""
    row = fetch(request, slug, is_mine=True)
    if step not in STEPS:
        raise Http404
    action, done = STEPS[step]
    form = Button(request.POST)
    if form.does(action, by=voice(request, row), programme=row):
        messages.success(request, done)
    form.tell(request)
    return redirect("programmes:programme", row.slug)
