"""Events: what is held by whom, when in which zone, for whom, under which rules of registration and attendance."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.licences import Licence
from koinon.matching.models import voices
from koinon.network.models import Network, Organisation, Place, name_in
from koinon.projects.models import Project

EVENT_STEPS = steps(
    draft="open cancelled",
    open="closed over cancelled",
    closed="open over cancelled",
    over="reported",
    reported="over",
)


class Series(models.Model):
    """Events that belong together: every year, every month, or the stations of one road."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="event_series")
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    names = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return name_in(self.names, self.language)

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id


class Events(models.QuerySet["Event"]):
    def visible_to(self, me: Actor) -> "Events":
        """Published ones for those they are for; those I help to hold, or am registered for, always."""
        seen = ~Q(state="draft") & (Q(audience="public") | Q(audience="network", network__in=list(me.roles)))
        if me.is_known:
            from koinon.events.models.registrations import Registration

            mine = Registration.objects.filter(event=OuterRef("pk"), person=me.person).exclude(state="rejected")
            seen |= ~Q(state="draft") & Q(audience="organisation", organisation__in=list(me.roles))
            helped = Helper.objects.filter(event=OuterRef("pk"), person=me.person)
            seen |= Q(Exists(mine)) | Q(Exists(helped)) | self._held(me)
        return self.filter(seen)

    def held_by(self, me: Actor) -> "Events":
        """Those I organise: on the team (not only at the door), or speaking for the organisation that holds them."""
        return self.filter(self._held(me)) if me.is_known else self.none()

    manageable_by = held_by

    def public(self) -> "Events":
        """What a visitor may find, whoever they are."""
        return self.filter(audience="public").exclude(state="draft")

    def coming(self) -> "Events":
        return self.filter(state__in=["open", "closed"], ends_at__gte=timezone.now())

    def _held(self, me: Actor) -> Q:
        organised = Helper.objects.filter(event=OuterRef("pk"), person=me.person, role="organiser")
        return Q(Exists(organised)) | Q(organisation__in=voices(me))


class Event(models.Model):
    """A conference, a workshop of several days, a study visit, a webinar: with places, sessions and a report.

    `required_percent`: who attended at least this share of the required minutes is certified. `sequence` grows with
    each change that calendars must learn. `care_days` after its end needs (food, access) are purged. A job draws
    `small` (for lists) and `social` (for other sites) from what `social_of` is the digest of.
    """

    class Kind(models.TextChoices):
        CONFERENCE = "conference", _("Conference")
        WORKSHOP = "workshop", _("Workshop of several days")
        VISIT = "study_visit", _("Study visit")
        WEBINAR = "webinar", _("Webinar")
        DISSEMINATION = "dissemination", _("Dissemination event")
        COUNCIL = "council", _("Council meeting")
        SUMMIT = "summit", _("Summit")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Published")
        CLOSED = "closed", _("Registration is closed")
        OVER = "over", _("Over, the report is due")
        REPORTED = "reported", _("Reported")
        CANCELLED = "cancelled", _("Called off")

    class Audience(models.TextChoices):
        LINK = "link", _("Only who has the link or is nominated")
        ORGANISATION = "organisation", _("People of our organisation")
        NETWORK = "network", _("Members of the network")
        PUBLIC = "public", _("Everybody")

    class Mode(models.TextChoices):
        HERE = "here", _("At a place")
        ONLINE = "online", _("Online")
        BOTH = "both", _("At a place and online")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="events")
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    names = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    about = models.TextField(blank=True)
    about_html = models.TextField(blank=True)
    picture = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    picture_alt = models.CharField(max_length=200, blank=True)
    picture_credit = models.CharField(max_length=160, blank=True)
    picture_licence = models.CharField(max_length=20, choices=Licence.choices, blank=True)
    small = models.ForeignKey(Upload, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    social = models.ForeignKey(Upload, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    social_of = models.CharField(max_length=64, blank=True, editable=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.HERE)
    venue = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    country = models.CharField(max_length=2, blank=True)
    link = models.URLField(max_length=400, blank=True)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.NETWORK)
    link_key = models.CharField(max_length=40, blank=True, editable=False)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    admits_guests = models.BooleanField(default=False)
    asks_approval = models.BooleanField(default=False)
    by_nomination = models.BooleanField(default=False)
    admits_minors = models.BooleanField(default=False)
    most_units = models.PositiveSmallIntegerField(default=1)
    offer_hours = models.PositiveSmallIntegerField(default=48)
    required_percent = models.PositiveSmallIntegerField(default=80)
    certifies = models.BooleanField(default=True)
    funder = models.CharField(max_length=200, blank=True)
    funder_code = models.CharField(max_length=80, blank=True)
    care_days = models.PositiveSmallIntegerField(default=14)
    keep_months = models.PositiveSmallIntegerField(default=24)
    care_purged_at = models.DateTimeField(null=True, editable=False)
    people_purged_at = models.DateTimeField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    why = models.CharField(max_length=500, blank=True)
    report_due_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    is_demo = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Events.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["network", "starts_at"], name="event_in_network"),
            models.Index(fields=["organisation", "starts_at"], name="event_of_organisation"),
            models.Index(fields=["state", "ends_at"], name="event_by_end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_later"),
            models.CheckConstraint(
                condition=Q(required_percent__gte=1, required_percent__lte=100), name="event_percent_is_one"
            ),
            models.CheckConstraint(condition=Q(most_units__gte=1, most_units__lte=10), name="event_units_are_few"),
            models.CheckConstraint(condition=Q(offer_hours__gte=1, offer_hours__lte=720), name="event_offer_ends"),
            models.CheckConstraint(
                condition=~Q(state="over") | Q(report_due_on__isnull=False), name="event_report_has_day"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="event_registration_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(picture__isnull=True) | ~Q(picture_alt=""), name="event_picture_has_words"
            ),
            models.UniqueConstraint(fields=["link_key"], condition=~Q(link_key=""), name="event_link_once"),
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.language)

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id

    @property
    def uid(self) -> str:
        """The name by which calendars know it for ever."""
        return f"event-{self.pk}@koinon"

    @property
    def is_over(self) -> bool:
        return self.state in ("over", "reported", "cancelled") or self.ends_at < timezone.now()

    @property
    def takes_registrations(self) -> bool:
        """Published, and its days of registration have come and not passed."""
        now = timezone.now()
        begun = self.opens_at is None or self.opens_at <= now
        return self.state == "open" and begun and now < (self.closes_at or self.ends_at)

    def care_until(self) -> date:
        """The last day on which the organisers have needs (food, access, travel)."""
        return (self.ends_at + timedelta(days=self.care_days)).date()


class Helper(models.Model):
    """Somebody who helps to hold an event: organises it, or only looks after the door."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        DOOR = "door", _("At the door")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="helpers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ORGANISER)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["event", "id"]
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="event_helper_once")]


class EventForm(models.Model):
    """What the organiser asks: few questions, in versions that stay once somebody answered (see kit.questions)."""

    class Purpose(models.TextChoices):
        REGISTRATION = "registration", _("Registration")
        FEEDBACK = "feedback", _("Feedback")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="forms")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    number = models.PositiveSmallIntegerField(default=1)
    schema = models.JSONField(default=dict)
    is_used = models.BooleanField(default=False, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["event", "purpose", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["event", "purpose", "number"], name="event_form_once"),
            Frozen(name="event_form_stays", columns=["schema", "number"], once="OLD.is_used"),
        ]


class EventMessage(models.Model):
    """What the organisers told those who are registered (in these states)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="messages")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=160)
    text = models.TextField()
    text_html = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    states = ArrayField(models.CharField(max_length=10), default=list)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
