"""The events themselves: what the texts name, on days that come, with their programmes."""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from koinon.events.actions import events, quotas, series, sessions
from koinon.events.engine import clocks
from koinon.events.models import Event, Series
from koinon.kit.verbs import Actor
from koinon.network.models import Membership, Network, Organisation, Place

FILE = Path(__file__).parent / "events.toml"
SERIES = {
    "sq": "Takimet e Qyteteve digjitale", "en": "Meetings of the Digital Cities",
    "lt": "Skaitmeninių miestų susitikimai",
    "mk": "Средби на Дигитални градови", "el": "Συναντήσεις των Ψηφιακών Πόλεων",
}  # fmt: skip
RULES = ("admits_minors", "by_nomination", "audience", "funder", "funder_code")


@cache
def told() -> list[dict[str, Any]]:
    """What events.toml holds, one for each event."""
    rows: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["event"]
    return rows


def load(*, by: Actor) -> dict[str, Event]:
    """Events that are not there yet, by slug; those that have passed are open until their people are there."""
    there = set(Event.objects.filter(is_demo=True).values_list("slug", flat=True))
    houses = {row.slug: row for row in Organisation.objects.filter(is_demo=True)}
    rows = [row for row in told() if row["slug"] not in there and row["organisation"] in houses]
    return {row["slug"]: _event(by, row, houses[row["organisation"]]) for row in rows}


def first_day(row: dict[str, Any]) -> date:
    """The day of the text in the next year in which it is two weeks away or more, or so many days from today."""
    if "in_days" in row:
        return date.today() + timedelta(days=row["in_days"])
    soon = date.today() + timedelta(days=14)
    day = date(soon.year, row["month"], row["day"])
    return day if day >= soon else day.replace(year=day.year + 1)


def _event(by: Actor, row: dict[str, Any], house: Organisation) -> Event:
    starts_at, ends_at = _span(row, max(first_day(row), date.today() + timedelta(days=2)))
    made = events.create(
        by=by, organisation=house, kind=row["kind"], title=row["names"][row["language"]], starts_at=starts_at,
        ends_at=ends_at, zone=row["zone"], network=_network(row, house), language=row["language"],
        place=_town(row["town"], row["country"]), venue=row["venue"], is_demo=True,
    )  # fmt: skip
    Event.objects.filter(pk=made.pk).update(slug=row["slug"])
    made.refresh_from_db()
    facts = {name: row[name] for name in RULES if name in row}
    made = events.edit(
        by=by, event=made, names=row["names"], languages=row["languages"], about=row["about"], country=row["country"],
        **facts,
    )  # fmt: skip
    _places(made, row)
    _programme(by, made, row)
    if row.get("series"):
        series.join_series(by=by, event=made, series=_series(made))
    return made if row.get("is_draft") else events.publish(by=by, event=made)


def _span(row: dict[str, Any], first: date) -> tuple[datetime, datetime]:
    last = first + timedelta(days=row["days"] - 1)
    starts, ends = (time.fromisoformat(hour) for hour in row["hours"])
    return (
        clocks.moment(datetime.combine(first, starts), row["zone"]),
        clocks.moment(datetime.combine(last, ends), row["zone"]),
    )


def _network(row: dict[str, Any], house: Organisation) -> Network | None:
    """The first of the networks to which the house belongs."""
    mine = set(Membership.objects.active().filter(organisation=house).values_list("network__slug", flat=True))
    slug = next((slug for slug in row["networks"] if slug in mine), None)
    return Network.objects.filter(slug=slug).first() if slug else None


def _town(name: str, country: str) -> Place | None:
    return Place.objects.filter(name=name, country=country).first()


def _places(made: Event, row: dict[str, Any]) -> None:
    """As many as the text has, or few enough that somebody waits."""
    whole = made.quotas.get(rule="all")
    quotas.put(made, rule="all", places=row["places"], quota=whole)
    if "each" in row:
        quotas.put(made, rule="each", places=row["each"])


def _programme(by: Actor, made: Event, row: dict[str, Any]) -> None:
    """Those of the file instead of one session for each day; without any in the file these stay."""
    if "session" not in row:
        return
    made.sessions.all().delete()
    first = clocks.local(made.starts_at, made.zone).date()
    for part in row["session"]:
        day = first + timedelta(days=part["day"] - 1)
        starts, ends = (clocks.moment(datetime.combine(day, time.fromisoformat(part[key])), made.zone) for key in
                        ("from", "to"))  # fmt: skip
        session = sessions.plan(
            by=by, event=made, title=part["name"], starts_at=starts, ends_at=ends, zone=made.zone,
            track=part.get("track", ""), room=part.get("room", ""), is_required=part.get("is_required", True),
        )  # fmt: skip
        for role in part.get("roles", ()):
            sessions.name_speaker(by=by, session=session, role=role)


def _series(made: Event) -> Series:
    row, _is_new = Series.objects.get_or_create(
        organisation=made.organisation, network=made.network, language="sq", names=SERIES
    )
    return row
