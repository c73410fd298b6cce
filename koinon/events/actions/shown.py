"""What was shown at an event, or came of it: a title, a few words, a link to it."""

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions.events import address_of
from koinon.events.models import Event, Shown
from koinon.events.rules import afterwards as rules
from koinon.events.rules.events import organises
from koinon.kit import prose
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
TITLE, TEXT, MOST = 200, 500, 100


@verb("events.result_shown", rule=organises, refusal=NOT_YOURS)
def add(*, by: Actor, event: Event, title: str, text: str = "", link: str = "") -> Shown:
    """One more at the end of the list; people find it on the page of the event."""
    Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
    rows = Shown.objects.filter(event=event)
    if rows.count() >= MOST:
        raise ValidationError(_("At most %(most)s results of one event.") % {"most": MOST})
    last = rows.aggregate(last=Max("order"))["last"]
    return Shown.objects.create(event=event, order=0 if last is None else last + 1, **_said(title, text, link))


@verb("events.result_changed", rule=rules.keeps_shown, refusal=NOT_YOURS)
def change(*, by: Actor, shown: Shown, title: str, text: str = "", link: str = "") -> Shown:
    """Other words, or another link."""
    for name, value in _said(title, text, link).items():
        setattr(shown, name, value)
    shown.save(update_fields=["title", "text", "link"])
    return shown


@verb("events.result_removed", rule=rules.keeps_shown, refusal=NOT_YOURS)
def remove(*, by: Actor, shown: Shown) -> Event:
    """It stands on the list no more."""
    event = shown.event
    Shown.objects.filter(pk=shown.pk).delete()
    return event


def _said(title: str, text: str, link: str) -> dict[str, str]:
    return {
        "title": prose.said(title, "title", TITLE, is_needed=True, is_line=True),
        "text": prose.said(text, "text", TEXT),
        "link": address_of(link),
    }
