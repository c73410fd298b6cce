"""What is told about small grants: to those who decide, and to the team."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from koinon.kit import money
from koinon.kit.verbs import Actor
from koinon.projects.models import Receipt, SmallGrant
from koinon.projects.notices.telling import about_grant, day
from koinon.projects.queries.people import givers_of, team_of


def asked(*, by: Actor, result: SmallGrant) -> None:
    text = _("Two people approve it. Please look at it by %(until)s.")
    about_grant(by, givers_of(result.project), result, _("%(amount)s are asked for: %(project)s"), text)


def approved(*, by: Actor, result: SmallGrant) -> None:
    """After the first the others are asked; after the second the team hears."""
    if result.state == "halfway":
        title = _("A second person must approve %(amount)s: %(project)s")
        others = [person for person in givers_of(result.project) if person.pk != result.first_by_id]
        about_grant(by, others, result, title, _("Please look at it by %(until)s."))
    else:
        text = _("It will be paid soon; keep every receipt.")
        about_grant(by, team_of(result.project), result, _("%(amount)s are approved: %(project)s"), text)


def refused(*, by: Actor, result: SmallGrant) -> None:
    text = _("They write: %(why)s")
    about_grant(by, team_of(result.project), result, _("The small grant was refused: %(project)s"), text)


def paid(*, by: Actor, result: SmallGrant) -> None:
    text = _("Add a photo of each receipt on its page, and hand in the account by %(until)s.")
    about_grant(by, team_of(result.project), result, _("%(amount)s were paid: %(project)s"), text)


def account_handed_in(*, by: Actor, result: SmallGrant) -> None:
    text = _("Please look at the receipts by %(until)s.")
    about_grant(by, givers_of(result.project), result, _("The account is there: %(project)s"), text)


def receipt_returned(*, by: Actor, result: Receipt) -> None:
    text = _("“%(receipt)s”: %(question)s")
    title = _("A receipt came back with a question: %(project)s")
    facts = {"receipt": result.title, "question": result.why}
    about_grant(by, team_of(result.grant.project), result.grant, title, text, **facts)


def money_returned(*, by: Actor, result: SmallGrant) -> None:
    text = _("Noted as paid back: %(back)s.")
    back = partial(money.said, result.returned, result.currency)
    about_grant(by, team_of(result.project), result, _("Your money has come back: %(project)s"), text, back=back)


def closed(*, by: Actor, result: SmallGrant) -> None:
    text = _("Every cent is accounted for. Thank you.")
    about_grant(by, team_of(result.project), result, _("The small grant is closed: %(project)s"), text)


def nudged(*, by: Actor, result: SmallGrant) -> None:
    """The team when it owes the account, otherwise those who decide."""
    people = team_of(result.project) if result.state == "paid" else givers_of(result.project)
    if result.state == "halfway":
        people = [person for person in people if person.pk != result.first_by_id]
    text = _("Until %(until)s.")
    about_grant(
        by, people, result, _("A small grant waits for you: %(project)s"), text, kind="projects.reminder",
        until=day(result.due_on),
    )  # fmt: skip
