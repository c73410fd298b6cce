"""Deliveries: what was delivered where under which grant, who took part, who looked on, what was changed."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.guarded import Guard
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.learning.models import Run
from koinon.network.models import Organisation, Place
from koinon.programmes.models.cascade import CascadeGrant
from koinon.programmes.models.programmes import Programme, Toolkit

DELIVERY_STEPS = steps(
    planned="running cancelled",
    running="reported cancelled",
    reported="returned verified",
    returned="reported",
    verified="returned",
)
OBSERVATION_STEPS = steps(planned="done missed", missed="planned")


class Deliveries(models.QuerySet["Delivery"]):
    def visible_to(self, me: Actor) -> "Deliveries":
        """Those I give, help with or supervise; of the generation after mine; all of a programme I run."""
        if not me.is_known:
            return self.none()
        given = Q(grant__person=me.person) | Q(helpers=me.person) | self._looked_after(me)
        next_one = Q(parent__grant__person=me.person) & ~Q(parent__grant__state="withdrawn")
        rows = self.filter(given | next_one | Q(programme__in=Programme.objects.manageable_by(me)))
        return self.filter(pk__in=rows.order_by().values("pk"))

    def given_by(self, me: Actor) -> "Deliveries":
        """Those I give or help with, while my grant was not withdrawn."""
        if not me.is_known:
            return self.none()
        rows = self.filter(Q(grant__person=me.person) & ~Q(grant__state="withdrawn") | Q(helpers=me.person))
        return self.filter(pk__in=rows.order_by().values("pk"))

    manageable_by = given_by

    def supervised_by(self, me: Actor) -> "Deliveries":
        """Those whose report I verify: named for it, or because I run the programme; never what I give myself."""
        if not me.is_known:
            return self.none()
        rows = self.filter(self._looked_after(me) | Q(programme__in=Programme.objects.manageable_by(me)))
        own = self.model.objects.filter(Q(grant__person=me.person) | Q(helpers=me.person)).order_by()
        return rows.exclude(pk__in=own.values("pk"))

    def looked_after_by(self, me: Actor) -> "Deliveries":
        """Those I am named to supervise, while I run the programme or hold a grant in it that was not withdrawn."""
        return self.filter(self._looked_after(me)) if me.is_known else self.none()

    @staticmethod
    def _looked_after(me: Actor) -> Q:
        held = CascadeGrant.objects.filter(programme=OuterRef("programme"), person=me.person).exclude(state="withdrawn")
        return Q(supervisor=me.person) & (Q(programme__in=Programme.objects.manageable_by(me)) | Q(Exists(held)))

    def counted(self) -> "Deliveries":
        return self.exclude(state="cancelled")


class Delivery(models.Model):
    """A training given under a grant; it knows its parent by the grant. Its counts are kept beside its participants.

    `shares_names`: those who ran the parent delivery may see who took part; otherwise they see counts.
    `path`: the deliveries above it, eldest first, so that a whole family is one question. Derived by counting.recount:
    `number_*` and `quiz` (0 to 1) of its participants, `quality` (1 to 5) of their opinions, `observed` of visits.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        REPORTED = "reported", _("Reported")
        RETURNED = "returned", _("Returned with a question")
        VERIFIED = "verified", _("Verified")
        CANCELLED = "cancelled", _("Called off")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="deliveries")
    grant = models.ForeignKey(CascadeGrant, on_delete=models.PROTECT, related_name="deliveries")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = ArrayField(models.UUIDField(), default=list)
    generation = models.PositiveSmallIntegerField(default=1)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    run = models.OneToOneField(Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="delivery")
    toolkit = models.ForeignKey(Toolkit, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    helpers = models.ManyToManyField(Person, blank=True, related_name="+")
    supervisor = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    nudged_on = models.DateField(null=True, editable=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    venue = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    expected = models.PositiveSmallIntegerField(default=15)
    shares_names = models.BooleanField(default=False)
    join_key = models.CharField(max_length=40, blank=True, editable=False)
    used = ArrayField(models.UUIDField(), default=list, blank=True)
    words = models.TextField(blank=True)
    why = models.CharField(max_length=500, blank=True)
    number_reached = models.PositiveIntegerField(default=0, editable=False)
    number_finished = models.PositiveIntegerField(default=0, editable=False)
    number_became = models.PositiveIntegerField(default=0, editable=False)
    quality = models.DecimalField(max_digits=4, decimal_places=2, null=True, editable=False)
    quiz = models.DecimalField(max_digits=4, decimal_places=2, null=True, editable=False)
    observed = models.DecimalField(max_digits=4, decimal_places=2, null=True, editable=False)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Deliveries.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(fields=["programme", "generation", "id"], name="delivery_in_generation"),
            models.Index(fields=["grant", "-starts_on"], name="delivery_of_grant"),
            models.Index(fields=["parent"], name="delivery_children"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delivery_ends_later"),
            models.CheckConstraint(
                condition=Q(generation=1, parent__isnull=True) | Q(generation__gt=1, parent__isnull=False),
                name="delivery_has_parent",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="delivery_is_not_its_parent"),
            Guard(
                name="delivery_path_is_true",
                on="INSERT OR UPDATE OF parent_id, path, generation, programme_id, grant_id",
                refuse="NEW.generation <> cardinality(NEW.path) + 1 OR NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT"
                " FROM programmes_delivery d WHERE d.id = NEW.parent_id AND d.programme_id = NEW.programme_id AND"
                " NEW.path = d.path || d.id) OR NOT EXISTS (SELECT FROM programmes_cascadegrant g WHERE"
                " g.id = NEW.grant_id AND g.programme_id = NEW.programme_id AND"
                " g.parent_id IS NOT DISTINCT FROM NEW.parent_id)",
            ),
            models.CheckConstraint(
                condition=Q(number_finished__lte=F("number_reached"), number_became__lte=F("number_reached")),
                name="delivery_counts_fit",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["reported", "returned"]) | Q(due_on__isnull=False),
                name="delivery_wait_has_day",
            ),
            models.UniqueConstraint(fields=["join_key"], condition=~Q(join_key=""), name="delivery_link_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope_id(self) -> UUID:
        return self.programme.network_id


class Participant(models.Model):
    """Somebody who took part in a delivery, known to those who gave it: an account is not needed."""

    class Age(models.TextChoices):
        CHILD = "u18", _("Under 18")
        YOUNG = "18-29", _("18 to 29")
        MIDDLE = "30-64", _("30 to 64")
        OLD = "65+", _("65 or older")

    id = models.UUIDField(primary_key=True, default=uuid7)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=160, blank=True)
    email = models.EmailField(blank=True)
    age = models.CharField(max_length=6, choices=Age.choices, blank=True)
    gender = models.CharField(max_length=12, blank=True)
    has_finished = models.BooleanField(default=False)
    has_become = models.BooleanField(default=False)
    has_answered = models.BooleanField(default=False, editable=False)
    quiz = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    invited_at = models.DateTimeField(null=True, editable=False)
    purged_at = models.DateTimeField(null=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["delivery", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "person"], condition=Q(person__isnull=False), name="participant_once"
            ),
            models.UniqueConstraint(
                fields=["delivery", "email"], condition=~Q(email=""), name="participant_email_once"
            ),
            models.CheckConstraint(
                condition=~Q(age="u18") | Q(email="", has_become=False), name="participant_child_has_no_address"
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(name="", email="", person__isnull=True),
                name="participant_purged_is_nobody",
            ),
            models.CheckConstraint(
                condition=Q(quiz__isnull=True) | Q(quiz__gte=0, quiz__lte=1), name="participant_quiz_fits"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.delivery.programme.network_id


class Observation(models.Model):
    """A supervisor's visit: planned, then what was seen, by the observation sheet (points by key) and in words."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        MISSED = "missed", _("Did not take place")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="observations")
    supervisor = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    on = models.DateField()
    sheet = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["delivery", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5), name="observation_score_fits"
            )
        ]

    @property
    def scope_id(self) -> UUID:
        return self.delivery.programme.network_id


class ToolkitProposal(models.Model):
    """What a facilitator changed in an activity, and the authors' answer: taken into the next version, or not."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the authors")
        ACCEPTED = "accepted", _("Taken into the next version")
        DECLINED = "declined", _("Not taken")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="proposals")
    toolkit = models.ForeignKey(Toolkit, on_delete=models.CASCADE, related_name="proposals")
    activity = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    language = models.CharField(max_length=8)
    changed = models.TextField()
    why = models.TextField(blank=True)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID:
        return self.toolkit.programme.network_id
