"""Reviews: several people are asked; each says first whether they are impartial, then gives points and advice."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Avg, Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import turns
from koinon.network.models import REVIEW_STEPS, Application, Coordination, Coordinations, Criterion, Mandate, Review

LONGEST = 5000
BEST = 5


@verb("network.review_asked", rule=rules.may_decide, then=notices.review_asked)
def ask(*, by: Actor, application: Application, person: Person) -> Review:
    """Ask somebody of the staff to review; it stays closed to them until they say that they are impartial."""
    if application.state != "review":
        raise ValidationError(_("Reviewers are asked while the application is under review."))
    if not _staff(application).filter(person=person).exists():
        raise ValidationError({"person": [_("Only coordinators and reviewers of this network review.")]})
    until = turns.within(turns.rules_of(application.network).days_to_review)
    times = {"due_on": until, "remind_on": turns.first_reminder(until)}
    made, is_new = Review.objects.get_or_create(application=application, person=person, defaults=times)
    if not is_new and made.state != "withdrawn":
        raise ValidationError({"person": [_("This person was asked already.")]})
    if not is_new:
        REVIEW_STEPS.move(made, "asked", asked_at=timezone.now(), reminders=0, **times)
    turns.pass_turn(application, "reviewers", until)
    return made


@verb("network.impartiality_declared", rule=rules.may_give_review)
def declare(*, by: Actor, review: Review, is_impartial: bool) -> Review:
    """Impartial: the application opens. Not impartial: it is hidden from them from now on, and another is asked."""
    if is_impartial:
        REVIEW_STEPS.move(review, "open")
        return review
    _check_somebody_is_left(review)
    REVIEW_STEPS.move(review, "conflict")
    if not _ask_another(by, review.application):
        notices.reviewer_missing(by=by, result=review)
        _count(by, review.application)
    return review


@verb("network.reviewed", rule=rules.may_assess, then=notices.review_given)
def give(*, by: Actor, review: Review, verdict: str, scores: Mapping[str, int], text: str = "") -> Review:
    """Points from 1 to 5 for each criterion (id -> points), a recommendation, a few words; to be changed until decided.

    The applicant sees none of it; other reviewers only when they have given theirs.
    """
    if review.state not in ("open", "given") or review.application.state != "review":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if verdict not in Review.Verdict.values:
        raise ValidationError({"verdict": [_("Please choose one of the list.")]})
    criteria = list(Criterion.objects.filter(network=review.application.network, is_retired=False))
    points = _points(criteria, scores)
    weights = sum(criterion.weight for criterion in criteria)
    total = sum(criterion.weight * points[str(criterion.pk)] for criterion in criteria)
    facts = {
        "verdict": verdict,
        "scores": points,
        "score": Decimal(total) / weights if weights else None,
        "text": prose.clean(text)[:LONGEST],
        "given_at": timezone.now(),
    }
    if review.state == "open":
        REVIEW_STEPS.move(review, "given", **facts)
    else:
        for name, value in facts.items():
            setattr(review, name, value)
        review.save(update_fields=list(facts))
    _count(by, review.application)
    return review


@verb("network.review_withdrawn", rule=rules.may_decide_review, then=notices.review_withdrawn)
def take_back(*, by: Actor, review: Review) -> Review:
    """This review is not needed any more."""
    REVIEW_STEPS.move(review, "withdrawn")
    _count(by, review.application)
    return review


@verb("network.review_reminded", rule=only_machine, then=notices.review_due)
def remind(*, by: Actor, review: Review, on: date | None = None) -> Review:
    """The reviewer hears that the day comes near or has come, and again each week."""
    review.reminders += 1
    review.remind_on = turns.next_reminder(review.due_on, on or date.today())
    review.save(update_fields=["reminders", "remind_on"])
    return review


def ask_as_many_as_needed(*, by: Actor, application: Application, wanted: int) -> int:
    """Ask those with the fewest open reviews until `wanted` are asked or have given; returns how many were asked."""
    asked = application.reviews.exclude(state__in=["conflict", "withdrawn"]).count()
    made = 0
    while asked + made < wanted and _ask_another(by, application):
        made += 1
    if asked + made < wanted:
        notices.reviewers_missing(by=by, result=application)
    return made


def let_go(application: Application) -> None:
    """The application moves on: no reviewer and no endorser is waited for any more."""
    application.endorsements.filter(state="asked").update(state="withdrawn")
    application.reviews.filter(state__in=["asked", "open"]).update(state="withdrawn")


def _ask_another(by: Actor, application: Application) -> bool:
    """The reviewer with the fewest open reviews who was not asked about this one yet; False when there is none."""
    known = application.reviews.exclude(state="withdrawn").values("person")
    free = _staff(application).filter(role="reviewer").exclude(person__in=known)
    waiting = Count("person__reviews", filter=Q(person__reviews__state__in=["asked", "open"]))
    following = free.select_related("person").annotate(waiting=waiting).order_by("waiting", "id").first()
    if following is None:
        return False
    ask(by=turns.clerk(by), application=application, person=following.person)
    return True


def _staff(application: Application) -> Coordinations:
    """Who may be asked: the staff today, without those who speak for the organisation or applied."""
    rows = Coordination.objects.in_force().filter(network=application.network_id, person__is_active=True)
    speakers = Mandate.objects.in_force().filter(organisation=application.organisation_id).values("person")
    return rows.exclude(person__in=speakers).exclude(person=application.applicant_id)


def _check_somebody_is_left(review: Review) -> None:
    """Who declares a conflict may not see the application any more: a coordinator must be left who does."""
    others = Coordination.objects.in_force().filter(network=review.application.network_id, role="coordinator")
    barred = review.application.reviews.filter(state="conflict").values("person")
    if not others.exclude(person=review.person_id).exclude(person__in=barred).exists():
        raise ValidationError(_("You are the only coordinator who may decide. Invite another one first."))


def _points(criteria: list[Criterion], scores: Mapping[str, int]) -> dict[str, int]:
    points = {}
    for criterion in criteria:
        given = scores.get(str(criterion.pk))
        if not isinstance(given, int) or not 1 <= given <= BEST:
            raise ValidationError(_("Please give 1 to 5 points for each criterion."))
        points[str(criterion.pk)] = given
    return points


def _count(by: Actor, application: Application) -> None:
    """The mean of the reviews that are given; when all are there it is the coordinator's turn."""
    application.score = application.reviews.filter(state="given").aggregate(mean=Avg("score"))["mean"]
    Application.objects.filter(pk=application.pk).update(score=application.score)
    if application.turn == "reviewers" and not application.reviews.filter(state__in=["asked", "open"]).exists():
        days = turns.rules_of(application.network).days_to_check
        turns.pass_turn(application, "network", turns.within(days))
        notices.reviews_complete(by=turns.clerk(by), result=application)
