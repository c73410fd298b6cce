"""Your desk: whose turn is it, what is new, what is near."""

from datetime import UTC, date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from koinon.accounts import actions, entrance, forms, queries, seams
from koinon.accounts.seams import DeskItem
from koinon.kit import doors

FAR = datetime(9999, 1, 1, tzinfo=UTC)
MOST_NEWS = 12


@require_GET
@doors.members_only
def desk(request: HttpRequest) -> HttpResponse:
    """One page: what waits for me, what waits for others, what is new, what is near."""
    items = sorted(queries.waiting_for(request.me), key=_urgency)
    news = sorted(
        (item for lent in seams.desk_news.gather(request.me) for item in lent), key=lambda n: n.at, reverse=True
    )
    facts = {
        "mine": [item for item in items if item.is_mine],
        "others": [item for item in items if not item.is_mine],
        "news": news[:MOST_NEWS],
        "has_unread": any(item.is_unread for item in news),
        "near": [item for lent in seams.desk_near.gather(request.me) for item in lent][:6],
        "steps": [step for lent in seams.first_steps.gather(request.me) for step in lent] if not items else [],
    }
    return render(request, "accounts/desk.html", facts)


@require_POST
@doors.members_only
def read(request: HttpRequest) -> HttpResponse:
    actions.read_all(by=request.me, person=request.user)
    return redirect("accounts:desk")


@require_POST
@doors.members_only
def act(request: HttpRequest) -> HttpResponse:
    """Act for another organisation from now on; somebody else's is 404."""
    form = forms.ActFor(request.POST)
    if not form.does(actions.act_for, by=request.me):
        raise Http404
    return redirect(entrance.safe(request, request.POST.get("next", "")) or "accounts:desk")


def _urgency(item: DeskItem) -> tuple[datetime, datetime]:
    """Nearest deadline first, then what has waited longest."""
    return _moment(item.until), _moment(item.since)


def _moment(value: datetime | date | None) -> datetime:
    if value is None:
        return FAR
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
