"""Offers and needs, and what is answered to them."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
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


LISTING_STEPS = steps(open="paused closed expired", paused="open closed expired", expired="open closed", closed="open")


class Listings(models.QuerySet["Listing"]):
    def visible_to(self, me: Actor) -> "Listings":
        """Running ones of public networks for everybody, of my networks for me; my own in every state."""
        mine = list(me.roles)
        seen = Q(Exists(self._places())) & running_today() & (Q(network__is_public=True) | Q(network__in=mine))
        return self.filter(seen | Q(organisation__in=voices(me)) | Q(network__in=me.scopes("coordinator")))

    def manageable_by(self, me: Actor) -> "Listings":
        """Those of organisations I speak for."""
        return self.filter(organisation__in=voices(me))

    def running(self) -> "Listings":
        """Open, not past their day, of organisations that belong to the network today."""
        return self.filter(running_today(), Exists(self._places()))

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
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="listings")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="listings")
    side = models.CharField(max_length=5, choices=Side.choices)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
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
    outcome = models.CharField(max_length=300, blank=True)
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
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reply_cap__gte=1, reply_cap__lte=50), name="listing_cap_is_sensible"),
            models.CheckConstraint(condition=Q(replies_taken__lte=F("reply_cap")), name="listing_cap_holds"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.until >= date.today()

    @property
    def takes_replies(self) -> bool:
        return self.is_open and not self.is_full

    @property
    def is_full(self) -> bool:
        return self.replies_taken >= self.reply_cap

    def __str__(self) -> str:
        return self.title


REPLY_STEPS = steps(
    new="read shortlisted accepted declined withdrawn",
    read="shortlisted accepted declined withdrawn",
    shortlisted="accepted declined withdrawn",
)


class Replies(models.QuerySet["Reply"]):
    def visible_to(self, me: Actor) -> "Replies":
        """Between two organisations: those who asked and those who answer, nobody else."""
        return self.filter(Q(listing__organisation__in=voices(me)) | Q(organisation__in=voices(me)))

    def received_by(self, me: Actor) -> "Replies":
        return self.filter(listing__organisation__in=voices(me))

    def waiting(self) -> "Replies":
        """Those that have no answer yet."""
        return self.filter(state__in=["new", "read", "shortlisted"])


class Reply(models.Model):
    """An organisation answers a listing, in a few structured answers."""

    class State(models.TextChoices):
        NEW = "new", _("Not read yet")
        READ = "read", _("Read")
        SHORTLISTED = "shortlisted", _("Shortlisted")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="replies")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="replies")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    brings = models.TextField()
    why = models.TextField(blank=True)
    when = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now=True)

    objects = Replies.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "organisation"],
                condition=~Q(state="withdrawn"),
                name="reply_once_per_organisation",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="reply_declined_says_why"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.listing.network_id

    @property
    def is_waiting(self) -> bool:
        return self.state in ("new", "read", "shortlisted")
