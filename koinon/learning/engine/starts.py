"""Courses to begin with: a few shapes that work, written as data, said in the language of the course."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Place:
    """A node to begin with: `says` are its first paragraphs, with what to write there; `inside` stands below it."""

    kind: str
    title: Words
    says: tuple[Words, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    rule: Mapping[str, Any] = field(default_factory=dict)
    rubric: tuple[Words, ...] = ()
    inside: tuple["Place", ...] = ()


@dataclass(frozen=True)
class Start:
    """A template: what it is called, when it fits, and its places."""

    title: Words
    fits: Words
    places: tuple[Place, ...]


_AIMS = Place(
    "page",
    _("What you will be able to do"),
    (
        _("Write three things that people can do after this course and could not do before. Begin each with a verb."),
        _("Say for whom it is, and how long it takes."),
    ),
)

STARTS: Mapping[str, Start] = {
    "workshop": Start(
        _("Short workshop"),
        _("One meeting in a room or online, with something to read before and something to take home."),
        (
            Place(
                "section",
                _("Before we meet"),
                inside=(
                    _AIMS,
                    Place(
                        "page",
                        _("Read this first"),
                        (_("Write what everybody should know when the workshop begins: half a page is enough."),),
                    ),
                ),
            ),
            Place(
                "section",
                _("The workshop"),
                inside=(
                    Place(
                        "session",
                        _("We meet"),
                        (_("Write what happens when: the beginning, the exercise, the break, the end."),),
                        {"minutes": 180},
                    ),
                ),
            ),
            Place(
                "section",
                _("Afterwards"),
                inside=(
                    Place(
                        "page",
                        _("To take home"),
                        (_("Write the two or three things that people should remember, and where they find more."),),
                    ),
                    Place(
                        "discussion",
                        _("What did you try?"),
                        (_("Ask people to tell what they tried in the week after."),),
                    ),
                ),
            ),
        ),
    ),
    "pages": Start(
        _("Self-study in five pages"),
        _("People read and listen when they have time; a short quiz at the end shows what stayed."),
        (
            _AIMS,
            Place(
                "page",
                _("The first idea"),
                (_("Write one idea on each page: what it is, an example from your place, what to look at next."),),
            ),
            Place(
                "page",
                _("The second idea"),
                (_("Write the next idea. Short sentences help those who read in a second language."),),
            ),
            Place("page", _("An example"), (_("Tell what somebody really did, with a picture or a recording."),)),
            Place("page", _("What to do on Monday"), (_("Write the first small step that anybody can take."),)),
            Place(
                "quiz",
                _("What stayed?"),
                (_("Five questions are enough. Say in the feedback why an answer is right."),),
                {"attempts": 0, "shuffles": True, "review": "each"},
                {"score": 0.6},
            ),
        ),
    ),
    "training": Start(
        _("Training with a practice task"),
        _("People learn, try it where they work, show what they did, and get an answer from a facilitator."),
        (
            Place(
                "section",
                _("Learn"),
                inside=(
                    _AIMS,
                    Place("page", _("How it is done"), (_("Write the steps in the order in which they are done."),)),
                    Place(
                        "quiz",
                        _("Check yourself"),
                        (_("Ask what people must know before they try it."),),
                        {"attempts": 0, "shuffles": True, "review": "each"},
                        {"score": 0.6},
                    ),
                ),
            ),
            Place(
                "section",
                _("Practise"),
                inside=(
                    Place(
                        "task",
                        _("Try it where you work"),
                        (_("Say exactly what to do, with whom, and what to hand in."),),
                        {
                            "asks": ["text", "photo"],
                            "rubric": [{"key": "done", "points": 2}, {"key": "learnt", "points": 1}],
                        },
                        {"accepted": True},
                        (
                            _("It was really done, with people it is meant for"),
                            _("It says what worked and what did not"),
                        ),
                    ),
                ),
            ),
            Place(
                "section",
                _("Look back"),
                inside=(Place("survey", _("How was it?"), (_("Ask what helped and what you should change."),)),),
            ),
        ),
    ),
}
