"""Places: quotas as the organiser says them, counters that the database keeps right, and what each registration holds.

A place is taken by one conditional UPDATE of each counter, in the order of their ids; CHECK (taken <= capacity) has the
last word. A quota that holds for each organisation apart has one counter for each (`bucket`).
"""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.events.models.events import Event
from koinon.kit.ids import uuid7
from koinon.network.models import Organisation, name_in

WHOLE = UUID(int=0)
"""The bucket of a quota that counts everybody together."""


class EventQuota(models.Model):
    """A rule about places. `places` is the number as it was said; counters hold what follows from it.

    all: so many places for everybody. chosen: for those who choose this part (a workshop, a slot of a visit).
    each: at most so many of one organisation. most: at most so many of those who fit `facts`. kept: so many places are
    kept for those who fit, so that the others may take the event's places less these.
    `facts`: {"countries": […], "kinds": […], "genders": […], "guests": true}: who fits all that is said fits. With
    "percent" a share of all places was said, and `places` follows when those change.
    """

    class Rule(models.TextChoices):
        ALL = "all", _("Places for everybody")
        CHOSEN = "chosen", _("Places in a part that people choose")
        EACH = "each", _("At most so many of one organisation")
        MOST = "most", _("At most so many of some people")
        KEPT = "kept", _("So many places kept for some people")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="quotas")
    rule = models.CharField(max_length=8, choices=Rule.choices)
    names = models.JSONField(default=dict)
    places = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["event", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event"], condition=Q(rule="all"), name="quota_one_for_all"),
            models.CheckConstraint(condition=Q(places__lte=100_000), name="quota_is_sensible"),
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.event.language) or str(self.get_rule_display())


class Counter(models.Model):
    """How many units of a quota are taken, confirmed and offered ones together.

    `over`: so many more than the rule allows, because two organisations became one; nobody loses a place for it, and
    nobody takes one (see actions.counting).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quota = models.ForeignKey(EventQuota, on_delete=models.CASCADE, related_name="counters")
    bucket = models.UUIDField(default=WHOLE)
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    over = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["quota", "bucket"], name="counter_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity") + F("over")), name="counter_is_not_overfull"),
        ]


class Spelling(models.Model):
    """How somebody wrote an organisation, folded, and what the organisers count it as: another name, or one of ours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="spellings")
    spelled = models.CharField(max_length=400)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["event", "name", "spelled"]
        constraints = [models.UniqueConstraint(fields=["event", "spelled"], name="spelling_once")]

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id


class Hold(models.Model):
    """The units of one counter that a registration has: while it is offered, confirmed, attended or missed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registration = models.ForeignKey("events.Registration", on_delete=models.CASCADE, related_name="holds")
    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="holds")
    units = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["registration", "counter"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "counter"], name="hold_once"),
            models.CheckConstraint(condition=Q(units__gte=1), name="hold_is_something"),
        ]


class Overtaking(models.Model):
    """Somebody got a place before others who had asked earlier: what those wait for, and why it was right.

    `quotas` are those that are full for the others and that this registration does not need; `why` is what the
    organiser wrote, when it was done by hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registration = models.ForeignKey("events.Registration", on_delete=models.CASCADE, related_name="overtakings")
    quotas = ArrayField(models.UUIDField(), default=list)
    others = models.PositiveIntegerField()
    by_hand = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["registration", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(others__gte=1), name="overtaking_is_of_somebody"),
            models.CheckConstraint(condition=Q(by_hand=False) | ~Q(why=""), name="overtaking_by_hand_says_why"),
        ]


class VisitSlot(models.Model):
    """Days that a host of a study visit offers, with what is shown there; its places are a quota of rule chosen."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="slots")
    host = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="visit_slots")
    quota = models.OneToOneField(EventQuota, on_delete=models.PROTECT, related_name="slot")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    languages = ArrayField(models.CharField(max_length=8), default=list)
    programme = models.TextField(blank=True)
    programme_html = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["event", "starts_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="slot_ends_later")]

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id
