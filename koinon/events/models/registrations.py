"""Registrations: who wants to come, how far that is, who answers for minors, what they need."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.events.models.events import Event, EventForm
from koinon.events.models.places import EventQuota
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Organisation

REGISTRATION_STEPS = steps(
    draft="email sender consent approval confirmed waiting withdrawn lapsed",
    email="sender consent approval confirmed waiting withdrawn lapsed",
    sender="consent approval confirmed waiting rejected withdrawn lapsed",
    consent="approval confirmed waiting rejected withdrawn lapsed",
    approval="confirmed waiting rejected withdrawn lapsed",
    waiting="offered confirmed rejected withdrawn lapsed",
    offered="confirmed withdrawn lapsed rejected",
    confirmed="attended missed rejected withdrawn",
    attended="missed confirmed",
    missed="attended confirmed",
)
HOLDING = ("offered", "confirmed", "attended", "missed")
"""States in which a registration holds places."""
PENDING = ("draft", "email", "sender", "consent", "approval")
"""States in which somebody has a word to say before it takes a place."""
COMING = ("confirmed", "attended", "missed")
OPEN = (*PENDING, "waiting", *HOLDING)
ENDED = ("withdrawn", "rejected", "lapsed")
"""States of those who do not come after all; they may register again."""


class Registrations(models.QuerySet["Registration"]):
    def visible_to(self, me: Actor) -> "Registrations":
        """My own, those my organisation nominated, and those of events I organise."""
        if not me.is_known:
            return self.none()
        mine = Q(person=me.person) | Q(nominated_by__in=voices(me))
        return self.filter(mine | Q(event__in=Event.objects.held_by(me)))

    def held_by(self, me: Actor) -> "Registrations":
        return self.filter(event__in=Event.objects.held_by(me))

    def coming(self) -> "Registrations":
        return self.filter(state__in=COMING)

    def in_line(self) -> "Registrations":
        """The waiting list in the order in which places are offered."""
        return self.filter(state="waiting").order_by("-priority", "queued_at", "id")


class Registration(models.Model):
    """Somebody wants to come: a person of the platform, or a guest with a name and an address.

    `email` of a guest who is a minor is their guardian's: letters go there, and several children may have the same.
    `code` stands in their QR code. `key` is sent with the form, so that one form sent twice is one registration.
    `left_from`: the state in which they left. `answers` belong to `form`. A place is held only in the states of
    HOLDING (see models.places).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Not sent yet")
        EMAIL = "email", _("Waits for the address to be confirmed")
        SENDER = "sender", _("Waits for the sending coordinator")
        CONSENT = "consent", _("Waits for a guardian's consent")
        APPROVAL = "approval", _("Waits for the organiser")
        WAITING = "waiting", _("On the waiting list")
        OFFERED = "offered", _("A place is offered")
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REJECTED = "rejected", _("Not admitted")
        LAPSED = "lapsed", _("Ended without a place")
        ATTENDED = "attended", _("Attended")
        MISSED = "missed", _("Did not come")

    class How(models.TextChoices):
        SELF = "self", _("By themselves")
        GUEST = "guest", _("As a guest")
        NOMINATED = "nominated", _("Nominated by their organisation")
        ORGANISER = "organiser", _("Put down by the organiser")

    class Listed(models.TextChoices):
        NOBODY = "nobody", _("Nobody but the organisers")
        PARTICIPANTS = "participants", _("Those who take part")
        ALL = "all", _("Everybody")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="registrations")
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    organisation_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    gender = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    left_from = models.CharField(max_length=10, blank=True, editable=False)
    how = models.CharField(max_length=10, choices=How.choices, default=How.SELF)
    units = models.PositiveSmallIntegerField(default=1)
    chosen = models.ManyToManyField(EventQuota, blank=True, related_name="chosen_by")
    priority = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField(null=True, editable=False)
    form = models.ForeignKey(EventForm, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    nominated_by = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="nominations")
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    is_minor = models.BooleanField(default=False)
    listed = models.CharField(max_length=12, choices=Listed.choices, default=Listed.NOBODY)
    listed_until = models.DateField(null=True, blank=True)
    code = models.CharField(max_length=32, unique=True, editable=False)
    key = models.UUIDField(default=uuid7)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    told = ArrayField(models.CharField(max_length=16), default=list, editable=False)
    purged_at = models.DateTimeField(null=True, editable=False)
    is_demo = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = Registrations.as_manager()

    class Meta:
        ordering = ["event", "id"]
        indexes = [
            models.Index(fields=["event", "state", "id"], name="registration_in_event"),
            models.Index(fields=["event", "-priority", "queued_at"], name="registration_in_line"),
            models.Index(fields=["person", "-id"], name="registration_of_person"),
            models.Index(fields=["state", "due_at"], name="registration_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "key"], name="registration_sent_once"),
            models.UniqueConstraint(
                fields=["event", "person"],
                condition=Q(person__isnull=False) & ~Q(state__in=ENDED),
                name="registration_once",
            ),
            models.UniqueConstraint(
                fields=["event", "email"],
                condition=~Q(email="") & Q(person__isnull=True, is_minor=False) & ~Q(state__in=ENDED),
                name="registration_of_guest_once",
            ),
            models.CheckConstraint(condition=Q(units__gte=1, units__lte=10), name="registration_units_are_few"),
            models.CheckConstraint(
                condition=~Q(state__in=["email", "sender", "consent", "approval", "offered"]) | Q(due_at__isnull=False),
                name="registration_wait_has_day",
            ),
            models.CheckConstraint(
                condition=Q(is_minor=False) | ~Q(listed="all"), name="registration_of_minor_is_not_public"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(queued_at__isnull=False), name="registration_in_line_since"
            ),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id

    @property
    def uid(self) -> str:
        """The name by which the person's calendar knows their invitation for ever."""
        return f"event-{self.event_id}@koinon"


class GuardianConsent(models.Model):
    """A guardian's consent, or no more: what it covers, in which words, until when. Never changed, only taken back."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        GIVEN = "given", _("Given")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="consent")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    guardian = models.CharField(max_length=160)
    email = models.EmailField()
    language = models.CharField(max_length=8)
    may_attend = models.BooleanField(default=False)
    may_be_photographed = models.BooleanField(default=False)
    may_be_published = models.BooleanField(default=False)
    text_version = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    given_at = models.DateTimeField(null=True)
    until = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_at__isnull=False, may_attend=True), name="consent_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False), name="consent_ends_when"
            ),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.registration.event.network_id


CONSENT_STEPS = steps(asked="given refused", given="withdrawn", refused="given", withdrawn="given")


class Care(models.Model):
    """What somebody needs: food, access, travel. Read by the organisers only, purged some days after the event."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="care")
    food = models.CharField(max_length=300, blank=True)
    access = models.CharField(max_length=500, blank=True)
    travel = models.TextField(blank=True)
    arrives_at = models.DateTimeField(null=True, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)
    emergency = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["registration"]
