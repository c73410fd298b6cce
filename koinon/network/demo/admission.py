"""The demo's desk of admission: rules, places, classes, and applications in many states, through the verbs, once."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.network.actions import admission, applications, decisions, endorsements, quotas, reviews
from koinon.network.models import Admission, Application, Coordination, Criterion, Network, Organisation, Stay

FILE = Path(__file__).with_name("admission.toml")


def load(*, by: Actor, people: dict[str, str]) -> int:
    """Make what is not there yet; `people`: slug -> e-mail. Gives how many applications were handed in."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    network = Network.objects.get(slug=facts["network"])
    if not Admission.objects.filter(network=network).exists():
        _settings(by, network, facts)
    return sum(_application(by, network, row, people) for row in facts["application"])


def _settings(by: Actor, network: Network, facts: dict[str, Any]) -> None:
    admission.set_rules(by=by, network=network, **facts["rules"])
    today, window = date.today(), facts["window"]
    opened = admission.add_window(
        by=by, network=network, opens_on=today - timedelta(days=window["opened_days_ago"]),
        closes_on=today + timedelta(days=window["closes_in_days"]),
    )  # fmt: skip
    later = today + timedelta(days=window["extended_in_days"])
    admission.extend_window(by=by, network=network, window=opened, closes_on=later, why=window["why"])
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    quotas.set_quota(by=by, network=network, since=first, until=last, **facts["quota"])
    for row in facts["criterion"]:
        admission.add_criterion(by=by, network=network, **row)
    for row in facts["step"]:
        admission.add_step(by=by, network=network, **row)
    for row in facts["class"]:
        admission.set_class(by=by, network=network, **row)
    admission.sort_members(by=by, network=network)


def _application(by: Actor, network: Network, row: dict[str, Any], people: dict[str, str]) -> int:
    organisation = Organisation.objects.get(slug=row["organisation"])
    if Application.objects.filter(network=network, organisation=organisation).exists():
        return 0
    made = applications.submit(
        by=by,
        network=network,
        organisation=organisation,
        applicant=Person.objects.get(email=people[row["applicant"]]),
        motivation=row["motivation"],
        contribution=row["contribution"],
        language=row["language"],
    )
    WAYS[row["state"]](by, made, row)
    _age(made, row["days_ago"])
    return 1


def _to_endorsement(by: Actor, made: Application, row: dict[str, Any]) -> None:
    applications.begin_check(by=by, application=made)
    endorsements.ask(by=by, application=made, body=row["body"], email=row["email"], language=row["language"])


def _to_review(by: Actor, made: Application, row: dict[str, Any]) -> None:
    applications.begin_check(by=by, application=made)
    applications.start_review(by=by, application=made, reason="Known from an earlier project.")
    reader = Coordination.objects.in_force().filter(network=made.network, role="reviewer").first()
    if reader is None or "points" not in row:
        return
    review = reviews.ask(by=by, application=made, person=reader.person)
    reviews.declare(by=by, review=review, is_impartial=True)
    criteria = Criterion.objects.filter(network=made.network).order_by("position")
    scores = {str(each.pk): points for each, points in zip(criteria, row["points"], strict=True)}
    reviews.give(by=by, review=review, verdict=row["verdict"], scores=scores, text=row["text"])


def _to_onboarding(by: Actor, made: Application, row: dict[str, Any]) -> None:
    _to_review(by, made, row)
    decisions.admit(by=by, application=made, kind="partner")


def _to_the_list(by: Actor, made: Application, row: dict[str, Any]) -> None:
    _to_review(by, made, row)
    Application.objects.filter(pk=made.pk).update(score=row["score"])
    decisions.waitlist(by=by, application=made, reason=row["reason"])


def _back(by: Actor, made: Application, row: dict[str, Any]) -> None:
    applications.hand_back(by=by, application=made, reason=row["reason"])


WAYS = {
    "endorsement": _to_endorsement,
    "review": _to_review,
    "onboarding": _to_onboarding,
    "waitlisted": _to_the_list,
    "returned": _back,
}


def _age(made: Application, days: int) -> None:
    """The demo's past: the states before this one shared the days equally."""
    then = timezone.now() - timedelta(days=days)
    stays = list(Stay.objects.filter(application=made).order_by("id"))
    each = timedelta(days=days) / (len(stays) + 1)
    for number, stay in enumerate(stays):
        Stay.objects.filter(pk=stay.pk).update(since=then + number * each, until=then + (number + 1) * each)
    Application.objects.filter(pk=made.pk).update(made_at=then, sent_at=then, moved_at=then + len(stays) * each)
