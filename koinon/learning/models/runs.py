"""Runs of a course: who teaches it where and when, who learns, with which card, what the cohort is told."""

from datetime import date
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
from koinon.learning.models.courses import Course, Version, speaking
from koinon.network.models import Network, Organisation

RUN_STEPS = steps(draft="open cancelled", open="running cancelled", running="ended cancelled", ended="running")
ENROLMENT_STEPS = steps(
    asked="enrolled waiting refused withdrawn",
    waiting="enrolled withdrawn",
    enrolled="finished withdrawn removed",
    finished="enrolled",
    withdrawn="enrolled waiting asked",
    removed="enrolled waiting",
    refused="enrolled waiting",
)
INVITED_STEPS = steps(open="accepted declined withdrawn lapsed")


class Runs(models.QuerySet["Run"]):
    def visible_to(self, me: Actor) -> "Runs":
        """Open ones for those they are for; those I teach, learn in, or run for my organisation always."""
        seen = Q(state__in=["open", "running"]) & (
            Q(audience="public") | Q(audience="network", network__in=list(me.roles))
        )
        if me.is_known:
            mine = Enrolment.objects.filter(run=OuterRef("pk"), person=me.person).exclude(state="refused")
            seen |= Q(Exists(mine)) | self._taught(me) | Q(audience="organisation", organisation__in=list(me.roles))
        return self.filter(seen)

    def taught_by(self, me: Actor) -> "Runs":
        """Those I facilitate, and those of organisations I speak for."""
        return self.filter(self._taught(me)) if me.is_known else self.none()

    manageable_by = taught_by

    def _taught(self, me: Actor) -> Q:
        taught = Facilitation.objects.filter(run=OuterRef("pk"), person=me.person)
        return Q(Exists(taught)) | Q(organisation__in=speaking(me))


class Run(models.Model):
    """A published version of a course, taught by an organisation to a cohort, from a day to a day."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Enrolment is open")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")

    class Audience(models.TextChoices):
        LINK = "link", _("Only who has the link or is on the list")
        ORGANISATION = "organisation", _("People of our organisation")
        NETWORK = "network", _("Members of the network")
        PUBLIC = "public", _("Everybody")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="runs")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="runs")
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    starts_on = models.DateField()
    ends_on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.LINK)
    asks_first = models.BooleanField(default=False)
    capacity = models.PositiveIntegerField(default=30)
    taken = models.PositiveIntegerField(default=0, editable=False)
    link_key = models.CharField(max_length=40, blank=True, editable=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    generation = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=500, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Runs.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [models.Index(fields=["network", "-starts_on"], name="run_in_network")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="run_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="run_is_not_overfull"),
            models.CheckConstraint(condition=Q(capacity__gte=1, capacity__lte=5000), name="run_capacity_is_sensible"),
            models.UniqueConstraint(fields=["link_key"], condition=~Q(link_key=""), name="run_link_once"),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id

    @property
    def is_over(self) -> bool:
        return self.state in ("ended", "cancelled") or self.ends_on < date.today()


class Facilitation(models.Model):
    """A person teaches a run."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="facilitations")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="facilitations")
    is_lead = models.BooleanField(default=False)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["run", "-is_lead", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="facilitation_once")]


class Invited(models.Model):
    """An address that was asked to learn in a run, or to teach it, and has a link that holds as long as the run."""

    class Role(models.TextChoices):
        LEARNER = "learner", _("Learner")
        FACILITATOR = "facilitator", _("Facilitator")

    class State(models.TextChoices):
        OPEN = "open", _("Invited")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")
        LAPSED = "lapsed", _("Not answered in time")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="invited")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.LEARNER)
    language = models.CharField(max_length=8)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    until = models.DateField()
    reminded_on = models.DateField(null=True, editable=False)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "email", "role"], condition=Q(state="open"), name="invited_to_run_once"
            ),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.run.network_id


class Enrolments(models.QuerySet["Enrolment"]):
    def visible_to(self, me: Actor) -> "Enrolments":
        """My own, and those of runs I teach."""
        if not me.is_known:
            return self.none()
        return self.filter(Q(person=me.person) | Q(run__in=Run.objects.taught_by(me)))

    def taught_by(self, me: Actor) -> "Enrolments":
        return self.filter(run__in=Run.objects.taught_by(me))

    def learning(self) -> "Enrolments":
        return self.filter(state__in=["enrolled", "finished"])


class Enrolment(models.Model):
    """A person learns in a run, in a language, and came to it somehow."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for a place")
        WAITING = "waiting", _("On the waiting list")
        ENROLLED = "enrolled", _("Learning")
        FINISHED = "finished", _("Course finished")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REFUSED = "refused", _("Not admitted")
        REMOVED = "removed", _("Taken off the list")

    class How(models.TextChoices):
        SELF = "self", _("By themselves")
        LINK = "link", _("By link")
        LIST = "list", _("From a list")
        CARD = "card", _("With a card")
        ASSISTED = "assisted", _("With a facilitator's help")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=8)
    how = models.CharField(max_length=10, choices=How.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ENROLLED)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=500, blank=True)
    enrolled_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    seen_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    needs_help = models.BooleanField(default=False)
    nudged_on = models.DateField(null=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = Enrolments.as_manager()

    class Meta:
        ordering = ["run", "id"]
        indexes = [
            models.Index(fields=["person", "-id"], name="enrolment_of_person"),
            models.Index(fields=["run", "state", "seen_at"], name="enrolment_in_run"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="enrolment_once"),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(due_on__isnull=False), name="enrolment_wait_has_day"
            ),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.run.network_id


class Card(models.Model):
    """The key of somebody who learns without e-mail: a QR code (`secret` is hashed) and a picture code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="cards")
    secret = models.CharField(max_length=64)
    pictures = models.CharField(max_length=128)
    tries = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["secret"], name="card_secret_once"),
            models.UniqueConstraint(fields=["enrolment"], condition=Q(ended_at=None), name="card_one_in_force"),
        ]


class Announcement(models.Model):
    """What facilitators tell the whole cohort."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="announcements")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=160)
    text = models.TextField()
    text_html = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
