"""Introductions between two organisations: proposed, answered in private, connected, and what came of them."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models.listings import Listing, voices
from koinon.network.models import Network, Organisation

SHOWN_TO_BOTH = ("proposed", "connected", "met", "settled", "faded", "closed")
"""States in which the introduction is there for both sides."""

CONNECTED = ("connected", "met", "settled", "faded")
"""States in which both have said yes: each may read how the other is reached."""


class Introductions(models.QuerySet["Introduction"]):
    def visible_to(self, me: Actor) -> "Introductions":
        """For who asked; for both sides once it was proposed; for the network's coordinator."""
        ours = voices(me)
        asked = Q(one__in=ours, origin="asked")
        proposed = (Q(one__in=ours) | Q(other__in=ours)) & Q(state__in=SHOWN_TO_BOTH)
        return self.filter(asked | proposed | Q(network__in=me.scopes("coordinator")))

    def for_staff(self, me: Actor) -> "Introductions":
        return self.filter(network__in=me.scopes("coordinator"))

    def between(self, ours: list[UUID]) -> "Introductions":
        """Those that are there for one of these organisations as a side of them."""
        proposed = (Q(one__in=ours) | Q(other__in=ours)) & Q(state__in=SHOWN_TO_BOTH)
        return self.filter(Q(one__in=ours, origin="asked") | proposed)


INTRODUCTION_STEPS = steps(
    drafted="proposed discarded",
    asked="proposed refused withdrawn",
    proposed="connected closed",
    connected="met faded",
    met="settled",
)


class Introduction(models.Model):
    """A to B: asked for by `one`, or thought of by a coordinator or the matcher. Contact opens on yes and yes only.

    What each side answers stands in `Answer`, which no page of the other side ever reads.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        ASKED = "asked", _("Waiting for the coordinator")
        PROPOSED = "proposed", _("Proposed to both")
        CONNECTED = "connected", _("Connected")
        MET = "met", _("They have met")
        SETTLED = "settled", _("Told what came of it")
        FADED = "faded", _("Connected, nothing heard since")
        REFUSED = "refused", _("Not passed on")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DISCARDED = "discarded", _("Not sent")
        CLOSED = "closed", _("Closed")

    class Origin(models.TextChoices):
        ASKED = "asked", _("Asked for by one side")
        COORDINATOR = "coordinator", _("The coordinator's idea")
        MATCHER = "matcher", _("Found by the matcher")
        BRIDGE = "bridge", _("A bridge between clusters")
        AGAIN = "again", _("Taken up again")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="introductions")
    one = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="introductions_as_one")
    other = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="introductions_as_other")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.ASKED)
    need = models.ForeignKey(Listing, null=True, on_delete=models.SET_NULL, related_name="+")
    offer = models.ForeignKey(Listing, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(blank=True)
    words_for_one = models.TextField(blank=True)
    words_for_other = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    closes_on = models.DateField(null=True)
    connected_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = Introductions.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "one", "other"],
                condition=Q(state__in=["asked", "proposed"]),
                name="introduction_one_open",
            ),
            models.CheckConstraint(condition=~Q(one=F("other")), name="introduction_between_two"),
            models.CheckConstraint(
                condition=Q(connected_on=None) ^ Q(state__in=["connected", "met", "settled", "faded"]),
                name="introduction_connected_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed") | Q(closes_on__isnull=False), name="introduction_proposed_ends"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def sides(self) -> tuple[UUID, UUID]:
        return self.one_id, self.other_id

    @property
    def is_shown_to_both(self) -> bool:
        return self.state in SHOWN_TO_BOTH

    @property
    def is_connected(self) -> bool:
        return self.state in CONNECTED

    def far_side(self, side: UUID) -> Organisation:
        """The organisation that is introduced to `side`."""
        return self.other if side == self.one_id else self.one

    def words_for(self, side: UUID) -> str:
        """The sentence of whoever proposed it, for this side only."""
        return self.words_for_one if side == self.one_id else self.words_for_other


class Answers(models.QuerySet["Answer"]):
    def visible_to(self, me: Actor) -> "Answers":
        """Those of organisations I speak for: nobody else's, for nobody."""
        return self.filter(organisation__in=voices(me))


class Answer(models.Model):
    """What one side says in private. On the closing day all go, but for a later, which waits for its month."""

    class Says(models.TextChoices):
        YES = "yes", _("Yes")
        LATER = "later", _("Later")
        NO = "no", _("No")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    says = models.CharField(max_length=5, choices=Says.choices)
    again_on = models.DateField(null=True)
    asked_again_on = models.DateField(null=True)

    objects = Answers.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["introduction", "organisation"], name="answer_once_per_side"),
            models.CheckConstraint(
                condition=Q(says="later", again_on__isnull=False) | (~Q(says="later") & Q(again_on=None)),
                name="answer_later_has_its_month",
            ),
        ]
        indexes = [models.Index(fields=["again_on"], condition=Q(asked_again_on=None), name="answer_asked_again")]

    @property
    def scope_id(self) -> UUID:
        return self.introduction.network_id


class Outcomes(models.QuerySet["Outcome"]):
    def visible_to(self, me: Actor) -> "Outcomes":
        """What my organisations told; all of the network for its coordinator."""
        return self.filter(
            Q(organisation__in=voices(me)) | Q(introduction__network__in=me.scopes("coordinator"), came__gt="")
        )


class Outcome(models.Model):
    """What one side tells 30 and 90 days after the connection; `came` is empty while nobody has answered."""

    class Came(models.TextChoices):
        TOGETHER = "together", _("We work on something together")
        CONTACT = "contact", _("We stay in touch")
        NOTHING = "nothing", _("Nothing came of it")
        NOT_MET = "not_met", _("We have not met")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="outcomes")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    after = models.PositiveSmallIntegerField()
    came = models.CharField(max_length=10, choices=Came.choices, blank=True)
    words = models.CharField(max_length=300, blank=True)
    asked_on = models.DateField()
    said_at = models.DateTimeField(null=True)

    objects = Outcomes.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["introduction", "organisation", "after"], name="outcome_once_per_side"),
            models.CheckConstraint(condition=Q(after__in=[30, 90]), name="outcome_after_30_or_90"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.introduction.network_id
