"""The page of one application: the same words for the applicant and for the staff."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import country_name
from koinon.network import rules
from koinon.network.models import (
    APPLICATION_STEPS,
    SPEAKS,
    Admission,
    Application,
    Coordination,
    Criterion,
    Endorsement,
    Letter,
    Mandate,
    Membership,
    Network,
    Organisation,
    Quota,
    Review,
)
from koinon.network.queries import classes
from koinon.network.queries.forms import read_application

HOUR = timedelta(hours=1)
TARGETS = {
    "check": "check",
    "return": "returned",
    "endorse": "endorsement",
    "review": "review",
    "decline": "declined",
    "admit": "admitted",
    "waitlist": "waitlisted",
    "withdraw": "withdrawn",
}
TONES = {
    "draft": "plain",
    "submitted": "waiting",
    "check": "waiting",
    "endorsement": "waiting",
    "review": "waiting",
    "returned": "waiting",
    "waitlisted": "accent",
    "admitted": "good",
    "onboarding": "accent",
    "active": "good",
    "declined": "bad",
    "withdrawn": "plain",
}
WAY = [
    gettext_lazy("Sent"),
    gettext_lazy("Completeness check"),
    gettext_lazy("Endorsement"),
    gettext_lazy("Under review"),
    gettext_lazy("Decided"),
    gettext_lazy("Active"),
]
PLACES = {"draft": 0, "submitted": 0, "check": 1, "returned": 1, "endorsement": 2, "review": 3, "waitlisted": 4,
          "admitted": 4, "onboarding": 5, "active": 6, "declined": 6, "withdrawn": 6}  # fmt: skip


def may_apply_for(me: Actor, network: Network) -> list[Organisation]:
    """Organisations I speak for that do not belong to the network and have nothing under way there. One query."""
    mine = [key for role in SPEAKS for key in me.scopes(role)]
    if not mine:
        return []
    belong = Membership.objects.active().filter(network=network, organisation__in=mine).values("organisation")
    asked = Application.objects.open().filter(network=network, organisation__in=mine).values("organisation")
    rows = Organisation.objects.filter(pk__in=mine).exclude(pk__in=belong).exclude(pk__in=asked)
    return list(rows.order_by("slug"))


def whose_turn(row: Application) -> dict[str, Any]:
    """Whose turn it is, since when, until when; nobody's once it is over."""
    whose: Any = {
        "applicant": row.organisation,
        "network": row.network,
        "endorser": _("Endorser"),
        "reviewers": _("Reviewers"),
    }.get(row.turn, "")
    return {"whose": whose, "since": row.moved_at if whose else None, "until": row.due_on if whose else None}


def is_my_turn(me: Actor, row: Application, my_review: Review | None = None) -> bool:
    """True when this reader is waited for."""
    if row.turn == "applicant":
        return rules.may_change_application(by=me, application=row)
    if row.turn == "reviewers":
        return my_review is not None and my_review.state in ("asked", "open")
    return row.turn == "network" and _coordinates(me, row)


def _coordinates(me: Actor, row: Application) -> bool:
    """As a coordinator who may decide here: not in one's own house, while another could."""
    return me.holds("coordinator", row.network_id) and not rules.is_own_house(by=me, application=row)


def page(me: Actor, row: Application) -> dict[str, Any]:
    """Everything on the page of one application; the same number of queries whatever has happened."""
    is_coordinator = _coordinates(me, row)
    is_ours = rules.may_change_application(by=me, application=row)
    reviews = list(Review.objects.filter(application=row).select_related("person"))
    mine = next((each for each in reviews if each.person_id == me.person), None)
    is_reviewer = mine is not None and mine.state in ("open", "given")
    language = (get_language() or "en")[:2]
    return {
        "application": row,
        "organisation": row.organisation,
        "country": country_name(row.organisation.country, language) if row.organisation.country else "",
        "tone": TONES[row.state],
        "way": way_of(row),
        "turn": {**whose_turn(row), "is_mine": is_my_turn(me, row, mine)},
        "is_coordinator": is_coordinator,
        "is_staff": is_coordinator or is_reviewer,
        "is_ours": is_ours,
        "is_closed": not (is_coordinator or is_ours or is_reviewer),
        "mine": mine,
        "may": {step: may_take(me, row, step, mine) for step in (*TARGETS, "ask", "extend", "remind", "give")},
        "parts": read_application(row, me, language),
        **_sides(row, is_coordinator or is_ours),
        **(_limits(row) if is_coordinator else {}),
        **(_assessed(row, reviews, mine, is_coordinator) if is_coordinator or is_reviewer else {}),
    }


def way_of(row: Application) -> Mapping[str, Any]:
    """The steps line: labels and how far it is; a place on the way is named by the state when it is a special one."""
    at = PLACES[row.state]
    labels: list[Any] = list(WAY)
    if row.state in ("draft", "returned", "onboarding"):
        labels[at] = row.get_state_display()
    if row.state in ("waitlisted", "declined", "withdrawn"):
        labels[4] = row.get_state_display()
        labels = labels[: 4 + 1]
    return {"labels": labels, "current": min(at, len(labels))}


def may_take(me: Actor, row: Application, step: str, mine: Review | None = None) -> bool:
    """True if this reader may take this step now."""
    is_coordinator = _coordinates(me, row) and not (mine and mine.state == "conflict")
    if step in ("give", "declare"):
        return mine is not None and row.state == "review" and mine.state in ("asked", "open", "given")
    if step == "ask":
        return is_coordinator and row.state == "review"
    if step == "extend":
        return is_coordinator and row.state not in (*Application.ENDS, "draft")
    if step == "remind":
        return is_coordinator and row.state in Application.OPEN and row.turn in ("applicant", "endorser")
    if step == "endorse" and row.state == "endorsement":
        return is_coordinator and row.turn == "network"
    if step == "check" and row.state == "endorsement" and row.turn == "endorser":
        return False
    if not APPLICATION_STEPS.allows(row.state, TARGETS[step]):
        return False
    if step == "withdraw":
        return rules.may_change_application(by=me, application=row)
    return is_coordinator


def people_to_ask(row: Application) -> list[Person]:
    """Reviewers and coordinators who were not asked yet and do not speak for the organisation. One query."""
    speakers = Mandate.objects.in_force().filter(organisation=row.organisation_id).values("person")
    asked = Review.objects.filter(application=row).exclude(state="withdrawn").values("person")
    rows = Coordination.objects.in_force().filter(network=row.network_id, person__is_active=True)
    rows = rows.exclude(person__in=asked).exclude(person__in=speakers).exclude(person=row.applicant_id)
    return list({each.person_id: each.person for each in rows.select_related("person")}.values())


def last_endorser(row: Application) -> dict[str, str]:
    """Who was asked last for an organisation of the same country here: most often it is the same body. One query."""
    earlier = Endorsement.objects.filter(
        application__network=row.network_id, application__organisation__country=row.organisation.country
    ).exclude(email="")
    found = earlier.order_by("-id").first()
    if found is None:
        return {"language": row.language}
    return {"body": found.body, "name": found.name, "email": found.email, "language": found.language}


def criteria_of(network: Network) -> list[Criterion]:
    """What reviewers give points for. One query."""
    return list(Criterion.objects.filter(network=network, is_retired=False).select_related("network"))


def _sides(row: Application, is_party: bool) -> dict[str, Any]:
    """What both sides see: endorsements, letters, first steps, history."""
    if not is_party:
        return {}
    states = dict(Application.State.choices)
    stays = [(states[stay.state], stay.since, stay.until) for stay in row.stays.order_by("until", "id")]
    return {
        "endorsements": list(row.endorsements.all()),
        "letters": list(Letter.objects.filter(application=row)),
        "beginnings": list(row.beginnings.select_related("step__network", "done_by")),
        "stays": stays,
        "now": row.get_state_display(),
        "explained": classes.explained(row.network) if row.state in Application.OPEN else [],
    }


def _limits(row: Application) -> dict[str, Any]:
    """What the coordinator should know before a decision: places left, and whether an endorsement is missing."""
    today = date.today()
    counting = Quota.objects.that_count(row.network, row.organisation.country, today).values_list("places", "taken")
    wants = Admission.objects.filter(network=row.network_id, is_endorsed=True).exists()
    is_endorsed = any(each.counts for each in row.endorsements.all())
    return {
        "places": min((places - taken for places, taken in counting), default=None),
        "wants_endorsement": wants and not is_endorsed,
    }


def _assessed(row: Application, reviews: list[Review], mine: Review | None, is_coordinator: bool) -> dict[str, Any]:
    """Reviews as far as this reader may see them: others' points only after one's own are given."""
    is_open = (is_coordinator and (mine is None or mine.state in ("given", "withdrawn"))) or (
        mine is not None and mine.state == "given"
    )
    criteria = criteria_of(row.network)
    given = [each for each in reviews if each.state == "given" and (is_open or each == mine)]
    return {
        "reviews": [_said(each, criteria, is_open or each == mine) for each in reviews],
        "is_blind": not is_open,
        "criteria": criteria,
        **_spread(given, criteria),
    }


def _said(review: Review, criteria: Iterable[Criterion], is_shown: bool) -> dict[str, Any]:
    points = [(str(each), review.scores.get(str(each.pk))) for each in criteria] if is_shown else []
    return {"review": review, "is_shown": is_shown and review.state == "given", "points": points}


def _spread(given: list[Review], criteria: Iterable[Criterion]) -> dict[str, Any]:
    """Mean, lowest and highest, over all and for each criterion."""
    totals = [float(each.score) for each in given if each.score is not None]
    rows = []
    for criterion in criteria:
        points = [each.scores[str(criterion.pk)] for each in given if str(criterion.pk) in each.scores]
        if points:
            rows.append((criterion, sum(points) / len(points), min(points), max(points)))
    summary = {"mean": sum(totals) / len(totals), "least": min(totals), "most": max(totals)} if totals else None
    return {"summary": summary, "by_criterion": rows, "given": len(given)}
