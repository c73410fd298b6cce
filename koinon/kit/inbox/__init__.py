"""Letters that come in: answers by e-mail and bounces, accepted only at signed addresses, each taken exactly once.

    address = inbox.address_for("matching.thread", person=person.pk, noun=thread.pk)    # goes into Reply-To

    @inbox.takes("matching.thread")
    def take(letter: inbox.Letter) -> None: ...                                           # runs in a job

The address is the authority: it was given to one person about one thing. Whether the sender is that person, whoever
takes the letter decides. Nothing here ever writes a letter, so loops cannot begin.
"""

from koinon.kit.inbox.addresses import BOUNCE, address_for, bounce_address, is_open, is_ours
from koinon.kit.inbox.arrivals import Bounce, Letter, bounced, receive, takes
from koinon.kit.inbox.quotes import MARK

__all__ = [
    "BOUNCE",
    "MARK",
    "Bounce",
    "Letter",
    "address_for",
    "bounce_address",
    "bounced",
    "is_open",
    "is_ours",
    "receive",
    "takes",
]
