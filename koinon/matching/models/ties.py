"""Ties between two organisations: declared by one and confirmed by the other, or derived from what they did."""

from datetime import date
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models.listings import voices
from koinon.network.models import Membership, Network, Organisation

TIE_STEPS = steps(
    derived="declared ended",
    declared="confirmed withdrawn lapsed",
    confirmed="ended",
)
ALIVE = ("derived", "declared", "confirmed")


class Ties(models.QuerySet["Tie"]):
    def visible_to(self, me: Actor) -> "Ties":
        """The one rule: what both confirmed, between members of a network I may see; and everything of my own."""
        return self.filter(self._shown(me) | Q(a__in=voices(me)) | Q(b__in=voices(me)))

    def shown_in(self, network: Network, me: Actor) -> "Ties":
        """What everybody who may see the network sees: confirmed ties, nobody's drafts, not even mine.

        Pages that draw, list and export all of it ask so: members are named by a question of their own, not by one
        for each row, and it stays quick with 100,000 ties.
        """
        members = Membership.objects.active().filter(network=network).order_by().values("organisation")
        seen = Network.objects.visible_to(me).filter(pk=network.pk).values("pk")
        return self.filter(state="confirmed", network=network, network__in=seen, a__in=members, b__in=members)

    def manageable_by(self, me: Actor) -> "Ties":
        """Those of organisations I speak for."""
        return self.filter(Q(a__in=voices(me)) | Q(b__in=voices(me)))

    def between(self, one: UUID, other: UUID) -> "Ties":
        """Those of two organisations, whichever comes first."""
        a, b = sorted([one, other])
        return self.filter(a=a, b=b)

    def in_time(self, since: date | None, until: date | None) -> "Ties":
        """Those that held on some day from `since` to `until`; a tie without a beginning began long ago."""
        rows = self
        if until:
            rows = rows.filter(Q(since=None) | Q(since__lte=until))
        if since:
            rows = rows.filter(Q(until=None) | Q(until__gte=since))
        return rows

    @staticmethod
    def _shown(me: Actor) -> Q:
        is_mine = Q(network__is_public=True) | Q(network__in=list(me.roles))
        sides = [
            Membership.objects.active().filter(network=OuterRef("network"), organisation=OuterRef(side))
            for side in "ab"
        ]
        return Q(state="confirmed") & is_mine & Q(Exists(sides[0])) & Q(Exists(sides[1]))


class Tie(models.Model):
    """Two organisations (`a` before `b`, so that a pair has one order) and what ties them, from a day to a day.

    A quiet no lives in `says_no` alone: the state stays as it is, so that declining cannot be told from waiting.
    `sources` say from which acts a derived tie comes: [{"kind": "reply", "id": "…", "on": "2026-03-01"}].
    """

    class Kind(models.TextChoices):
        TOGETHER = "together", _("We work together")
        TWIN = "twin", _("Twin cities")
        PROJECT = "project", _("Joint project")
        VISIT = "visit", _("Visit")
        AGREEMENT = "agreement", _("Agreement")
        PRACTICE = "practice", _("Practice adopted")

    class State(models.TextChoices):
        DERIVED = "derived", _("Known to you two only")
        DECLARED = "declared", _("Waiting for the other side")
        CONFIRMED = "confirmed", _("Confirmed by both")
        WITHDRAWN = "withdrawn", _("Taken back")
        LAPSED = "lapsed", _("Not confirmed in time")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="ties")
    a = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ties_as_a")
    b = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ties_as_b")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DECLARED)
    declared_by = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8, default="en")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    sources = models.JSONField(default=list)
    says_no = models.BooleanField(default=False, editable=False)
    closes_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True, editable=False)
    ended_by = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = Ties.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["network", "state", "-id"], name="tie_in_network"),
            models.Index(fields=["b", "state"], name="tie_of_b"),
            models.Index(fields=["closes_on"], condition=Q(state="declared"), name="tie_waits"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="tie_in_order"),
            models.UniqueConstraint(
                fields=["network", "a", "b", "kind"],
                condition=Q(state__in=["derived", "declared", "confirmed"]),
                name="tie_once_per_pair_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="tie_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(state="declared") | Q(declared_by__isnull=False, closes_on__isnull=False),
                name="tie_declared_by_one_until_a_day",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def sides(self) -> tuple[UUID, UUID]:
        return self.a_id, self.b_id

    def other_of(self, organisation: UUID) -> Organisation:
        """The other side, seen from one of the two."""
        return self.b if organisation == self.a_id else self.a

    def waits_for(self, organisation: UUID) -> bool:
        """Is it this side's turn to confirm? A side that quietly said no is not asked again."""
        is_asked = organisation in self.sides and organisation != self.declared_by_id
        return self.state == "declared" and is_asked and not self.says_no
