"""The letter to somebody who is asked to sit in a jury or to supervise a team."""

from django.utils import translation

from koinon.accounts.notices import absolute
from koinon.kit import links, mail
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.projects.models import Call, Project

PURPOSE = "projects.asked"


def asked(*, by: Actor, result: Call | Project) -> None:
    """In the language of who asks: of the address nothing is known, or nothing is said."""
    if by.role == "demo":
        return
    facts = {"email": result.asked}  # type: ignore[union-attr]
    if isinstance(result, Call):
        facts |= {"call": str(result.pk)}
    else:
        facts |= {"project": str(result.pk), "before": str(result.supervisor_id or "")}
    context = {
        "is_jury": isinstance(result, Call), "title": str(result),
        "address": absolute(to("projects:asked", links.make(PURPOSE, **facts))),
    }  # fmt: skip
    with translation.override(by.language):
        mail.send(to=facts["email"], template="projects/mail/asked", language=by.language, context=context)
