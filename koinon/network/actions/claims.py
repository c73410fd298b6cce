"""Claiming an organisation that nobody speaks for: an address at its web domain is proved, the coordinator confirms."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.actions import join
from koinon.accounts.models import Person
from koinon.kit import limits, links, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, anyone, machine, only_machine, verb
from koinon.network import rules
from koinon.network.actions import mandates
from koinon.network.engine import domains
from koinon.network.models import CLAIM_STEPS, Claim, Mandate, Membership, Network, Organisation
from koinon.network.notices import claims as words

PURPOSE = "network.claim"
DAY = timedelta(days=1)
LIFE = timedelta(days=14)
TIME_TO_CONFIRM = timedelta(days=7)
MOST_A_DAY = 6
"""Letters that one asker may cause, and that one mailbox may get: nobody is flooded, and nobody can use up what
others need. A number for each organisation would let a stranger shut its own people out."""

conflict("claim_one_open_per_address", "email", gettext_lazy("This address has asked already. Look into its letters."))
conflict("claim_one_confirmed", None, gettext_lazy("Somebody else speaks for this organisation by now."))


@verb("network.claim_asked", rule=rules.may_claim, then=words.asked)
def ask(
    *,
    by: Actor,
    organisation: Organisation,
    email: str,
    name: str,
    language: str,
    position: str = "",
    message: str = "",
    asker: str,
) -> Claim:
    """Send a one-tap link to an address at the organisation's web domain; nothing is claimed before it is used.

    `asker`: who the tries are counted for, as `limits.asker` gives it.
    """
    address = email.strip().lower()
    how = _fitting(organisation, address)
    _count(address, asker)
    return Claim.objects.create(
        network=_network_of(organisation),
        organisation=organisation,
        email=address,
        name=prose.line(name)[:120],
        position=prose.line(position)[:120],
        message=prose.clean(message)[:1000],
        language=language,
        is_of_parent=how is domains.Fit.ABOVE,
    )


@verb("network.claim_proved", rule=anyone, then=words.proved)
def prove(*, by: Actor, claim: Claim, link: links.Link) -> tuple[Claim, Person]:
    """Who holds the link holds the address; from now on it is the coordinator's turn. Gives the person to let in."""
    links.use(link)
    if not rules.is_unclaimed(organisation=claim.organisation):
        raise ValidationError(_("Somebody else speaks for this organisation by now."))
    person = join(by=by, email=claim.email, language=claim.language, name=claim.name)
    now = timezone.now()
    CLAIM_STEPS.move(claim, "waiting", person=person, moved_at=now, due_on=date.today() + TIME_TO_CONFIRM)
    return claim, person


@verb("network.claim_confirmed", rule=rules.may_decide_claim, then=words.confirmed)
def confirm(*, by: Actor, claim: Claim) -> tuple[Claim, Mandate]:
    """The person represents the organisation from today. Of two claims one wins, also at the same instant."""
    organisation = Organisation.objects.select_for_update().get(pk=claim.organisation_id)
    if not rules.is_unclaimed(organisation=organisation):
        raise ValidationError(_("Somebody else speaks for this organisation by now."))
    if claim.person is None or not claim.person.is_active:
        raise ValidationError(_("The person who asked is not here any more."))
    CLAIM_STEPS.move(claim, "confirmed", moved_at=timezone.now(), due_on=None)
    decision = _("Proved an address at %(domain)s") % {"domain": claim.email.rpartition("@")[2]}
    mandate = mandates.appoint(by=machine("claim"), organisation=organisation, person=claim.person, decision=decision)
    return claim, mandate


@verb("network.claim_refused", rule=rules.may_decide_claim, then=words.moved)
def refuse(*, by: Actor, claim: Claim, reason: str) -> Claim:
    """Not theirs; the person is told why. The organisation stays unclaimed."""
    said = prose.line(reason)[:300]
    if not said:
        raise ValidationError({"reason": [_("Please say why: the person is told.")]})
    CLAIM_STEPS.move(claim, "refused", reason=said, moved_at=timezone.now(), due_on=None)
    return claim


@verb("network.claim_withdrawn", rule=rules.may_take_claim_back)
def withdraw(*, by: Actor, claim: Claim) -> Claim:
    """A mistake; the coordinator need not look any more."""
    CLAIM_STEPS.move(claim, "withdrawn", moved_at=timezone.now(), due_on=None)
    return claim


@verb("network.claim_expired", rule=only_machine)
def expire(*, by: Actor, claim: Claim) -> Claim:
    """The link was never used: nobody waits for anything."""
    CLAIM_STEPS.move(claim, "expired", moved_at=timezone.now())
    return claim


@verb("network.claim_reminded", rule=only_machine, then=words.reminded)
def remind(*, by: Actor, claim: Claim) -> Claim:
    """Who has the turn hears of it again: the address before its link expires, the coordinators each week."""
    claim.reminded_at = timezone.now()
    if claim.state == Claim.State.WAITING:
        claim.due_on = date.today() + TIME_TO_CONFIRM
    claim.save(update_fields=["reminded_at", "due_on"])
    return claim


def _count(address: str, asker: str) -> None:
    """Raises ValidationError after too many letters; `a+b@…` is the mailbox `a@…`."""
    local, _at, domain = address.rpartition("@")
    if not limits.spend(f"claim-by:{asker}", times=MOST_A_DAY, per=DAY):
        raise ValidationError(_("You have asked for many letters today. Please try again tomorrow."))
    if not limits.spend(f"claim-to:{local.partition('+')[0]}@{domain}", times=MOST_A_DAY, per=DAY):
        raise ValidationError({"email": [_("There were many letters to this address today. Look into its letters.")]})


def _fitting(organisation: Organisation, address: str) -> domains.Fit:
    """How the address fits the web site; raises ValidationError beside `email` with what to do instead."""
    how = domains.fit(address, organisation.domain)
    site = {"domain": domains.readable(domains.plain(organisation.domain)) or organisation.domain}
    if how.is_enough:
        return how
    if how is domains.Fit.NO_SITE:
        said = _("We know no web site of this organisation. Please write to the people who run the network.")
    elif how is domains.Fit.SHARED:
        said = _("Everybody can have a page at %(domain)s. Please write to the people who run the network.") % site
    elif how is domains.Fit.PROVIDER:
        said = _("Everybody can get such an address. Please use one at %(domain)s.") % site
    else:
        said = _("This address is not at %(domain)s. Please use one that is.") % site
    raise ValidationError({"email": [said]})


def _network_of(organisation: Organisation) -> Network:
    """Whose coordinators confirm: the network to which it has belonged for the longest time."""
    rows = Membership.objects.active().filter(organisation=organisation).select_related("network")
    membership = rows.order_by("period", "pk").first()
    if membership is None:
        raise ValidationError(_("This organisation belongs to no network."))
    return membership.network
