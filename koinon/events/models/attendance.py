"""Sessions, scans at their doors, what follows from them, and the certificates that follow from that."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.events.models.events import Event
from koinon.events.models.places import EventQuota
from koinon.events.models.registrations import Registration
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.network.models import Organisation, name_in

SPEAKER_STEPS = steps(asked="agreed declined", agreed="declined", declined="agreed")


class EventSession(models.Model):
    """A part of an event with a beginning and an end, in its own zone; those that count are required."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    names = models.JSONField(default=dict)
    about = models.TextField(blank=True)
    about_html = models.TextField(blank=True)
    track = models.CharField(max_length=80, blank=True)
    room = models.CharField(max_length=120, blank=True)
    link = models.URLField(max_length=400, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    is_required = models.BooleanField(default=True)
    is_mandatory = models.BooleanField(default=False)
    quota = models.ForeignKey(EventQuota, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions")
    is_cancelled = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["starts_at", "track", "id"]
        indexes = [models.Index(fields=["event", "starts_at"], name="session_in_event")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_session_ends_later"),
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.event.language)

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id

    @property
    def uid(self) -> str:
        """The name by which calendars know it for ever."""
        return f"event-session-{self.pk}@koinon"


class Speaker(models.Model):
    """Who speaks: a role of an organisation, or a person of the platform who agreed to be named."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        AGREED = "agreed", _("Agreed to be named")
        DECLINED = "declined", _("Not named")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(EventSession, on_delete=models.CASCADE, related_name="speakers")
    role = models.CharField(max_length=160)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["session", "order", "id"]


class Scan(models.Model):
    """Somebody came in or went out, as a door, a list or a conference tool saw it. `id` is the client's; never changed.

    `at` is the moment on the device, `received_at` ours. A replay finds its id here.
    """

    class Way(models.TextChoices):
        IN = "in", _("In")
        OUT = "out", _("Out")

    class Source(models.TextChoices):
        DOOR = "door", _("At the door")
        HAND = "hand", _("By hand")
        ONLINE = "online", _("From the conference tool")

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(EventSession, on_delete=models.CASCADE, related_name="scans")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="scans")
    way = models.CharField(max_length=3, choices=Way.choices)
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.DOOR)
    at = models.DateTimeField()
    device = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["session", "at", "id"]
        indexes = [models.Index(fields=["session", "registration", "at"], name="scan_in_session")]
        constraints = [
            Frozen(name="scan_stays", columns=["session_id", "registration_id", "way", "source", "at", "received_at"])
        ]


class CallName(models.Model):
    """Whose a name or address of a conference tool is, as an organiser said; without a registration: of nobody here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="call_names")
    said = models.CharField(max_length=254)
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.CASCADE, related_name="call_names"
    )
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["event", "said"]
        constraints = [models.UniqueConstraint(fields=["event", "said"], name="event_call_name_once")]


class Presence(models.Model):
    """How long somebody was in a session: recomputed from the scans by one function, or said by somebody with a reason.

    `is_open`: a check-out is missing, which is neither nothing nor everything; `minutes` are those that are certain.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(EventSession, on_delete=models.CASCADE, related_name="presences")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="presences")
    minutes = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=False)
    said_minutes = models.PositiveIntegerField(null=True, blank=True)
    said_why = models.CharField(max_length=300, blank=True)
    said_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["session", "registration"]
        constraints = [
            models.UniqueConstraint(fields=["session", "registration"], name="presence_once"),
            models.CheckConstraint(
                condition=Q(said_minutes__isnull=True, said_why="") | (Q(said_minutes__isnull=False) & ~Q(said_why="")),
                name="presence_said_with_reason",
            ),
        ]

    @property
    def counted(self) -> int:
        """The minutes that count: what somebody said, else what the scans say."""
        return self.minutes if self.said_minutes is None else self.said_minutes

    @property
    def scope_id(self) -> UUID | None:
        return self.session.event.network_id


class Certificate(models.Model):
    """That somebody attended: given by the rule, or by hand with a reason. `code` is long, random, and all it takes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="certificate")
    code = models.CharField(max_length=40, unique=True, editable=False)
    minutes = models.PositiveIntegerField()
    required = models.PositiveIntegerField()
    language = models.CharField(max_length=8)
    by_hand_why = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_why=""), name="certificate_revoked_with_reason"
            )
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.registration.event.network_id
