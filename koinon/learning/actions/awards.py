"""Badges given to people: signed once and at once; suspended, lifted, revoked with a reason that the person reads."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.events.models import Certificate
from koinon.kit import jobs, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import achievements, issuing
from koinon.learning.engine.badges import credentials, facts, reading
from koinon.learning.models import AWARD_STEPS, Achievement, Award, Enrolment, Run
from koinon.learning.notices import badges as notices
from koinon.learning.queries import badges, issuers
from koinon.learning.rules import credentials as rules

NAME, WHY = 160, 500
NOT_YOURS = gettext_lazy("Only who speaks for the organisation may give badges in its name.")
TWICE = gettext_lazy("This person holds this badge already.")

conflict("award_one_in_force", None, TWICE)


@verb("learning.badge_given", rule=rules.may_give_badge, refusal=NOT_YOURS, then=notices.given)
def give(
    *, by: Actor, achievement: Achievement, person: Person, enrolment: Enrolment | None = None, name: str = "",
    language: str = "", is_demo: bool = False, certificate: Certificate | None = None,
) -> Award:  # fmt: skip
    """A badge, signed with the key of this moment. Raises ValidationError when it is held already or out of use."""
    issuing.hold(achievement.organisation)
    if achievement.is_retired:
        raise ValidationError(_("This badge is not given any more."))
    if not person.is_active:
        raise ValidationError(_("This person is not here any more."))
    if Award.objects.filter(achievement=achievement, person=person).exclude(state="revoked").exists():
        raise ValidationError(TWICE, code="held")
    said = badges.language_for(achievement, language or (enrolment.language if enrolment else person.language))
    row = Award(
        achievement=achievement, person=person, enrolment=enrolment, run=enrolment.run if enrolment else None,
        name=prose.line(name or person.name)[:NAME], given_by_id=by.person, language=said, salt=facts.new_salt(),
        since=timezone.now().replace(microsecond=0), is_demo=is_demo, certificate=certificate,
    )  # fmt: skip
    _sign(row, person)
    row.save(force_insert=True)
    jobs.later(prove_later(), award=str(row.pk))
    return row


@verb("learning.badges_given", rule=rules.may_give_in_run, refusal=NOT_YOURS, counts=lambda rows: {"badges": len(rows)})
def give_many(*, by: Actor, achievement: Achievement, run: Run, enrolments: Sequence[Enrolment]) -> list[Award]:
    """The same badge for several learners of a run; who holds it already is passed over."""
    if not enrolments:
        raise ValidationError({"chosen": [_("Please choose at least one learner.")]})
    if any(each.run_id != run.pk for each in enrolments):
        raise ValidationError({"chosen": [_("Please choose one of the list.")]})
    issuing.hold(achievement.organisation)
    people = [each.person_id for each in enrolments]
    rows = Award.objects.filter(achievement=achievement, person__in=people).exclude(state="revoked")
    held = set(rows.values_list("person", flat=True))
    return [
        give(by=by, achievement=achievement, person=each.person, enrolment=each)
        for each in enrolments
        if each.person_id not in held and each.person.is_active
    ]


@verb("learning.badge_proved", rule=only_machine)
def prove(*, by: Actor, award: Award) -> Award:
    """The same badge in its linked form, after the fact; twice does no harm."""
    issuing.hold(award.status_list.organisation)
    award.refresh_from_db(fields=["proved"])
    if award.proved:
        return award
    who, _key = issuing.signer(award.status_list.organisation, "ed25519", award.status_list.base)
    award.proved = who.linked(_linked(award), timezone.now())
    award.save(update_fields=["proved"])
    return award


@verb("learning.badge_suspended", rule=rules.may_take_back, refusal=NOT_YOURS, then=notices.suspended)
def suspend(*, by: Actor, award: Award, why: str) -> Award:
    """Not valid for now; it can be lifted."""
    return _move(award, "suspended", why, ("suspension",))


@verb("learning.badge_lifted", rule=rules.may_take_back, refusal=NOT_YOURS, then=notices.lifted)
def lift(*, by: Actor, award: Award, why: str) -> Award:
    """Valid again."""
    return _move(award, "issued", why, ("suspension",))


@verb("learning.badge_revoked", rule=rules.may_take_back, refusal=NOT_YOURS, then=notices.revoked)
def revoke(*, by: Actor, award: Award, why: str) -> Award:
    """Not valid any more, for ever."""
    return _move(award, "revoked", why, ("revocation", "suspension"))


def prove_later() -> Any:
    """The job that makes the linked form; clock.badges needs this module, so it is found when it is used."""
    from koinon.learning.clock.badges import prove_award

    return prove_award


def _move(award: Award, state: str, why: str, purposes: tuple[str, ...]) -> Award:
    """Change the state and sign the lists anew in the same transaction: whoever looks now reads it."""
    said = prose.line(why)[:WHY]
    if not said:
        raise ValidationError({"why": [_("Please say why: the person reads it.")]})
    issuing.hold(award.status_list.organisation)
    AWARD_STEPS.move(award, state, why=said, moved_at=timezone.now())
    issuing.publish(award.status_list, purposes)
    return award


def _sign(row: Award, person: Person) -> None:
    """Fill in what is signed: holder, picture, place in the lists, token."""
    achievement = row.achievement
    issuer = achievement.organisation
    row.art = achievements.art_of(achievement) or achievements.draw(achievement, None)
    row.status_list, row.status_index = issuing.place(issuer)
    at = row.status_list.base
    signer, row.key = issuing.signer(issuer, "rsa", at)
    row.until = badges.after_months(row.since, achievement.months) if achievement.months else None
    holder = holder_of(person, row.salt)
    said = facts.Award(
        id=badges.urn(row.pk), issuer=issuers.issuer_of(issuer, row.language, at),
        achievement=badges.achievement_of(achievement, row.language, row.art, at), holder=holder, given=row.since,
        until=row.until, places=issuing.places(row.status_list, row.status_index, "jwt"),
    )  # fmt: skip
    credential = credentials.achievement_credential(said)
    row.identity = credential["credentialSubject"]["identifier"][0]["identityHash"]
    row.signed = signer.token(credential)


def holder_of(person: Person, salt: str) -> facts.Holder:
    """By e-mail address; who came with a card has none and is known by the number of their account."""
    if person.is_assisted:
        return facts.Holder(str(person.pk), salt, "systemId")
    return facts.Holder(person.email, salt)


def _linked(award: Award) -> credentials.Credential:
    """What was signed as a token, pointing to the lists and the picture of the linked form."""
    said = reading.read(award.signed.encode()).credential
    said["credentialStatus"] = credentials.status_entries(issuing.places(award.status_list, award.status_index, "json"))
    if award.art is not None:
        picture = badges.picture_of(award.art, award.language, "svg", award.status_list.base)
        said["credentialSubject"]["achievement"]["image"]["id"] = picture.url
        said["relatedResource"] = [{"id": picture.url, "digestSRI": picture.digest, "mediaType": picture.media_type}]
    return said
