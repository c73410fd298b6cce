"""Answers by e-mail become messages: the address says whose and where, the mandate is checked again."""

from typing import Any

import structlog
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import inbox
from koinon.kit.verbs import machine
from koinon.matching.actions import threads
from koinon.matching.models import Thread, voices
from koinon.matching.notices.threads import PURPOSE
from koinon.network.queries import speaking_for

log = structlog.get_logger(__name__)


@inbox.takes(PURPOSE)
def take(letter: inbox.Letter) -> None:
    """Post it if it comes from the person the address was given to, hold it if not; a former speaker's goes nowhere."""
    thread = Thread.objects.filter(pk=letter.noun).select_related("one", "other", "network").first()
    person = Person.objects.filter(pk=letter.person, is_active=True).first()
    if thread is None or person is None:
        return
    by = actor_of(person=person)
    organisation = next((side for side in (thread.one, thread.other) if side.pk in voices(by)), None)
    if organisation is None:
        log.info("letter of a former speaker dropped", thread=str(thread.pk))
        return
    facts: dict[str, Any] = {
        "thread": thread,
        "organisation": organisation,
        "person": person,
        "text": _text_of(letter, person),
    }
    if letter.is_proved and letter.sender == person.email.lower():
        threads.post(by=speaking_for(by, organisation), is_mail=True, **facts)
    else:
        threads.hold(by=machine("inbox"), came_from=letter.sender, **facts)


def _text_of(letter: inbox.Letter, person: Person) -> str:
    """The words, and a note of what is left out, in the author's language."""
    with translation.override(person.language):
        notes = [
            _("(Left out, because files do not come by e-mail here: %(names)s)") % {"names": ", ".join(letter.dropped)}
        ] if letter.dropped else []  # fmt: skip
        is_long = letter.is_cut or len(letter.text) > threads.LONGEST - 1000
        notes += [_("(The rest was too long.)")] if is_long else []
    return "\n\n".join([letter.text[: threads.LONGEST - 1000], *notes])
