"""Events as calendar files: one, its programme, one session, all of mine, those of a network for everybody."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from koinon.events.models import COMING, Event, EventSession, Registration
from koinon.events.queries import calendars as questions
from koinon.events.views.events import fetch
from koinon.kit import calendars, doors
from koinon.network.models import Network


@require_GET
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event; the address of the call only for those who take part."""
    row = _fetch(request, slug)
    comes = Registration.objects.filter(event=row, person=request.me.person, state__in=COMING)
    entry = questions.entry_of(row, get_language() or "", has_link=request.me.is_known and comes.exists())
    return _answer(entry.title, [entry], row.slug)


@require_GET
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """All its sessions, to be subscribed to."""
    row = _fetch(request, slug)
    return _answer(str(row), questions.programme(row, get_language() or ""), f"{row.slug}-programme")


@require_GET
def session(request: HttpRequest, key: str) -> HttpResponse:
    """One session."""
    rows = EventSession.objects.filter(event__in=Event.objects.visible_to(request.me).exclude(state="draft"))
    row = doors.fetch(rows.select_related("event"), pk=key)
    entry = questions.entry_of_session(row, get_language() or "")
    return _answer(entry.title, [entry], f"{row.event.slug}-{row.starts_at:%Y-%m-%d}")


@require_GET
@doors.members_only
def mine(request: HttpRequest) -> HttpResponse:
    """All events I take part in, as a file; the calendar that renews itself is among one's own pages."""
    return _answer(_("My events"), questions.coming(request.me), "events")


@require_GET
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """Public events of a network, for any calendar that subscribes."""
    row = doors.fetch(Network.objects.visible_to(request.me), slug=slug)
    answer = _answer(str(row), questions.public_of(row), f"{row.slug}-events")
    answer["Cache-Control"] = f"{'public' if row.is_public else 'private'}, max-age=900"
    return answer


def _fetch(request: HttpRequest, slug: str) -> Event:
    """Whoever sees its page, also by its link; nothing that is not published stands in calendars."""
    row = fetch(request, slug)
    return doors.permitted(row, row.state != "draft")


def _answer(title: str, entries: list[calendars.Entry], name: str) -> HttpResponse:
    answer = HttpResponse(calendars.write(title, entries), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
