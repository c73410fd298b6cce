"""Offers and needs: calls with a life from draft to outcome."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models import Membership, Network, Organisation

SPEAKERS = ("head", "representative", "deputy")
"""Roles that offer, ask and answer in the name of an organisation."""


def voices(me: Actor) -> list[UUID]:
    """The organisations I speak for today."""
    return sorted({key for role in SPEAKERS for key in me.scopes(role)})


def running_today() -> Q:
    """Open, and its day has not passed, whether or not the clock has come by."""
    return Q(state="open", until__gte=date.today())


LISTING_STEPS = steps(
    draft="review open",
    review="draft open",
    open="paused shortlisting partnered closed expired",
    paused="open shortlisting partnered closed expired",
    shortlisting="open partnered closed expired",
    expired="open partnered closed",
    partnered="open",
    closed="open",
)
UNSEEN = ("draft", "review")
"""States before anybody else may read it."""
OVER = ("partnered", "closed", "expired")


class Listings(models.QuerySet["Listing"]):
    def visible_to(self, me: Actor) -> "Listings":
        """Running ones of public networks for everybody, of my networks for me; my own in every state; those that my
        organisation has answered; for coordinators all but drafts."""
        mine, ours = list(me.roles), voices(me)
        seen = Q(Exists(self._places())) & running_today() & (Q(network__is_public=True) | Q(network__in=mine))
        if runs := me.scopes("coordinator"):
            seen |= Q(network__in=runs) & ~Q(state="draft")
        if ours:
            seen |= Q(organisation__in=ours) | Q(Exists(self._answers(ours)))
        return self.filter(seen)

    def manageable_by(self, me: Actor) -> "Listings":
        """Those of organisations I speak for."""
        return self.filter(organisation__in=voices(me))

    def running(self) -> "Listings":
        """Open, not past their day, of organisations that belong to the network today."""
        return self.filter(running_today(), Exists(self._places()))

    def on_shelf(self, shelf: str) -> "Listings":
        """Needs, offers, or the paid services that stand apart from the offers."""
        side = "offer" if shelf == "service" else shelf
        return self.filter(side=side, is_service=shelf == "service")

    def to_review(self) -> "Listings":
        """Those that wait for a coordinator's word."""
        return self.filter(state="review")

    def owing(self, organisation: UUID, network: UUID) -> "Listings":
        """Calls of an organisation that are over without a word on what came of them; paid services owe none."""
        over = self.filter(organisation=organisation, network=network, state__in=OVER, came="")
        return over.filter(is_service=False, opened_at__isnull=False)

    @staticmethod
    def _answers(ours: list[UUID]) -> models.QuerySet[Any]:
        from koinon.matching.models.replies import Reply

        return Reply.objects.filter(listing=OuterRef("pk"), organisation__in=ours)

    @staticmethod
    def _places() -> models.QuerySet[Membership]:
        return Membership.objects.active().filter(network=OuterRef("network"), organisation=OuterRef("organisation"))


class Listing(models.Model):
    """An offer or a need of an organisation in a network, in the language its author writes."""

    class Side(models.TextChoices):
        OFFER = "offer", _("Offer")
        NEED = "need", _("Need")

    class Kind(models.TextChoices):
        EXPERTISE = "expertise", _("Expertise")
        PARTNER = "partner", _("Partner for a call")
        VISIT = "peer_visit", _("Peer visit")
        MENTOR = "mentor", _("Mentor")
        VENUE = "venue", _("Venue or equipment")
        LEARNING = "learning_place", _("Learning place")
        FUNDING = "funding", _("Funding")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("Being looked at")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        SHORTLISTING = "shortlisting", _("Choosing")
        PARTNERED = "partnered", _("Partner found")
        CLOSED = "closed", _("Closed")
        EXPIRED = "expired", _("Expired")

    class Came(models.TextChoices):
        PARTNER = "partner", _("A partner found here")
        ELSEWHERE = "elsewhere", _("A partner found elsewhere")
        NOBODY = "nobody", _("Nobody who fitted")
        UNNEEDED = "unneeded", _("Not needed any more")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="listings")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="listings")
    side = models.CharField(max_length=5, choices=Side.choices)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True)
    nudges = models.PositiveSmallIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(null=True)
    returned_why = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=160)
    text = models.TextField()
    text_html = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    for_whom = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    partner_kinds = ArrayField(models.CharField(max_length=20), default=list)
    partner_size = models.CharField(max_length=8, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    themes = ArrayField(models.CharField(max_length=40), default=list)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    until = models.DateField()
    reply_cap = models.PositiveSmallIntegerField(default=10)
    replies_taken = models.PositiveSmallIntegerField(default=0)
    is_service = models.BooleanField(default=False)
    takes_services = models.BooleanField(default=False)
    only_these = models.BooleanField(default=False)
    questions = models.JSONField(default=dict, blank=True)
    came = models.CharField(max_length=10, choices=Came.choices, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    partners = models.ManyToManyField(Organisation, related_name="+", blank=True)
    author = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    reminded_on = models.DateField(null=True, editable=False)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = Listings.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["network", "side", "state", "-id"], name="listing_in_network"),
            models.Index(fields=["organisation", "-id"], name="listing_of_organisation"),
            models.Index(fields=["until"], condition=Q(state__in=["open", "paused"]), name="listing_ends"),
            models.Index(fields=["due_on"], condition=Q(state__in=["review", "shortlisting"]), name="listing_is_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reply_cap__gte=1, reply_cap__lte=50), name="listing_cap_is_sensible"),
            models.CheckConstraint(condition=Q(replies_taken__lte=F("reply_cap")), name="listing_cap_holds"),
            models.CheckConstraint(condition=Q(is_service=False) | Q(side="offer"), name="listing_service_is_an_offer"),
            models.CheckConstraint(condition=Q(takes_services=False) | Q(side="need"), name="listing_takes_services"),
            models.CheckConstraint(
                condition=~Q(state__in=["review", "shortlisting"]) | Q(due_on__isnull=False),
                name="listing_wait_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="partnered") | Q(came__in=["partner", "elsewhere"]), name="listing_partnered_says_so"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.until >= date.today()

    @property
    def shelf(self) -> str:
        """Where it stands in lists and in the index: paid services stand apart."""
        return "service" if self.is_service else self.side

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def owes_outcome(self) -> bool:
        """It is over, others could read it, and nobody has said what came of it."""
        return self.is_over and not self.came and not self.is_service and self.opened_at is not None

    @property
    def takes_replies(self) -> bool:
        return self.is_open and not self.is_full

    @property
    def is_full(self) -> bool:
        return self.replies_taken >= self.reply_cap

    def __str__(self) -> str:
        return self.title
