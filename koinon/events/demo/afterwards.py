"""What stays of the demo's events: a report with a photo and feedback, results shown, and days of a study visit."""

import io
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from koinon.events.actions import events, feedback, photos, pictures, reports, shown, slots
from koinon.events.engine import clocks
from koinon.events.models import Event
from koinon.kit.verbs import Actor
from koinon.network.models import Membership

FILE = Path(__file__).parent / "afterwards.toml"


@cache
def told() -> dict[str, Any]:
    """What afterwards.toml holds."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def load(*, by: Actor, made: Mapping[str, Event]) -> int:
    """Whatever belongs to events that were just made; how many things that is."""
    rows, number = told(), 0
    if rows["report"]["event"] in made:
        number += _report(by, made[rows["report"]["event"]], rows["report"])
    for row in rows["shown"]:
        if row["event"] in made:
            shown.add(by=by, event=made[row["event"]], title=row["title"], text=row["text"])
            number += 1
    if rows["visit"]["after"] in made:
        number += _visit(by, made[rows["visit"]["after"]], rows["visit"])
    return number


def _report(by: Actor, event: Event, row: Mapping[str, Any]) -> int:
    event.refresh_from_db()
    if event.state != "over":
        return 0
    came = event.registrations.filter(state="attended").order_by("pk")
    for registration, values in zip(came, row["feedback"], strict=False):
        feedback.answer(by=by, registration=registration, values=values, language=event.language)
    photo = photos.add(by=by, event=event, file=_drawn(), alt=row["photo"], nobody_is_seen=True)
    photos.show(by=by, photo=photo, agreed=True)
    pictures.choose(by=by, event=event, file=_drawn(), alt=row["photo"], licence="CC0-1.0")
    report = reports.write(by=by, report=reports.draft(by=by, event=event), text=row["text"])
    reports.publish(by=by, report=report)
    return 2


def _visit(by: Actor, near: Event, row: Mapping[str, Any]) -> int:
    """Held by the same house in the same network; its hosts are the first other members."""
    first = date.today() + timedelta(days=row["in_days"])
    starts, ends = (
        clocks.moment(datetime.combine(first + timedelta(days=later), time.fromisoformat(hour)), row["zone"])
        for later, hour in zip((0, row["days"] - 1), row["hours"], strict=True)
    )
    made = events.create(
        by=by, organisation=near.organisation, network=near.network, kind=row["kind"], title=row["names"]["en"],
        starts_at=starts, ends_at=ends, zone=row["zone"], language=row["language"], is_demo=True,
    )  # fmt: skip
    Event.objects.filter(pk=made.pk).update(slug=row["slug"])
    made.refresh_from_db()
    said = {"names": row["names"], "about": row["about"], "venue": str(near.organisation), "audience": "public"}
    made = events.edit(by=by, event=made, **said)
    made = events.publish(by=by, event=made)
    members = Membership.objects.active().filter(network=near.network_id).exclude(organisation=near.organisation_id)
    hosts = members.select_related("organisation").order_by("organisation__slug")
    for membership, offer in zip(hosts, row["offers"], strict=False):
        day = first + timedelta(days=offer["from"])
        slots.offer(
            by=by, event=made, host=membership.organisation, starts_on=day, languages=["en", "sq"],
            ends_on=day + timedelta(days=offer["days"] - 1), places=offer["places"], programme=offer["programme"],
        )  # fmt: skip
    return 1


def _drawn() -> SimpleUploadedFile:
    """Rows of empty chairs before a screen: a drawing, because the demo shows nobody."""
    picture = Image.new("RGB", (960, 600), "#f3efe6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((280, 50, 680, 260), fill="#dfe8ec", outline="#35525e", width=6)
    for line in range(4):
        for chair in range(8 + line):
            left, top = 480 - (8 + line) * 38 + chair * 76, 320 + line * 66
            draw.rectangle((left + 10, top, left + 62, top + 34), fill="#35525e")
            draw.rectangle((left + 16, top + 34, left + 56, top + 46), fill="#7d929a")
    data = io.BytesIO()
    picture.save(data, "PNG")
    return SimpleUploadedFile("hall.png", data.getvalue(), "image/png")
