"""Letters to those who are asked to be named in a programme."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell
from koinon.events.models import Speaker
from koinon.events.notices.telling import name_of, unless_demo, when
from koinon.kit import links
from koinon.kit.verbs import Actor

SPEAKER = "events.speaker"


@unless_demo
def speaker_asked(*, by: Actor, result: Speaker) -> None:
    """One tap: may your name stand in the programme?"""
    if result.person is None or result.state != "asked":
        return
    session = result.session
    facts = {
        "event": lambda language: name_of(session.event, language),
        "session": lambda language: str(session),
        "when": lambda language: when(session.starts_at, session.zone, result.person, language),
    }
    tell(
        person=result.person, kind="events.message", title=_("May your name stand in the programme? %(event)s"),
        text=_("You would speak in “%(session)s” (%(when)s). Until you agree nobody sees your name."), facts=facts,
        address=reverse("events:speaker_asked", args=[links.make(SPEAKER, speaker=str(result.pk))]),
        action=_("Answer with one tap"),
    )  # fmt: skip
