"""People of an event as its organisers see them: searched, by state and house, thirty on a page; one; a spreadsheet."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.models import COMING, ENDED, Care, Event, EventForm, Overtaking, Registration
from koinon.events.queries import questions as asked_questions
from koinon.events.queries.registering import TONES, reader, turn_of
from koinon.events.rules.events import organises
from koinon.kit import questions, sheets
from koinon.kit.verbs import Actor

SIZE, BATCH, HOUSES = 30, 500, 200
FILES = ("xlsx", "ods", "csv")
GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "approval": (gettext_lazy("Waiting for your decision"), ("approval",)),
    "coming": (gettext_lazy("With a place"), COMING),
    "line": (gettext_lazy("On the waiting list or offered a place"), ("waiting", "offered")),
    "pending": (gettext_lazy("Waiting for somebody else"), ("draft", "email", "sender", "consent")),
    "ended": (gettext_lazy("Ended"), ENDED),
}
"""group -> (words, states)"""


@dataclass(frozen=True)
class Asked:
    """What the organiser looks for."""

    text: str = ""
    group: str = ""
    house: str = ""
    after: UUID | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.group or self.house)


def asked(given: QueryDict) -> Asked:
    """Of an address; whatever is not known counts as not said."""
    group = given.get("group", "")
    try:
        after = UUID(given.get("after", ""))
    except ValueError:
        after = None
    text, house = (given.get(name, "").replace("\0", "")[:80].strip() for name in ("q", "house"))
    return Asked(text, group if group in GROUPS else "", house, after)


def rows_of(event: Event, wanted: Asked) -> QuerySet[Registration]:
    rows = Registration.objects.filter(event=event)
    if wanted.group:
        rows = rows.filter(state__in=GROUPS[wanted.group][1])
    if wanted.house:
        rows = rows.filter(organisation_name=wanted.house)
    if wanted.text:
        said = wanted.text
        found = Q(name__icontains=said) | Q(email__icontains=said) | Q(organisation_name__icontains=said)
        rows = rows.filter(found)
    return rows


def page(event: Event, wanted: Asked) -> dict[str, Any]:
    """One page of the list: four queries, whatever its length."""
    rows = rows_of(event, wanted)
    total = rows.count()
    found = rows.filter(pk__gt=wanted.after) if wanted.after else rows
    shown = list(found.select_related("organisation", "nominated_by").order_by("pk")[: SIZE + 1])
    more = str(shown[SIZE - 1].pk) if len(shown) > SIZE else ""
    everybody = Registration.objects.filter(event=event).order_by()
    counts = dict(everybody.values_list("state").annotate(number=Count("pk")))
    houses = everybody.exclude(organisation_name="").order_by("organisation_name").values_list("organisation_name")
    return {
        "asked": wanted, "total": total, "after": more, "is_first": wanted.after is None,
        "rows": [{"row": row, "tone": TONES.get(row.state, "waiting"), "turn": turn_of(row)} for row in shown[:SIZE]],
        "groups": [(key, words, sum(counts.get(each, 0) for each in which)) for key, (words, which) in GROUPS.items()],
        "houses": [name for (name,) in houses.distinct()[:HOUSES]], "everybody": sum(counts.values()),
        "decides": counts.get("approval", 0),
    }  # fmt: skip


def one(row: Registration) -> dict[str, Any]:
    """One person as organisers see them: everything they said, who decided, and what may be decided now."""
    state = row.state
    return {
        "registration": row, "tone": TONES.get(state, "waiting"), "turn": turn_of(row),
        "answered": asked_questions.answered(row, reader()), "parts": list(row.chosen.all()),
        "care": Care.objects.filter(registration=row).first(), "consent": getattr(row, "consent", None),
        "passed": list(Overtaking.objects.filter(registration=row)),
        "may_approve": state == "approval",
        "may_reject": state not in (*ENDED, "attended", "missed") and not row.event.is_over,
    }  # fmt: skip


def known(said: list[str]) -> list[UUID]:
    """Ids of a form; whatever is none is left out."""
    found = []
    for each in said:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


def needs(event: Event) -> list[Care]:
    """What those who come need, for who cooks and who builds the ramp; nothing after it was purged."""
    rows = Care.objects.filter(registration__event=event, registration__state__in=[*COMING, "offered", "waiting"])
    return list(rows.select_related("registration").order_by("registration__name", "pk")[:2000])


def listed(event: Event, me: Actor) -> list[Registration]:
    """Who takes part, as far as they agreed to be read by this reader; minors are never on it. Three queries."""
    rows = Registration.objects.filter(event=event, is_minor=False, purged_at=None).coming()
    rows = rows.filter(listed_until__gte=date.today())
    if not _is_among(event, me):
        rows = rows.filter(listed="all")
    return list(rows.exclude(listed="nobody").select_related("organisation").order_by("name", "pk")[:2000])


def may_see_list(event: Event, me: Actor) -> bool:
    """Whoever sees the event, and whoever takes part."""
    return _is_among(event, me) or Event.objects.visible_to(me).filter(pk=event.pk).exists()


def as_file(event: Event, kind: str, language: str) -> IO[bytes]:
    """Everybody as a spreadsheet in a temporary file that is gone when it is closed; needs are not in it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    with translation.override(language):
        asked_of = _columns(event, language)
        table = sheets.Table(str(event), _header(asked_of), _lines(event, asked_of, language))
        if kind == "csv":
            sheets.write_csv(file, table)
        else:
            (sheets.write_xlsx if kind == "xlsx" else sheets.write_ods)(file, [table])
    file.seek(0)
    return file


def _is_among(event: Event, me: Actor) -> bool:
    if not me.is_known:
        return False
    mine = Registration.objects.filter(event=event, person=me.person).coming()
    return mine.exists() or organises(by=me, event=event)


def _columns(event: Event, language: str) -> dict[str, str]:
    """Questions of all versions by key, each with its newest words."""
    found: dict[str, str] = {}
    for form in EventForm.objects.filter(event=event, purpose="registration").order_by("number"):
        found |= {
            row["key"]: questions.said(row["labels"], language, event.language)
            for _part, row in questions.each(form.schema)
        }
    return found


def _header(asked_of: dict[str, str]) -> list[str]:
    first = [
        _("Name"), _("E-mail"), _("Organisation"), _("Country"), _("State"), _("Since"), _("Registered on"),
        _("How"), _("Places"), _("Parts"), _("Language"), _("Under 18"), _("Reason"),
    ]  # fmt: skip
    return [*first, *asked_of.values()]


def _lines(event: Event, asked_of: dict[str, str], language: str) -> Iterator[list[Any]]:
    """A row for each; three queries for each five hundred."""
    rows = (
        Registration.objects.filter(event=event, purged_at=None)
        .select_related("form")
        .prefetch_related("chosen__event")
    )
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        for row in batch:
            parts = ", ".join(str(each) for each in row.chosen.all())
            facts: list[Any] = [row.name, row.email, row.organisation_name, row.country, row.get_state_display()]
            facts += [_day(row.moved_at), _day(row.at), row.get_how_display(), row.units, parts, row.language]
            yield [*facts, _("Yes") if row.is_minor else "", row.why, *_said(row, asked_of, language)]


def _said(row: Registration, asked_of: dict[str, str], language: str) -> list[str]:
    schema = row.form.schema if row.form else {}
    found = []
    for key in asked_of:
        question = questions.find(schema, key) if key in row.answers else None
        found.append(questions.shown(question, row.answers[key], language, schema["language"]) if question else "")
    return found


def _day(at: Any) -> date | None:
    return timezone.localdate(at) if at else None
