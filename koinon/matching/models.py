"""Offers and needs, replies, matches, introductions: how organisations find each other."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models import Network, Organisation

LISTING_STEPS = steps(open="paused closed expired", paused="open closed expired", expired="open closed", closed="open")


class Listings(models.QuerySet["Listing"]):
    def visible_to(self, me: Actor) -> "Listings":
        """Open ones of public networks for everybody, of my networks for me; my organisations' own in every state."""
        mine = list(me.roles)
        seen = Q(state="open") & (Q(network__is_public=True) | Q(network__in=mine))
        return self.filter(seen | Q(organisation__in=mine) | Q(network__in=me.scopes("coordinator")))

    def manageable_by(self, me: Actor) -> "Listings":
        return self.filter(organisation__in=me.scopes("representative") + me.scopes("deputy") + me.scopes("head"))


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
    def is_full(self) -> bool:
        return self.replies_taken >= self.reply_cap

    def __str__(self) -> str:
        return self.title


REPLY_STEPS = steps(
    new="read shortlisted accepted declined withdrawn",
    read="shortlisted accepted declined withdrawn",
    shortlisted="accepted declined withdrawn",
)


class Reply(models.Model):
    """An organisation answers a listing, in a few structured answers."""

    class State(models.TextChoices):
        NEW = "new", _("New")
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


class Match(models.Model):
    """An offer that serves a need, found by the index job, with its reasons. `rank` is the place in that list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="matches")
    need = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="matches_as_need")
    offer = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="matches_as_offer")
    score = models.FloatField()
    rank_for_need = models.PositiveSmallIntegerField(null=True)
    rank_for_offer = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-score", "id"]
        constraints = [models.UniqueConstraint(fields=["need", "offer"], name="match_once")]
        indexes = [
            models.Index(fields=["need", "rank_for_need"], name="match_for_need"),
            models.Index(fields=["offer", "rank_for_offer"], name="match_for_offer"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Dismissal(models.Model):
    """ "Not for us because …": an organisation sets a match aside; both lists respect it; the other side never knows."""

    class Why(models.TextChoices):
        THEME = "theme", _("not what we meant")
        PLACE = "place", _("too far or wrong country")
        KIND = "kind", _("not the kind of partner we look for")
        KNOWN = "known", _("we work together already")
        TIME = "time", _("not now")
        OTHER = "other", _("another reason")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    need = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="dismissals")
    why = models.CharField(max_length=8, choices=Why.choices)
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["need", "offer", "organisation"], name="dismissal_once")]

    @property
    def scope_id(self) -> UUID:
        return self.need.network_id


INTRODUCTION_STEPS = steps(asked="proposed refused withdrawn", proposed="connected closed")


class Introduction(models.Model):
    """One organisation asks to be introduced to another by the coordinator; contact opens on yes and yes only."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the coordinator")
        PROPOSED = "proposed", _("Proposed to both")
        CONNECTED = "connected", _("Connected")
        REFUSED = "refused", _("Not passed on")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="introductions")
    asked_by = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="introductions_asked")
    other = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="introductions_received")
    need = models.ForeignKey(Listing, null=True, on_delete=models.SET_NULL, related_name="+")
    offer = models.ForeignKey(Listing, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answers = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "asked_by", "other"],
                condition=Q(state__in=["asked", "proposed"]),
                name="introduction_one_open",
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("other")), name="introduction_between_two"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
