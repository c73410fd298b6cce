"""Letters about messages: each reader's own Reply-To, so that the answer lands in the thread, in that person's name."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit import inbox
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.models import Message
from koinon.matching.notices import named

KIND = "matching.message"
PURPOSE = "matching.thread"


def posted(*, by: Actor, result: Message) -> None:
    """Everybody who speaks for one of the two hears of it, but for the author."""
    thread = result.thread
    known = {person.pk: person for side in thread.sides for person in queries.speakers_of(side)}
    for key, person in known.items():
        if key == result.person_id:
            continue
        reply_to = inbox.address_for(PURPOSE, person=person.pk, noun=thread.pk)
        tell_all(
            people=[person],
            kind=KIND,
            title=_("%(organisation)s wrote to you"),
            text="%(words)s",
            facts={"organisation": named(result.organisation), "words": result.text},
            address=reverse("matching:thread", args=[thread.pk]),
            action=_("Read and answer"),
            template="matching/mail/message",
            context={"mark": inbox.MARK if reply_to else "", "file": result.upload.name if result.upload else ""},
            reply_to=reply_to,
        )


def held(*, by: Actor, result: Message) -> None:
    """To the person's own address, which is proven, never to the one that the letter came from."""
    assert result.person is not None
    tell_all(
        people=[result.person],
        kind=KIND,
        title=_("Did you write this?"),
        text=_(
            "A letter in your name came from %(came_from)s, and nothing proves that you sent it. "
            "It is not posted until you say that it was you."
        ),
        facts={"came_from": result.came_from},
        address=reverse("matching:thread", args=[result.thread_id]),
        action=_("Look at it"),
    )
