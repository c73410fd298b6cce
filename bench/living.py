"""What a network that has lived for a while holds besides members and listings: ties, classes, answers, reports."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from bench.filling import Filling

ANSWERED = 3
"""So many replies of each fifth organisation were answered: its page says how soon it answers."""
QUESTIONS = [
    {"key": "why", "kind": "text", "labels": {"en": "Why do you come?"}, "published": True},
    {"key": "staff", "kind": "scale", "labels": {"en": "How ready are you?"}, "published": False},
]
SCHEMA = {"language": "en", "parts": [{"key": "about", "titles": {"en": "About you"}, "questions": QUESTIONS}]}


def classes(network: Any) -> list[Any]:
    """Two classes of membership; every third member is in none."""
    from koinon.network.models import MembershipClass

    words = ({"en": "City", "lt": "Miestas"}, {"en": "Partner", "lt": "Partneris"})
    rows = [MembershipClass(network=network, names=names, position=place) for place, names in enumerate(words, 1)]
    return [*MembershipClass.objects.bulk_create(rows), None]


def fill(made: "Filling", memberships: list[Any]) -> None:
    """All of it, by COPY; the measured organisation has some of each."""
    own = made.organisations[made.measured].pk
    made.counts["ties"] = _ties(made, own)
    made.counts["answered replies"] = _answered(made)
    made.counts["applications"] = _applications(made, memberships, own)
    made.counts["reports"] = _reports(made, memberships, own)


def _ties(made: "Filling", own: UUID) -> int:
    """One tie and a half for each organisation."""
    from bench.rows import copy
    from koinon.matching.models import Tie

    keys = [row.pk for row in made.organisations]
    pairs = [made.draw.sample(keys, 2) for _ in range(made.size * 3 // 4)]
    pairs += [[own, key] for key in made.draw.sample(keys, 3) if key != own]
    kinds = [str(kind) for kind in Tie.Kind.values]
    chosen = {(*sorted(pair), made.draw.choice(kinds)) for pair in pairs}
    since = date.today() - timedelta(days=200)
    return copy(
        Tie,
        (
            Tie(network=made.network, a_id=a, b_id=b, kind=kind, state="confirmed", since=since)
            for a, b, kind in sorted(chosen)
        ),
    )


def _answered(made: "Filling") -> int:
    from django.utils import timezone

    from bench.rows import copy
    from koinon.matching.models import Reply

    now, rows = timezone.now(), []
    keys = [row.pk for row in made.organisations]
    for listing in made.listings[::5]:
        for key in made.draw.sample(keys, ANSWERED):
            asked = now - timedelta(days=made.draw.randrange(30, 300))
            taken = timedelta(days=made.draw.randrange(1, 12))
            rows.append(
                Reply(listing=listing, organisation_id=key, state="accepted", brings="We have done this.",
                      language="en", made_at=asked, answered_at=asked + taken)
            )  # fmt: skip
    return copy(Reply, rows)


def _applications(made: "Filling", memberships: list[Any], own: UUID) -> int:
    """Every third member came by an application with a form, and published one of its answers."""
    from django.utils import timezone

    from bench.rows import copy
    from koinon.network.models import Application, Form, FormVersion

    form = Form.objects.create(network=made.network, purpose="application", names={"en": "Application"})
    version = FormVersion.objects.create(
        form=form, state="published", schema=SCHEMA, published_at=timezone.now() - timedelta(days=900)
    )
    answers = {"why": {"value": "We want to learn from others and have something to give."}, "staff": {"value": 4}}
    people = {person.acting_for: person for person in made.people}
    rows = [
        Application(network=made.network, organisation_id=row.organisation_id,
                    applicant=people[row.organisation_id], state="active", turn="", version=version,
                    answers=answers, language="en", membership=row, due_on=None, remind_on=None)
        for row in memberships
        if row.organisation_id == own or row.pk.int % 3 == 0
    ]  # fmt: skip
    return copy(Application, rows)


def _reports(made: "Filling", memberships: list[Any], own: UUID) -> int:
    """Last year's of every second member; the measured one owes this year's, too."""
    from bench.rows import copy
    from koinon.network.models import Report, Standing

    today = date.today()
    past = {"covers_since": today - timedelta(days=730), "covers_until": today - timedelta(days=366)}
    told = {**past, "opened_on": past["covers_until"], "due_on": today - timedelta(days=300), "state": "accepted"}
    rows = [Report(network=made.network, membership=row, **told) for row in memberships[::2]]
    due = [row for row in memberships if row.organisation_id == own]
    asked = {"covers_since": today - timedelta(days=365), "covers_until": today - timedelta(days=1)}
    owed = {**asked, "opened_on": today, "due_on": today + timedelta(days=30), "state": "due"}
    rows += [Report(network=made.network, membership=row, **owed) for row in due]
    copy(Standing, (Standing(membership=row, state="due", since=today) for row in due))
    return copy(Report, rows)
