"""One call of the demo with four teams: finished, under way, selected on conditions, not selected this time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit.verbs import Actor
from koinon.network.models import Network, Organisation
from koinon.network.queries import places
from koinon.projects.actions import calls, doing, judging, parts, plans
from koinon.projects.demo import money, people
from koinon.projects.models import Call, CheckIn, Judgement, Project, Teammate

JURORS = ("action-juror-tirana", "action-juror-skopje")
SUPERVISOR = "action-supervisor"


def load(*, by: Actor) -> Iterator[str]:
    """The call, its teams and what became of them."""
    told = people.told()
    facts = told["call"]
    network = Network.objects.filter(is_demo=True, slug=facts["network"]).first()
    house = Organisation.objects.filter(is_demo=True, slug=facts["organisation"]).first()
    runs = list(Person.objects.filter(is_demo=True, email__in=facts["runs"]).order_by("pk"))
    there = Call.objects.filter(is_demo=True, network=network).exists()
    if network is None or house is None or len(runs) < 2 or there:
        return
    known = people.load(by=by)
    call = _call(by, network, house, facts, known)
    made = [_plan(by, call, row, known) for row in told["plan"]]
    _judged(by, call, told, known)
    for project, row in zip(made, told["plan"], strict=True):
        _carried_out(by, Project.objects.select_related("call").get(pk=project.pk), row, known, runs)
    yield f"Opened a call for small actions with {len(made)} teams."


def actor(person: Person) -> Actor:
    """The person, as somebody of the demo: nobody is told anything."""
    return replace(actor_of(person=person), role="demo")


def day(number: int) -> date:
    """So many days from today."""
    return date.today() + timedelta(days=number)


def _call(by: Actor, network: Network, house: Organisation, facts: dict[str, Any], known: dict[str, Person]) -> Call:
    call = calls.create(
        by=by, network=network, organisation=house, name=facts["names"]["sq"], language=facts["language"],
        about=facts["about"], closes_on=date.today(), decides_on=day(0), budget=Decimal(facts["budget"]),
        most_grant=Decimal(facts["most_grant"]), is_demo=True,
    )  # fmt: skip
    Call.objects.filter(pk=call.pk).update(slug=facts["slug"], names=facts["names"])
    call.refresh_from_db()
    for row in people.told()["criterion"]:
        calls.add_criterion(by=by, call=call, name=row["name"], help=row["help"], weight=row["weight"])
    for slug in JURORS:
        calls.name_juror(by=by, call=call, person=known[slug])
    return calls.open_call(by=by, call=call)


def _plan(by: Actor, call: Call, row: dict[str, Any], known: dict[str, Person]) -> Project:
    lead, mate = known[row["lead"]], known[row["mate"]]
    me = actor(lead)
    project = plans.begin(
        by=by, network=call.network, call=call, idea=row["title"], language=row.get("language", "sq"), person=lead,
        is_demo=True,
    )  # fmt: skip
    Project.objects.filter(pk=project.pk).update(slug=row["slug"])
    other = Teammate.objects.create(project=project, person=mate, state="active", email=mate.email, name=mate.name)
    words = {name: row[name] for name in ("title", "problem", "people", "partners", "measure")}
    days: dict[str, Any] = {"starts_on": day(row["starts_on"]), "ends_on": day(row["ends_on"])}
    found = places.search(*row["town"])
    place = found[0] if found else None
    project = plans.write(by=me, project=project, call=call, place=place, **words, **days)
    for number, (title, after) in enumerate(row["steps"]):
        who = other if number % 2 else project.members.get(role="lead")
        due_on = days["starts_on"] + timedelta(days=after) if row["starts_on"] < 0 else day(after)
        parts.add_step(by=me, project=project, title=title, who=who, due_on=due_on)
    for title, answer in row["risks"]:
        parts.add_risk(by=me, project=project, title=title, answer=answer)
    for title, amount, source in row["budget"]:
        parts.add_line(by=me, project=project, title=title, amount=Decimal(amount), source=source)
    return plans.submit(by=me, project=project)


def _judged(by: Actor, call: Call, told: dict[str, Any], known: dict[str, Person]) -> None:
    """The jury, the words for every team, the decision: some weeks ago."""
    calls.judge(by=by, call=call)
    criteria = [str(row.pk) for row in call.criteria.all()]
    for row in told["plan"]:
        for number, slug in enumerate(JURORS):
            judgement = Judgement.objects.get(juror__person=known[slug], project__slug=row["slug"])
            points = dict(zip(criteria, row["points"][number], strict=True))
            judging.give(by=actor(known[slug]), judgement=judgement, points=points, words=row["words"][number])
    calls.end_jury(by=by, call=call)
    for row in told["plan"]:
        project = Project.objects.select_related("call").get(slug=row["slug"], call=call)
        until = {"conditions": row["conditions"], "conditions_until": day(12)} if "conditions" in row else {}
        calls.choose(by=by, project=project, verdict=row["verdict"], feedback=row["feedback"], **until)
    calls.decide(by=by, call=call)
    Call.objects.filter(pk=call.pk).update(closes_on=day(-130), decides_on=day(-100))


def _carried_out(
    by: Actor, project: Project, row: dict[str, Any], known: dict[str, Person], runs: list[Person]
) -> None:
    """As far as the file says: begun, told, paid, looked back on, shown."""
    if row["until"] not in ("running", "closed"):
        return
    me, boss = actor(known[row["lead"]]), actor(known[SUPERVISOR])
    Project.objects.filter(pk=project.pk).update(ends_on=day(40))
    project.ends_on = day(40)
    plans.name_supervisor(by=by, project=project, person=known[SUPERVISOR])
    doing.start(by=me, project=project)
    for step in project.plan_steps.all()[: row.get("done", len(row["steps"]))]:
        parts.tick(by=me, step=step)
    _told(me, boss, project, row)
    money.load(project, row, me, [actor(person) for person in runs])
    if row["until"] == "closed":
        _looked_back(me, boss, project, row)
    Project.objects.filter(pk=project.pk).update(ends_on=day(row["ends_on"]), starts_on=day(row["starts_on"]))


def _told(me: Actor, boss: Actor, project: Project, row: dict[str, Any]) -> None:
    """Check-ins of the last weeks; the first with a drawn picture; the supervisor answers the one before the last."""
    for number, (mood, text, reached, ago) in enumerate(row["check_ins"]):
        photos = [(money.drawing(row["title"]), row["title"], True)] if number == 0 else []
        made = doing.check_in(
            by=me, project=project, mood=mood, text=text, language=project.language, reached=reached, photos=photos
        )
        if number == 0:
            doing.answer(by=boss, check_in=made, words=row.get("reply", "Vazhdoni kështu."))
        CheckIn.objects.filter(pk=made.pk).update(at=timezone.now() - timedelta(days=ago))


def _looked_back(me: Actor, boss: Actor, project: Project, row: dict[str, Any]) -> None:
    doing.finish(by=me, project=project)
    words = {name: row[name] for name in ("came", "measured", "hard", "next")}
    doing.reflect(by=me, project=project, reached=row["reached"], language=project.language, **words)
    doing.accept_reflection(by=boss, project=project)
    doing.show(
        by=me, project=project, result=row["result"], is_public=True, picture=money.drawing(row["title"]),
        picture_alt=row["title"],
    )  # fmt: skip
