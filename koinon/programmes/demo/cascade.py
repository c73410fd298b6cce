"""The demo's cascade of four generations, made through the verbs and then given the days on which it was."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from koinon.accounts import demo
from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.learning.models import Course, Evidence
from koinon.network.models import Network, Organisation, Place
from koinon.programmes.actions import counting, deliveries, participants, programmes, proposals, qualifying, toolkits
from koinon.programmes.actions.lineage_sheet import renew
from koinon.programmes.clock.lineage import look_at
from koinon.programmes.demo import growth, people
from koinon.programmes.engine.suppression import FEWEST
from koinon.programmes.models import Activity, CascadeGrant, Delivery, Opinion, Participant, Programme, Toolkit

CHANGED = "Pemën e bëmë me vetëm tri rrënjë, dhe secili grup mori një."
WHY = "Për një mbrëmje të vetme koha nuk mjafton."
VERSION_2 = "Dëgjimi në çifte: tri minuta në vend të dyve, dhe një raund në fund."
SEEN = "E drejtoi rrethin me qetësi; herën tjetër le të pyesë më shumë."


@transaction.atomic
def load(*, by: Actor) -> list[str]:
    """The programme, its toolkit in two versions, its facilitators and what they delivered."""
    told = people.told()
    facts = told["programme"]
    network = Network.objects.filter(slug=facts["network"], is_demo=True).first()
    house = Organisation.objects.filter(slug=facts["organisation"], is_demo=True).first()
    if network is None or house is None or Programme.objects.filter(slug=facts["slug"]).exists():
        return []
    programme = _programme(by, network, house, facts)
    kit = _toolkit(by, programme, told["activity"])
    grants, made = _cascade(by, programme, told, kit)
    _afterwards(by, programme, kit, made, grants)
    grown = growth.grow(programme, [row["place"] for row in told["delivery"]])
    renew(programme)
    look_at(programme)
    number, deepest = len(made) + len(grown), max(row.generation for row in made.values())
    return [f"Let a programme multiply: {number} deliveries in {deepest} generations."]


def _programme(by: Actor, network: Network, house: Organisation, facts: Mapping[str, Any]) -> Programme:
    today = timezone.localdate()
    made = programmes.create(
        by=by, organisation=house, network=network, name=facts["names"]["sq"], language="sq", is_demo=True,
        starts_on=today - timedelta(days=facts["first_day"]), ends_on=today - timedelta(days=facts["last_day"]),
    )  # fmt: skip
    Programme.objects.filter(pk=made.pk).update(slug=facts["slug"], names=facts["names"])
    made.refresh_from_db()
    course = Course.objects.filter(slug=facts["course"], is_demo=True, is_published=True).first()
    programmes.edit(
        by=by, programme=made, name=facts["names"]["sq"], about=facts["about"].strip(), languages=facts["languages"],
        funder=facts["funder"], code=facts["code"], budget=Decimal(facts["budget"]), currency="EUR",
        starts_on=made.starts_on, ends_on=made.ends_on, course=course, is_public=True, numbers={},
    )  # fmt: skip
    return programmes.start(by=by, programme=made)


def _toolkit(by: Actor, programme: Programme, rows: list[dict[str, Any]]) -> Toolkit:
    """Version 1 with one activity said otherwise, then version 2: its translations of that one are older."""
    first = toolkits.begin(by=by, programme=programme)
    for row in rows:
        said = row["sq"]
        old = said["text"].replace("tri minuta", "dy minuta").replace(" Në fund, në rreth: çfarë ishte e vështirë?", "")
        leaf = toolkits.add(
            by=by, toolkit=first, title=said["title"], goal=said["goal"], text=old if row["older"] else said["text"],
            minutes=row["minutes"], group_size=row["group_size"], materials=row["materials"], key=UUID(row["key"]),
        )  # fmt: skip
        for language in row["older"]:
            toolkits.translate(by=by, toolkit=first, activity=leaf, language=language, **row[language])
    toolkits.publish(by=by, toolkit=first, changes="")
    second = toolkits.begin(by=by, programme=programme)
    for row in rows:
        leaf = Activity.objects.get(toolkit=second, key=UUID(row["key"]))
        if row["older"]:
            facts = {"minutes": row["minutes"], "group_size": row["group_size"], "materials": row["materials"]}
            leaf = toolkits.write(by=by, toolkit=second, activity=leaf, **row["sq"], **facts)
        for language in programme.languages:
            if language in row and language != "sq" and language not in row["older"]:
                leaf = toolkits.translate(by=by, toolkit=second, activity=leaf, language=language, **row[language])
    return toolkits.publish(by=by, toolkit=second, changes=VERSION_2)


def _cascade(
    by: Actor, programme: Programme, told: Mapping[str, Any], kit: Toolkit
) -> tuple[dict[str, CascadeGrant], dict[str, Delivery]]:
    """Generation after generation: a grant comes from a delivery, deliveries come from a grant."""
    grants: dict[str, CascadeGrant] = {}
    made: dict[str, Delivery] = {}
    first = Toolkit.objects.get(programme=programme, number=1)
    waiting = list(told["delivery"])
    for row in told["facilitator"]:
        if row["came_from"] and row["came_from"] not in made:
            waiting = _deliver_all(by, waiting, grants, made, first, kit)
        grants[row["slug"]] = _grant(by, programme, row, made.get(row["came_from"]))
    _deliver_all(by, waiting, grants, made, first, kit)
    return grants, made


def _deliver_all(
    by: Actor, rows: list[dict[str, Any]], grants: dict[str, CascadeGrant], made: dict[str, Delivery], first: Toolkit,
    kit: Toolkit,
) -> list[dict[str, Any]]:  # fmt: skip
    """Those whose facilitator is there; gives the others back."""
    for row in [each for each in rows if each["by"] in grants]:
        made[row["slug"]] = _deliver(by, grants[row["by"]], row, first if row["ago"] > 200 else kit)
    return [each for each in rows if each["by"] not in grants]


def _grant(by: Actor, programme: Programme, row: Mapping[str, Any], below: Delivery | None) -> CascadeGrant:
    """Held since long ago: no act of today, so it is written, not done."""
    person = demo.made(by, row)
    since = timezone.localdate() - timedelta(days=row["since"])
    if below is not None:
        Participant.objects.create(
            delivery=below, person=person, name=person.name, age="18-29", has_finished=True, has_become=True
        )
        counting.recount(below)
    house = Organisation.objects.filter(slug=row["organisation"], is_demo=True).first() if row["organisation"] else None
    return CascadeGrant.objects.create(
        programme=programme, person=person, organisation=house, parent=below,
        generation=below.generation + 1 if below else 1, since=since, until=since + timedelta(days=730), is_demo=True,
        target_deliveries=programme.target_deliveries, target_people=programme.target_people,
    )  # fmt: skip


def _deliver(by: Actor, grant: CascadeGrant, row: Mapping[str, Any], kit: Toolkit) -> Delivery:
    """Opened, held, reported and verified as its row says."""
    starts = timezone.localdate() - timedelta(days=row["ago"])
    made = deliveries.open_delivery(
        by=by, grant=grant, title=row["title"], starts_on=starts, ends_on=starts + timedelta(days=row["days"] - 1),
        language=row["language"], place=Place.objects.filter(pk=row["place"]).first(),
        expected=sum(row["people"].values()),
    )  # fmt: skip
    Delivery.objects.filter(pk=made.pk).update(toolkit=kit)
    made.refresh_from_db()
    for age, number in row["people"].items():
        participants.add_nameless(by=by, delivery=made, number=number, age=age)
    rows = list(made.participants.order_by("pk").values_list("pk", flat=True))
    Opinion.objects.bulk_create(
        Opinion(delivery=made, quality=points, group=number // FEWEST) for number, points in enumerate(row["answers"])
    )
    participants.finish(by=by, delivery=made, rows=rows[: row["finished"]])
    if row["words"]:
        used = list(kit.activities.order_by("order").values_list("key", flat=True))
        made.refresh_from_db()
        deliveries.report(by=by, delivery=made, words=row["words"], used=used[: 3 if row["days"] < 3 else 4])
    if row["state"] == "verified":
        deliveries.verify(by=by, delivery=made)
        at = timezone.now() - timedelta(days=max(row["ago"] - 20, 0))
        Delivery.objects.filter(pk=made.pk).update(moved_at=at, made_at=at)
    made.refresh_from_db()
    return made


def _afterwards(
    by: Actor, programme: Programme, kit: Toolkit, made: Mapping[str, Delivery], grants: Mapping[str, CascadeGrant]
) -> None:
    """What waits today: a change proposed, a supervisor named, somebody on the way and, if there is one, ready."""
    last, today = made["kukes-one"], timezone.localdate()
    tree = kit.activities.order_by("order").values_list("key", flat=True)[2]
    proposals.propose(by=by, delivery=last, activity=tree, changed=CHANGED, why=WHY)
    deliveries.name_supervisor(by=by, delivery=last, email=demo.address("leaders-shkoder"))
    finished = Evidence.objects.filter(
        state="accepted",
        enrolment__state="finished",
        enrolment__run__course=programme.course,
        enrolment__person__is_demo=True,
    ).order_by("pk")
    found = finished.values_list("enrolment__person", flat=True).first() if programme.course_id else None
    candidate = Person.objects.filter(pk=found).first() if found else None
    if candidate is not None:
        _observed(by, programme, candidate, today)


def _observed(by: Actor, programme: Programme, person: Person, today: date) -> None:
    """Somebody with the course behind them has led a session: the grant waits."""
    way = qualifying.put_on_way(by=by, programme=programme, person=person)
    sheet = {"welcome": 5, "aim": 4, "listening": 4}
    qualifying.observe(
        by=by, qualification=way, on=today - timedelta(days=3), where="", sheet=sheet, words=SEEN, counts=True
    )
