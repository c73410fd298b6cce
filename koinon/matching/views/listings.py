"""Lists of needs and offers, one of them, writing and keeping one's own."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import doors, links
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.matching import queries, rules
from koinon.matching.actions import ends, reviews
from koinon.matching.actions import listings as actions
from koinon.matching.forms import calls
from koinon.matching.forms import listings as forms
from koinon.matching.forms.examples import examples
from koinon.matching.forms.outlines import outline
from koinon.matching.models import Listing
from koinon.matching.queries import lists, pages
from koinon.matching.queries.pages import HOUR, in_90_days
from koinon.network.forms.directory import asked
from koinon.network.models import Network
from koinon.network.queries import network as network_of
from koinon.network.queries import page_of, speaking_for
from koinon.network.queries.directory import chips_of

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
MOVES: dict[str, tuple[Any, Any, Any]] = {
    "publish": (Button, actions.publish, gettext_lazy("Done. Here you see how it stands.")),
    "take-back": (Button, actions.take_back, gettext_lazy("It is a draft again.")),
    "approve": (Button, reviews.approve, gettext_lazy("Published. They were told.")),
    "return": (calls.Return, reviews.send_back, gettext_lazy("Returned. They read what should be changed.")),
    "pause": (Button, actions.pause, gettext_lazy("Paused. It is out of the lists; nothing is lost.")),
    "resume": (Button, actions.resume, gettext_lazy("Open again.")),
    "choose": (Button, ends.choose, gettext_lazy("It takes no more replies. You have three weeks to answer.")),
    "close": (forms.Close, ends.close, gettext_lazy("Closed. Thank you for telling what came of it.")),
    "tell": (forms.Close, ends.tell_outcome, gettext_lazy("Thank you for telling what came of it.")),
    "renew": (forms.Renew, actions.renew, gettext_lazy("Renewed. It is in the lists again.")),
}
SHELVES = {"need": "needs", "offer": "offers", "service": "offers"}
WRITTEN: dict[str, Any] = {
    "open": gettext_lazy("It is in the lists. Within a minute you see here who fits."),
    "review": gettext_lazy("Handed in. The coordinators look at it; here you see until when."),
    "draft": gettext_lazy("Kept as a draft. Only you see it until you publish it."),
}


@require_GET
def needs(request: HttpRequest, slug: str) -> HttpResponse:
    """What members look for."""
    return _list(request, slug, "need")


@require_GET
def offers(request: HttpRequest, slug: str) -> HttpResponse:
    """What members offer."""
    return _list(request, slug, "offer")


@require_GET
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """Paid services of members, in a list of their own."""
    return _list(request, slug, "service")


@require_GET
def listing(request: HttpRequest, key: str) -> HttpResponse:
    """One offer or need."""
    row = doors.fetch(_rows(request), pk=key)
    request.is_cacheable = row.network.is_public
    return _shown(request, row)


@limited("write", times=30, per=HOUR)
@read_or_write
@doors.members_only
def new(request: HttpRequest) -> HttpResponse:
    """Write an offer or a need."""
    homes = queries.homes_of(request.me)
    if not homes:
        return render(request, "matching/nobody.html")
    form = forms.Write(request.POST or None, homes=homes, initial=_wishes(request, homes))
    if request.method == "POST" and _post(request, form):
        messages.success(request, WRITTEN[form.result.state])
        return redirect("matching:listing", form.result.pk)
    context = {"form": form, "examples": examples(), "kinds": Listing.Kind.choices, **pages.writing(homes)}
    return render(request, "matching/write.html", context)


@read_or_write
@doors.members_only
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change one's own."""
    row = doors.fetch(_rows(request).manageable_by(request.me).filter(state__in=actions.EDITABLE), pk=key)
    form = forms.Edit(request.POST or None, listing=row)
    if request.method == "POST" and form.does(actions.edit, by=speaking_for(request.me, row.organisation), listing=row):
        messages.success(request, _("Saved. Within a minute the matches follow."))
        return redirect("matching:listing", row.pk)
    context = {"form": form, "listing": row, "examples": examples()}
    return render(request, "matching/write.html", {**context, **page_of(request, row.network, f"{row.side}s")})


@require_POST
@doors.members_only
def move(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Pause, resume, close, renew."""
    if step not in MOVES:
        raise Http404
    row = doors.fetch(_rows(request), pk=key)
    form_class, action, done = MOVES[step]
    doors.permitted(row, action.rule(by=request.me, listing=row))
    form = _close(request, row) if form_class is forms.Close else form_class(request.POST)
    if form.does(action, by=speaking_for(request.me, row.organisation), listing=row):
        messages.success(request, done)
        return redirect("matching:listing", row.pk)
    return _shown(request, row, **{f"{step}_form": form})


@require_POST
@doors.members_only
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """A draft goes."""
    row = doors.fetch(_rows(request).manageable_by(request.me), pk=key)
    form = Button(request.POST)
    if form.does(actions.discard, by=speaking_for(request.me, row.organisation), listing=row):
        messages.success(request, _("The draft is gone."))
        return redirect("matching:mine")
    return _shown(request, row, discard_form=form)


@require_GET
@doors.members_only
def mine(request: HttpRequest) -> HttpResponse:
    """What my organisations offer and need, in every state, and the replies they sent."""
    return render(request, "matching/mine.html", pages.mine(request.me))


@limited("link", times=30, per=HOUR)
@read_or_write
def renew_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """From a letter: the page says what it does, the button does it; no sign-in."""
    try:
        link = links.read("matching.renew", token)
        row = doors.fetch(Listing.objects.select_related("organisation", "network"), pk=link.facts["listing"])
        by = actor_of(person=doors.fetch(Person.objects.filter(is_active=True), pk=link.facts["person"]))
    except links.Broken as problem:
        return render(request, "matching/link.html", {"problem": str(problem)}, status=410)
    doors.permitted(row, rules.speaks(by, row.organisation_id))
    form = Button(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(
        actions.renew_by_link, by=speaking_for(by, row.organisation), listing=row, link=link
    ):
        return render(request, "matching/link.html", {"listing": form.result, "is_done": True})
    return render(request, "matching/link.html", {"listing": row, "form": form})


def _list(request: HttpRequest, slug: str, side: str) -> HttpResponse:
    network = network_of(request.me, slug)
    question = asked(request.GET)
    page, rows = lists.found(request.me, network, side, question)
    facets = lists.facets_of(page, question)
    context = {"side": side, "asked": question, "page": page, "rows": rows, "facets": facets}
    context |= {
        "chips": chips_of(facets, question),
        "tabs": _tabs(network, side),
        "may_write": bool(queries.homes_of(request.me, network)),
    }
    request.is_cacheable = network.is_public
    context["feed"] = reverse("matching:feed", args=[network.slug]) if network.is_public else ""
    return render(request, "matching/list.html", {**context, **page_of(request, network, SHELVES[side])})


def _tabs(network: Network, side: str) -> list[dict[str, Any]]:
    labels = {"need": _("Needs"), "offer": _("Offers"), "service": _("Paid services")}
    return [
        {"url": reverse(f"matching:{name}s", args=[network.slug]), "label": label, "current": name == side}
        for name, label in labels.items()
    ]


def _rows(request: HttpRequest) -> Any:
    return Listing.objects.visible_to(request.me).select_related("network", "organisation__place")


def _shown(request: HttpRequest, row: Listing, **bound: Any) -> HttpResponse:
    context = pages.listing_page(request.me, row, as_written="original" in request.GET)
    context |= {"close_form": _close(request, row, context), "return_form": calls.Return()}
    context |= {"renew_form": forms.Renew(initial={"until": in_90_days()}), **bound}
    context["problems"] = [form for form in bound.values() if form.errors]
    return render(request, "matching/listing.html", {**context, **page_of(request, row.network, f"{row.side}s")})


def _close(request: HttpRequest, row: Listing, context: Mapping[str, Any] | None = None) -> forms.Close:
    """Owners say what came of it; a coordinator need not know. With `context` it is asked, without it answered."""
    if context is not None:
        return forms.Close(accepted=context.get("accepted", ()), is_ours=context["is_ours"])
    return forms.Close(
        request.POST, accepted=pages.accepted(row), is_ours=rules.speaks(request.me, row.organisation_id)
    )


def _wishes(request: HttpRequest, homes: list[Any]) -> dict[str, str]:
    """What the address already says: ?side=offer&network=slug&kind=mentor; a kind brings its headings along."""
    side, kind = request.GET.get("side", ""), request.GET.get("kind", "")
    at = [str(home.pk) for home in homes if home.network.slug == request.GET.get("network", "")]
    wishes = {"side": side if side in Listing.Side.values else "need", **({"home": at[0]} if at else {})}
    if kind in Listing.Kind.values:
        wishes |= {"kind": kind, "text": outline(kind).text}
    return wishes


def _post(request: HttpRequest, form: forms.Write) -> bool:
    person = Person.objects.get(pk=request.me.person)
    if not form.is_valid():
        return False
    home = form.homes[form.cleaned_data["home"]]
    return form.does(actions.post, by=speaking_for(request.me, home.organisation), author=person)
