"""Applications on their way: hand in, check, return, withdraw; each side sees the same state."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.templatetags.kit import day
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import memberships, organisations, quotas, reviews, turns
from koinon.network.models import Application, Membership, Network, Organisation, Window

LONGEST = 5000
DRAFT_DAYS = 30
GIVEN_UP = timedelta(days=90)
"""A draft or a returned application that nobody touched so long after its last day is taken back by the clock."""

conflict(
    "application_one_open", None, gettext_lazy("This organisation has an application under way in this network."),
)  # fmt: skip


@verb("network.applied", rule=rules.may_apply, then=notices.applied)
def submit(
    *,
    by: Actor,
    network: Network,
    organisation: Organisation,
    applicant: Person,
    motivation: str,
    contribution: str = "",
    language: str = "en",
    is_draft: bool = False,
) -> Application:
    """Ask to belong to the network; the database refuses a second open application of one organisation."""
    check_free(network, organisation)
    return _create(network, organisation, applicant, motivation, contribution, language, is_draft)


@verb("network.first_application", rule=rules.may_register, then=notices.applied)
def register_and_submit(
    *,
    by: Actor,
    network: Network,
    applicant: Person,
    facts: Mapping[str, Any],
    motivation: str,
    contribution: str = "",
    is_draft: bool = False,
) -> Application:
    """Register an organisation (`facts`: see organisations.register) and apply for it: all of it or nothing."""
    organisation = organisations.register(by=by, **facts)
    return _create(network, organisation, applicant, motivation, contribution, organisation.language, is_draft)


@verb("network.application_changed", rule=rules.may_change_application, then=notices.applied)
def change(
    *, by: Actor, application: Application, motivation: str, contribution: str = "", is_draft: bool = False
) -> Application:
    """Change a draft or a returned application; handed in (again) unless it stays a draft."""
    if application.state not in ("draft", "returned"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    application.motivation = prose.said(motivation, "motivation", LONGEST, is_needed=not is_draft)
    application.contribution = prose.said(contribution, "contribution", LONGEST)
    application.save(update_fields=["motivation", "contribution"])
    if not is_draft:
        hand_in(application)
    return application


def hand_in(application: Application) -> None:
    """A draft becomes an application; a returned one goes back to the completeness check. Called inside a verb.

    Raises ValidationError when the network takes none now, or the organisation may not apply.
    """
    check_free(application.network, application.organisation)
    until = turns.within(turns.rules_of(application.network).days_to_check)
    if application.state == "returned":
        turns.move(application, "check", turn="network", until=until, reason="")
        return
    _check_window(application.network)
    turns.move(application, "submitted", turn="network", until=until, reason="", sent_at=timezone.now())


@verb("network.check_begun", rule=rules.may_decide, then=notices.application_moved)
def begin_check(*, by: Actor, application: Application) -> Application:
    """A coordinator looks whether everything is there, and the applicant sees that."""
    if application.state == "endorsement":
        _no_endorsement_open(application)
    until = turns.within(turns.rules_of(application.network).days_to_check)
    turns.move(application, "check", turn="network", until=until)
    return application


@verb("network.application_returned", rule=rules.may_decide, then=notices.application_moved)
def hand_back(*, by: Actor, application: Application, reason: str) -> Application:
    """Something is missing: it is the applicant's turn, with what to change."""
    text = prose.said(reason, "reason", LONGEST, is_needed=True)
    until = turns.within(turns.rules_of(application.network).days_to_change)
    reviews.let_go(application)
    turns.move(application, "returned", turn="applicant", until=until, reason=text)
    return application


@verb("network.review_started", rule=rules.may_decide, then=notices.application_moved)
def start_review(*, by: Actor, application: Application, reason: str = "") -> Application:
    """Complete (and endorsed where the network wants it): reviewers are asked, as many as the network says.

    Going on without an endorsement needs a `reason`, which the applicant reads.
    """
    admission = turns.rules_of(application.network)
    text = prose.said(reason, "reason", LONGEST)
    if admission.is_endorsed and not application.endorsements.filter(counts=True).exists() and not text:
        raise ValidationError({"reason": [_("It is not endorsed. Say why it goes on without an endorsement.")]})
    reviews.let_go(application)
    turns.move(application, "review", turn="network", until=turns.within(admission.days_to_review), reason=text)
    reviews.ask_as_many_as_needed(by=by, application=application, wanted=admission.reviewers)
    return application


@verb("network.application_withdrawn", rule=rules.may_change_application, then=notices.application_withdrawn)
def withdraw(*, by: Actor, application: Application) -> Application:
    """The applicant takes it back, from any open state; a membership that only began goes with it."""
    reviews.let_go(application)
    turns.move(application, "withdrawn")
    if application.membership is not None:
        clerk = turns.clerk(by)
        memberships.end(by=clerk, membership=application.membership, why=_("The application was taken back."))
    quotas.propose_next(application.network, by)
    return application


@verb("network.application_extended", rule=rules.may_decide, then=notices.application_extended)
def extend(*, by: Actor, application: Application, until: date) -> Application:
    """More time for whoever's turn it is; everybody concerned sees the new day."""
    if application.state in Application.ENDS:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if until <= max(date.today(), application.due_on or date.today()):
        raise ValidationError({"until": [_("Please choose a later day than now.")]})
    turns.pass_turn(application, application.turn, until)
    application.endorsements.filter(state="asked").update(due_on=until)
    return application


@verb("network.application_reminded", rule=only_machine, then=notices.application_due)
def remind(*, by: Actor, application: Application, on: date | None = None) -> Application:
    """The day comes near or has come: whoever's turn it is hears of it, and again each week."""
    _reminded(application, on or date.today())
    return application


@verb("network.application_nudged", rule=rules.may_decide, then=notices.application_due)
def nudge(*, by: Actor, application: Application) -> Application:
    """A coordinator reminds whoever's turn it is now, once a day at most."""
    if application.state in Application.ENDS or application.turn == "network":
        raise ValidationError(_("It is your own turn here: there is nobody to remind."))
    if application.reminded_at is not None and application.reminded_at.date() == timezone.now().date():
        raise ValidationError(_("They were reminded today already."))
    _reminded(application, date.today())
    return application


@verb("network.application_given_up", rule=only_machine, then=notices.application_given_up)
def give_up(*, by: Actor, application: Application) -> Application:
    """Nobody finished it for months after its last day: it is taken back, and may be begun anew at any time."""
    turns.move(application, "withdrawn")
    return application


def _reminded(application: Application, today: date) -> None:
    assert application.due_on is not None
    application.reminded_at = timezone.now()
    application.reminders += 1
    application.remind_on = turns.next_reminder(application.due_on, today)
    application.save(update_fields=["reminded_at", "reminders", "remind_on"])


def _create(
    network: Network,
    organisation: Organisation,
    applicant: Person,
    motivation: str,
    contribution: str,
    language: str,
    is_draft: bool,
) -> Application:
    if not is_draft:
        _check_window(network)
    until = turns.within(DRAFT_DAYS if is_draft else turns.rules_of(network).days_to_check)
    return Application.objects.create(
        network=network,
        organisation=organisation,
        applicant=applicant,
        state="draft" if is_draft else "submitted",
        turn="applicant" if is_draft else "network",
        motivation=prose.said(motivation, "motivation", LONGEST, is_needed=not is_draft),
        contribution=prose.said(contribution, "contribution", LONGEST),
        language=language,
        sent_at=None if is_draft else timezone.now(),
        due_on=until,
        remind_on=turns.draft_reminder() if is_draft else turns.first_reminder(until),
    )


def check_free(network: Network, organisation: Organisation) -> None:
    """Raises ValidationError while the organisation belongs to the network, or may not apply again yet."""
    if Membership.objects.active().filter(network=network, organisation=organisation).exists():
        raise ValidationError(_("This organisation is a member of this network already."))
    declined = Application.objects.filter(network=network, organisation=organisation, again_on__gt=date.today())
    if (last := declined.order_by("-again_on").first()) is not None:
        raise ValidationError(_("You may apply again on %(day)s.") % {"day": day(last.again_on)})


def _check_window(network: Network) -> None:
    """A network with windows takes applications in them only; a returned one may come back at any time."""
    windows = Window.objects.filter(network=network)
    today = date.today()
    if not windows.exists() or windows.open_on(today).exists():
        return
    following = windows.filter(period__startswith__gt=today).order_by("period").first()
    if following is None:
        raise ValidationError(_("This network takes no applications at the moment. Your draft is kept."))
    opens = {"day": day(following.period.lower)}
    raise ValidationError(_("This network takes applications again from %(day)s. Your draft is kept.") % opens)


def _no_endorsement_open(application: Application) -> None:
    if application.endorsements.filter(state="asked").exists():
        raise ValidationError(_("The endorser has been asked and may still answer."))
