"""For each kind of call how others write one: what to say, what the partner does, what to ask those who reply."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.matching.models import Listing


@dataclass(frozen=True)
class Outline:
    """`points`: what the text says, one heading each; `role`: what partners do; `questions`: to repliers."""

    points: tuple[Any, ...]
    role: Any
    questions: tuple[Any, ...]

    @property
    def text(self) -> str:
        """The headings as a text to fill in."""
        return "\n\n".join(f"{point}\n" for point in self.points)


OUTLINES: dict[str, Outline] = {
    "expertise": Outline(
        (
            _("What do you want to be able to do afterwards?"),
            _("What have you tried already?"),
            _("How many days, where, in which language?"),
        ),
        _("Two days with us and some hours online"),
        (_("Where have you done this before?"), _("Who would come?")),
    ),
    "partner": Outline(
        (
            _("Which call for proposals, and until when?"),
            _("The idea in three sentences"),
            _("Who is in already, and who is missing?"),
            _("What would the partner do, and with which budget?"),
        ),
        _("A partner who leads one part of the work"),
        (_("Which part would you lead?"), _("Which projects of this kind have you taken part in?")),
    ),
    "peer_visit": Outline(
        (
            _("What is there to see?"),
            _("How many people, how many days, when?"),
            _("Who pays travel and beds?"),
        ),
        _("Host or guests for two or three days"),
        (_("How many people would take part?"), _("Which weeks suit you?")),
    ),
    "mentor": Outline(
        (
            _("Whom does the mentor accompany, and where do they stand?"),
            _("How often and for how long?"),
            _("What should be different afterwards?"),
        ),
        _("One hour a month online"),
        (_("Whom have you accompanied before?"), _("How much time can you give?")),
    ),
    "venue": Outline(
        (
            _("What exactly: room, machine, vehicle?"),
            _("Where and when is it free?"),
            _("Who may use it, and what does it cost?"),
        ),
        _("Lends or borrows, and brings it back in order"),
        (_("What would you use it for?"), _("Who is responsible on your side?")),
    ),
    "learning_place": Outline(
        (
            _("What is learnt, and how long does it take?"),
            _("For whom, and what must they know before?"),
            _("How many places, when, at what cost?"),
        ),
        _("Offers or fills places to learn"),
        (_("How many people would come?"), _("What do they know already?")),
    ),
    "funding": Outline(
        (
            _("What is the money for?"),
            _("How much, until when?"),
            _("What does the giver get to see of it?"),
        ),
        _("Gives or uses money for a purpose agreed"),
        (_("What would you do with it?"), _("Who else pays a part?")),
    ),
}


def outline(kind: str) -> Outline:
    return OUTLINES.get(kind, OUTLINES[Listing.Kind.EXPERTISE])
