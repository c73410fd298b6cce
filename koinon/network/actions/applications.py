"""Applications: apply, review, admitted or declined with a reason; each side sees the same state."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, machine, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import mandates, memberships, organisations
from koinon.network.models import APPLICATION_STEPS, Advice, Application, Membership, Network, Organisation

TIME_TO_DECIDE = timedelta(days=30)
TIME_TO_CHANGE = timedelta(days=30)
LONGEST = 5000

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
    _check_free(network, organisation)
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
    facts: dict[str, Any] = {
        "motivation": _said(motivation, "motivation", is_needed=not is_draft),
        "contribution": _said(contribution, "contribution"),
    }
    if not is_draft:
        _check_free(application.network, application.organisation)
        _move(application, "submitted", due_on=date.today() + TIME_TO_DECIDE, reason="", **facts)
        return application
    for name, value in facts.items():
        setattr(application, name, value)
    application.save(update_fields=list(facts))
    return application


@verb("network.review_started", rule=rules.may_review, then=notices.application_moved)
def start_review(*, by: Actor, application: Application) -> Application:
    """Somebody reads it now, and the applicant sees that."""
    _move(application, "review")
    return application


@verb("network.advised", rule=rules.may_review)
def advise(*, by: Actor, application: Application, person: Person, verdict: str, text: str = "") -> Advice:
    """A reviewer recommends; a second recommendation of the same person replaces the first. Seen by staff only."""
    if application.state == "submitted":
        start_review(by=by, application=application)
    if application.state != "review":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if verdict not in Advice.Verdict.values:
        raise ValidationError({"verdict": [_("Please choose one of the list.")]})
    facts = {"verdict": verdict, "text": _said(text, "text")}
    advice, _made = Advice.objects.update_or_create(application=application, person=person, defaults=facts)
    return advice


@verb("network.application_returned", rule=rules.may_decide, then=notices.application_moved)
def hand_back(*, by: Actor, application: Application, reason: str) -> Application:
    """Something is missing: it is the applicant's turn, with what to change."""
    text = _said(reason, "reason", is_needed=True)
    _move(application, "returned", reason=text, due_on=date.today() + TIME_TO_CHANGE)
    return application


@verb("network.declined", rule=rules.may_decide, then=notices.application_moved)
def decline(*, by: Actor, application: Application, reason: str, again_on: date | None = None) -> Application:
    """Not now, because of `reason`; they may apply again on `again_on` (None: any time)."""
    text = _said(reason, "reason", is_needed=True)
    if again_on is not None and again_on <= date.today():
        raise ValidationError({"again_on": [_("Please choose a day in the future.")]})
    _move(application, "declined", reason=text, again_on=again_on, due_on=None)
    return application


@verb("network.admitted", rule=rules.may_decide, then=notices.admitted)
def admit(*, by: Actor, application: Application, kind: str = "member") -> tuple[Application, Membership]:
    """The organisation belongs from today; who applied represents it where nobody does; everybody is told."""
    _move(application, "admitted", due_on=None, reason="")
    organisation = application.organisation
    membership = memberships.begin(by=by, network=application.network, organisation=organisation, kind=kind)
    if rules.nobody_leads(organisation=organisation):
        with translation.override(application.language):
            decision = _("Named in the application to %(network)s") % {"network": application.network}
        clerk = machine("admission")
        mandates.appoint(by=clerk, organisation=organisation, person=application.applicant, decision=decision)
    return application, membership


@verb("network.application_withdrawn", rule=rules.may_change_application, then=notices.application_withdrawn)
def withdraw(*, by: Actor, application: Application) -> Application:
    """The applicant takes it back, from any open state."""
    _move(application, "withdrawn", due_on=None)
    return application


@verb("network.application_reminded", rule=only_machine, then=notices.application_due)
def remind(*, by: Actor, application: Application) -> Application:
    """The day has come and nothing happened: whoever's turn it is hears of it, once."""
    application.reminded_at = timezone.now()
    application.save(update_fields=["reminded_at"])
    return application


def _create(
    network: Network,
    organisation: Organisation,
    applicant: Person,
    motivation: str,
    contribution: str,
    language: str,
    is_draft: bool,
) -> Application:
    return Application.objects.create(
        network=network,
        organisation=organisation,
        applicant=applicant,
        state="draft" if is_draft else "submitted",
        motivation=_said(motivation, "motivation", is_needed=not is_draft),
        contribution=_said(contribution, "contribution"),
        language=language,
        moved_at=timezone.now(),
        due_on=None if is_draft else date.today() + TIME_TO_DECIDE,
    )


def _move(application: Application, state: str, **changes: Any) -> None:
    APPLICATION_STEPS.move(application, state, moved_at=timezone.now(), reminded_at=None, **changes)


def _said(text: str, field: str, is_needed: bool = False) -> str:
    text = prose.clean(text)
    if is_needed and not text:
        raise ValidationError({field: [_("Please write a few words.")]})
    if len(text) > LONGEST:
        raise ValidationError({field: [_("At most %(limit)s signs, please.") % {"limit": LONGEST}]})
    return text


def _check_free(network: Network, organisation: Organisation) -> None:
    if Membership.objects.active().filter(network=network, organisation=organisation).exists():
        raise ValidationError(_("This organisation is a member of this network already."))
    declined = Application.objects.filter(network=network, organisation=organisation, again_on__gt=date.today())
    if (last := declined.order_by("-again_on").first()) is not None:
        from koinon.kit.templatetags.kit import day

        raise ValidationError(_("You may apply again on %(day)s.") % {"day": day(last.again_on)})
