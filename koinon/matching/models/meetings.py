"""A meeting of organisations: times to choose from, who can when, the chosen one, and whether it took place."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models.introductions import Introduction
from koinon.matching.models.listings import voices
from koinon.network.models import Network, Organisation

MEETING_STEPS = steps(
    asked="asked fixed cancelled lapsed",
    fixed="asked cancelled held missed past",
    past="held missed",
)


class Meetings(models.QuerySet["Meeting"]):
    def visible_to(self, me: Actor) -> "Meetings":
        """For those who speak for one of the organisations that meet."""
        parties = Party.objects.filter(organisation__in=voices(me)).values("meeting")
        return self.filter(pk__in=parties)


class Meeting(models.Model):
    """Times proposed to organisations, then one of them chosen. `sequence` grows with each letter to calendars."""

    class State(models.TextChoices):
        ASKED = "asked", _("Looking for a time")
        FIXED = "fixed", _("The time is set")
        HELD = "held", _("It took place")
        MISSED = "missed", _("It did not take place")
        PAST = "past", _("Its time has passed")
        CANCELLED = "cancelled", _("Called off")
        LAPSED = "lapsed", _("No time was found")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="meetings")
    introduction = models.ForeignKey(Introduction, null=True, on_delete=models.CASCADE, related_name="meetings")
    organiser = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    title = models.CharField(max_length=160)
    minutes = models.PositiveSmallIntegerField(default=45)
    zone = models.CharField(max_length=60)
    link = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    sequence = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    asked_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = Meetings.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "cancelled", "lapsed"]) | Q(starts_at__isnull=False),
                name="meeting_set_has_its_time",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=10, minutes__lte=600), name="meeting_is_not_endless"),
        ]
        indexes = [models.Index(fields=["state", "last_at"], name="meeting_by_time")]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def uid(self) -> str:
        """The name that calendars know it by, for ever."""
        return f"meeting-{self.pk}@koinon"


class Party(models.Model):
    """An organisation that takes part in a meeting."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "organisation"], name="party_once")]

    @property
    def scope_id(self) -> UUID:
        return self.meeting.network_id


class Slot(models.Model):
    """A time that is proposed; `round` tells the times of a moved meeting from those before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="slots")
    round = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "round", "starts_at"], name="slot_once")]

    @property
    def scope_id(self) -> UUID:
        return self.meeting.network_id


class Availability(models.Model):
    """Whether an organisation can at one of the times."""

    class Says(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("If need be")
        NO = "no", _("No")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="availabilities")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    says = models.CharField(max_length=5, choices=Says.choices)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["slot", "organisation"], name="availability_once_per_slot")]

    @property
    def scope_id(self) -> UUID:
        return self.slot.meeting.network_id
