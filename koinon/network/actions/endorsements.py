"""Endorsements: a third party answers by a link, without an account; or the deadline answers for it."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import links, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, anyone, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import applications, turns
from koinon.network.models import ENDORSEMENT_STEPS, Application, Endorsement

LONGEST = 2000

conflict("endorsement_one_open", "email", gettext_lazy("Somebody has been asked already and may still answer."))


@verb("network.endorsement_asked", rule=rules.may_decide, then=notices.endorsement_asked)
def ask(*, by: Actor, application: Application, body: str, email: str, language: str, name: str = "") -> Endorsement:
    """Send the link to a third party (`body`, a person's `name` if known); it is their turn until the last day."""
    if application.endorsements.filter(state="asked").exists():
        raise ValidationError(_("Somebody has been asked already and may still answer."))
    until = turns.within(turns.rules_of(application.network).days_to_endorse)
    if application.state == "endorsement":
        turns.pass_turn(application, "endorser", until)
    else:
        turns.move(application, "endorsement", turn="endorser", until=until, reason="")
    made = Endorsement.objects.create(
        application=application,
        body=prose.line(body)[:200],
        name=prose.line(name)[:120],
        email=email.strip().lower(),
        language=language,
        due_on=until,
    )
    notices.application_moved(by=by, result=application)
    return made


@verb("network.endorsed", rule=anyone, then=notices.endorsement_answered)
def endorse(
    *, by: Actor, endorsement: Endorsement, link: links.Link, statement: str = "", signed_by: str = ""
) -> Endorsement:
    """Who holds the link stands behind the application; the review may begin. The link works once."""
    links.use(link)
    facts = _answer(statement, signed_by, is_needed=False)
    ENDORSEMENT_STEPS.move(endorsement, "endorsed", counts=True, **facts)
    _go_on(by, endorsement)
    return endorsement


@verb("network.not_endorsed", rule=anyone, then=notices.endorsement_answered)
def refuse(
    *, by: Actor, endorsement: Endorsement, link: links.Link, statement: str, signed_by: str = ""
) -> Endorsement:
    """Who holds the link does not, and says why; what follows is the coordinator's to decide."""
    links.use(link)
    facts = _answer(statement, signed_by, is_needed=True)
    ENDORSEMENT_STEPS.move(endorsement, "refused", counts=False, **facts)
    _go_on(by, endorsement)
    return endorsement


@verb("network.endorsement_lapsed", rule=only_machine, then=notices.endorsement_answered)
def lapse(*, by: Actor, endorsement: Endorsement) -> Endorsement:
    """Nobody answered in time: the network's rule says what that counts as, or the coordinator decides."""
    deemed = turns.rules_of(endorsement.application.network).deemed
    counts = {"endorsed": True, "refused": False}.get(deemed)
    ENDORSEMENT_STEPS.move(endorsement, "lapsed", counts=counts, answered_at=timezone.now())
    _go_on(by, endorsement)
    return endorsement


def _answer(statement: str, signed_by: str, is_needed: bool) -> dict[str, object]:
    text = prose.clean(statement)[:LONGEST]
    if is_needed and not text:
        raise ValidationError({"statement": [_("Please say why in a sentence: the applicant will read it.")]})
    return {"statement": text, "signed_by": prose.line(signed_by)[:200], "answered_at": timezone.now()}


def _go_on(by: Actor, endorsement: Endorsement) -> None:
    """Endorsed: the review begins. Not: the application stays, and it is the coordinator's turn."""
    application = endorsement.application
    if application.state != "endorsement":
        return
    if endorsement.counts:
        applications.start_review(by=turns.clerk(by), application=application)
    else:
        days = turns.rules_of(application.network).days_to_check
        turns.pass_turn(application, "network", turns.within(days))
