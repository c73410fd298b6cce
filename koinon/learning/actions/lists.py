"""People are asked by e-mail to learn in a run, or to teach it: one by one or by a list; the link ends with the run."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.actions import join
from koinon.accounts.models import Person
from koinon.kit import links, mail, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, anyone, machine, only_machine, verb
from koinon.learning.actions import enrolments, runs
from koinon.learning.models import INVITED_STEPS, Enrolment, Invited, Run
from koinon.learning.notices import teaching as notices
from koinon.learning.rules import runs as rules
from koinon.learning.rules import teaching
from koinon.network.models import Organisation

PURPOSE = "learning.invited"
NOT_YOURS = gettext_lazy("Only those who teach here may do this.")
VOID = gettext_lazy("This invitation does not hold any more. Please ask for a new one.")
MOST = 1000

conflict("invited_to_run_once", "email", gettext_lazy("This address is invited already and has not answered yet."))


@verb("learning.invited", rule=rules.may_teach, refusal=NOT_YOURS, then=notices.invited)
def invite(
    *, by: Actor, run: Run, email: str, name: str = "", language: str = "", organisation: Organisation | None = None
) -> Invited:
    """Ask one address to learn here; the letter has a one-tap link."""
    return _ask(by, run, email, name, language, organisation, "learner")


@verb("learning.facilitator_invited", rule=rules.may_lead, refusal=runs.NOT_LEAD, then=notices.invited)
def invite_facilitator(*, by: Actor, run: Run, email: str, name: str = "", language: str = "") -> Invited:
    """Ask one address to teach here."""
    return _ask(by, run, email, name, language, None, "facilitator")


@verb(
    "learning.list_invited", rule=rules.may_teach, refusal=NOT_YOURS, then=notices.all_invited,
    counts=lambda made: {"invitations": float(len(made))},
)  # fmt: skip
def invite_all(*, by: Actor, run: Run, rows: Sequence[Mapping[str, Any]]) -> list[Invited]:
    """Ask everybody on a list {"email", "name", "language", "organisation": id or None}; who was asked before, or is
    here already, is left out."""
    if len(rows) > MOST:
        raise ValidationError(_("At most %(most)s people in one list.") % {"most": MOST})
    _check_open(run)
    emails = [str(row["email"]).strip().lower() for row in rows]
    known = set(Invited.objects.filter(run=run, role="learner", state="open", email__in=emails).values_list("email"))
    here = Enrolment.objects.filter(run=run, state__in=enrolments.IN, person__email__in=emails)
    gone = {email for (email,) in known} | set(here.values_list("person__email", flat=True))
    made = {}
    for email, row in zip(emails, rows, strict=True):
        if email not in gone and email not in made:
            mail.reachable(email)
            made[email] = Invited(
                run=run, email=email, name=prose.line(str(row.get("name", "")))[:120], until=run.ends_on,
                language=_language(str(row.get("language", "")), run), organisation_id=row.get("organisation"),
                invited_by_id=by.person,
            )  # fmt: skip
    return Invited.objects.bulk_create(made.values())


@verb("learning.invitation_accepted", rule=teaching.may_accept, refusal=VOID)
def accept(
    *, by: Actor, invited: Invited, link: links.Link, name: str = "", language: str = ""
) -> tuple[Invited, Person]:
    """Who holds the link of the letter learns, or teaches, here; with or without an account before."""
    links.use(link)
    if invited.run.is_over:
        raise ValidationError(_("One can no longer enrol here."))
    INVITED_STEPS.move(invited, "accepted")
    clerk = machine("invitation")
    person = join(
        by=by, email=invited.email, language=language or invited.language, name=prose.line(name) or invited.name
    )
    if invited.role == "facilitator":
        runs.add_facilitator(by=clerk, run=invited.run, person=person)
    else:
        enrolments.enrol(
            by=clerk, run=invited.run, person=person, how="list", language=invited.language,
            organisation=invited.organisation,
        )  # fmt: skip
    return invited, person


@verb("learning.invitation_declined", rule=anyone)
def decline(*, by: Actor, invited: Invited, link: links.Link) -> Invited:
    """No, thank you."""
    links.use(link)
    INVITED_STEPS.move(invited, "declined")
    return invited


@verb("learning.invitation_withdrawn", rule=teaching.may_take_back, refusal=NOT_YOURS)
def take_back(*, by: Actor, invited: Invited) -> Invited:
    """The link in the letter opens nothing any more."""
    INVITED_STEPS.move(invited, "withdrawn")
    return invited


@verb("learning.invitation_reminded", rule=only_machine, then=notices.invited)
def remind(*, by: Actor, invited: Invited) -> Invited:
    """The letter once more, a week after the first."""
    if not Invited.objects.filter(pk=invited.pk, state="open", reminded_on=None).update(reminded_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return invited


@verb("learning.invitation_lapsed", rule=only_machine)
def lapse(*, by: Actor, invited: Invited) -> Invited:
    """Nobody answered while the run went on."""
    INVITED_STEPS.move(invited, "lapsed")
    return invited


def _ask(
    by: Actor, run: Run, email: str, name: str, language: str, organisation: Organisation | None, role: str
) -> Invited:
    _check_open(run)
    address = mail.reachable(email)
    if role == "learner" and Enrolment.objects.filter(run=run, state__in=enrolments.IN, person__email=address).exists():
        raise ValidationError({"email": [_("This person is on the list already.")]})
    return Invited.objects.create(
        run=run, email=address, name=prose.line(name)[:120], role=role, until=run.ends_on,
        language=_language(language, run), organisation=organisation, invited_by_id=by.person,
    )  # fmt: skip


def _check_open(run: Run) -> None:
    if run.state not in ("draft", "open", "running") or run.ends_on < date.today():
        raise ValidationError(_("One can no longer enrol here."))


def _language(said: str, run: Run) -> str:
    return said if said in run.languages else next(iter(run.languages), "en")
