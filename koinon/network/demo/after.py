"""The demo after admission: shadows and a claim, a report half filled, members in several standings, a stale page."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from koinon.accounts import actions as accounts
from koinon.accounts.models import Person
from koinon.kit.verbs import Actor, machine
from koinon.kit.vocabularies import eurovoc
from koinon.network.actions import claims, memberships, organisations, reports, standings
from koinon.network.models import CLAIM_STEPS, Claim, Cycle, Membership, Network, Organisation, Report, Standing

DAY = timedelta(days=1)
STEPS = ("due", "late", "risk", "inactive")


def load(*, by: Actor) -> Iterator[str]:
    """What is not there yet; nothing the second time."""
    found = {row["network"]: Network.objects.filter(slug=row["network"]).first() for row in _read()["cycle"]}
    if None in found.values() or Cycle.objects.filter(network__in=found.values()).exists():
        return
    for row in _read()["shadow"]:
        _shadow(by, Network.objects.get(slug=row["network"]), row)
    for row in _read()["claim"]:
        _claim(by, row)
    cycles = {row["network"]: _cycle(by, row) for row in _read()["cycle"]}
    for row in _read()["report"]:
        _report(by, cycles[row["network"]], row)
    for row in [*_read()["stale"], *_read()["confirmed"]]:
        when = timezone.now() - row["days_ago"] * DAY
        Organisation.objects.filter(slug=row["organisation"]).update(confirmed_at=when, asked_at=timezone.now())
    yield f"Asked {len(_read()['report'])} members for reports, and wrote {len(_read()['shadow'])} organisations down."


def _shadow(by: Actor, network: Network, row: dict[str, Any]) -> None:
    facts = {name: row[name] for name in ("slug", "names", "language", "kind", "country", "website", "about")}
    themes = [concept.id for concept in eurovoc.all_concepts() if concept.label("en") in row["themes"]]
    made = organisations.register(by=by, **facts, languages=[row["language"]], themes=themes, is_demo=True)
    memberships.begin(by=by, network=network, organisation=made, kind="partner", since=date.today() - 20 * DAY)


def _claim(by: Actor, row: dict[str, Any]) -> None:
    organisation = Organisation.objects.get(slug=row["organisation"])
    facts = {name: row[name] for name in ("email", "name", "position", "message", "language")}
    claim = claims.ask(by=by, organisation=organisation, asker="demo", **facts)
    person = accounts.join(by=by, email=claim.email, language=claim.language, name=claim.name)
    Person.objects.filter(pk=person.pk).update(is_demo=True)
    CLAIM_STEPS.move(claim, "waiting", person=person, due_on=date.today() + 4 * DAY)
    Claim.objects.filter(pk=claim.pk).update(moved_at=timezone.now() - 3 * DAY)


def _cycle(by: Actor, row: dict[str, Any]) -> Cycle:
    facts = dict(row)
    network = Network.objects.get(slug=facts.pop("network"))
    first_on = date.today() - facts.pop("first_days_ago") * DAY
    return reports.set_cycle(by=by, network=network, first_on=first_on, **facts)


def _report(by: Actor, cycle: Cycle, row: dict[str, Any]) -> None:
    rows = Membership.objects.active().filter(network=cycle.network_id, organisation__slug=row["organisation"])
    membership = rows.select_related("organisation", "network").get()
    report = reports.open_report(by=by, cycle=cycle, membership=membership, asked_on=cycle.first_on)
    if row.get("answers"):
        said = {key: (text, 0) for key, text in row["answers"].items()}
        report, _theirs = reports.answer(by=by, report=report, said=said)
    due_on = date.today() + row["days_left"] * DAY
    Report.objects.filter(pk=report.pk).update(due_on=due_on, opened_on=min(due_on, date.today()) - 50 * DAY)
    report.refresh_from_db()
    if row["state"] == "submitted":
        reports.submit(by=by, report=report)
    _age(by, cycle, report)


def _age(by: Actor, cycle: Cycle, report: Report) -> None:
    """The steps that the clock would have taken since the deadline."""
    late = report.days_late
    taken = [late > 0, late > cycle.risk_days, late > cycle.inactive_days]
    for state, is_taken in zip(STEPS[1:], taken, strict=True):
        if is_taken:
            standings.put(report.membership, state, by=machine("demo"), report=report)
    Standing.objects.filter(membership=report.membership).update(since=date.today() - min(late, 20) * DAY)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "after.toml").read_text(encoding="utf-8"))
