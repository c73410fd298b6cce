"""What reviewers, endorsers and coordinators are told on the way of an application."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.kit import links, mail
from koinon.kit.verbs import Actor
from koinon.network.models import Application, Endorsement, Review, last_day, name_in
from koinon.network.notices.applications import address, applicants, deciders, tell_staff
from koinon.network.notices.telling import SILENT, day, names, tell

PURPOSE = "network.endorsement"


def review_asked(*, by: Actor, result: Review) -> None:
    """The reviewer: whose application, until when."""
    _tell_reviewer(by, result, _("Please review the application of %(organisation)s to %(network)s until %(until)s"))


def review_due(*, by: Actor, result: Review) -> None:
    _tell_reviewer(by, result, _("Your turn: your review of %(organisation)s is due on %(until)s"))


def review_withdrawn(*, by: Actor, result: Review) -> None:
    _tell_reviewer(by, result, _("Your review of %(organisation)s is not needed any more"))


def review_given(*, by: Actor, result: Review) -> None:
    """Nobody at once: the coordinators hear when all reviews are there."""


def reviews_complete(*, by: Actor, result: Application) -> None:
    """The coordinators: all reviews are there, it is their turn."""
    tell_staff(by, result, _("All reviews of %(organisation)s are there: please decide"))


def reviewer_missing(*, by: Actor, result: Review) -> None:
    """The coordinators: a reviewer is not impartial, and nobody else is there to be asked."""
    reviewers_missing(by=by, result=result.application)


def reviewers_missing(*, by: Actor, result: Application) -> None:
    """The coordinators: there are fewer reviewers than the network wants."""
    tell_staff(by, result, _("No reviewer is left for %(organisation)s: please ask somebody"))


def endorsement_asked(*, by: Actor, result: Endorsement) -> None:
    """The letter with the link: to somebody who has no account and needs none."""
    if by.role not in SILENT:
        send_endorsement(result)


def remind_endorser(application: Application) -> None:
    """The letter once more, with a fresh link, while an answer is still waited for."""
    row = application.endorsements.filter(state="asked").first()
    if row is not None:
        row.application = application
        send_endorsement(row)


def endorsement_answered(*, by: Actor, result: Endorsement) -> None:
    """Both sides: endorsed, not endorsed, or no answer in time."""
    words = {
        "endorsed": _("%(body)s endorses the application of %(organisation)s to %(network)s"),
        "refused": _("%(body)s does not endorse the application of %(organisation)s to %(network)s"),
        "lapsed": _("%(body)s did not answer in time about the application of %(organisation)s to %(network)s"),
    }
    application = result.application
    facts = {**names(application.network, application.organisation), "body": result.body}
    for kind, people in (
        ("network.membership", applicants(application)),
        ("network.application", deciders(application)),
    ):
        tell(
            by,
            people,
            kind=kind,
            title=words[result.state],
            text="%(statement)s",
            address=address(application),
            facts={**facts, "statement": result.statement},
            action=_("Look at the application"),
        )


def send_endorsement(endorsement: Endorsement) -> None:
    """The letter itself, in the language of the endorser; each letter has a link of its own."""
    if not endorsement.email:
        return
    token = links.make(PURPOSE, endorsement=str(endorsement.pk))
    application, language = endorsement.application, endorsement.language
    mail.send(
        to=endorsement.email,
        template="network/mail/endorsement",
        language=language,
        context={
            "endorsement": endorsement,
            "organisation": name_in(application.organisation.names, application.organisation.language, language),
            "network": name_in(application.network.names, application.network.language, language),
            "address": settings.KOINON_URL + reverse("network:endorsement", args=[token]),
        },
    )


def application_due(*, by: Actor, result: Application) -> None:
    """Whose turn it is hears that the day comes near or has come; after two reminders the coordinators do, too."""
    facts = {"day": day(result.moved_at), "until": day(_last_day(result))}
    is_theirs = result.turn == "applicant"
    if is_theirs:
        tell(
            by,
            applicants(result),
            kind="network.membership",
            title=_("Your turn: the application of %(organisation)s to %(network)s waits since %(day)s"),
            text=_("The last day is %(until)s."),
            address=address(result),
            facts={**names(result.network, result.organisation), **facts},
            action=_("Look at the application"),
        )
    if result.turn == "endorser":
        remind_endorser(result)
    if (not is_theirs or result.reminders > 1) and result.state != "draft":
        title = _("The application of %(organisation)s to %(network)s waits since %(day)s")
        if result.turn == "network":
            title = _("Your turn: the application of %(organisation)s to %(network)s waits since %(day)s")
        tell_staff(by, result, title, **facts)


def _last_day(application: Application) -> date | None:
    """For a draft the last day on which the network takes it, if it has said so; else the day that was given."""
    is_draft = application.state == "draft"
    window = application.network.windows.open_on(date.today()).first() if is_draft else None
    return last_day(window.period) if window is not None else application.due_on


def _tell_reviewer(by: Actor, result: Review, title: object) -> None:
    application = result.application
    facts = {**names(application.network, application.organisation), "until": day(result.due_on)}
    tell(
        by,
        [result.person],
        kind="network.application",
        title=title,
        address=address(application),
        facts=facts,
        action=_("Look at the application"),
    )
