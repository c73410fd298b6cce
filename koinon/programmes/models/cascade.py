"""The cascade: who is on the way to deliver, and who may deliver since when, until when."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.guarded import Guard
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models import Organisation
from koinon.programmes.models.programmes import Programme

QUALIFICATION_STEPS = steps(open="ready withdrawn", ready="open qualified withdrawn", withdrawn="open")
CASCADE_GRANT_STEPS = steps(active="expired withdrawn", expired="active withdrawn", withdrawn="active")


class Qualifications(models.QuerySet["Qualification"]):
    def visible_to(self, me: Actor) -> "Qualifications":
        """My own; all of a programme for those who run it; of those who came from me, for me."""
        if not me.is_known:
            return self.none()
        mine = Q(person=me.person) | Q(came_from__grant__person=me.person) & ~Q(came_from__grant__state="withdrawn")
        return self.filter(mine | Q(programme__in=Programme.objects.manageable_by(me)))

    def open(self) -> "Qualifications":
        return self.filter(state__in=["open", "ready"])


class Qualification(models.Model):
    """Somebody's way to a grant: the course, the evidence, the practice; what stands where is derived from rows."""

    class State(models.TextChoices):
        OPEN = "open", _("On the way")
        READY = "ready", _("Waits for the grant")
        QUALIFIED = "qualified", _("Qualified")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="qualifications")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="qualifications")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    came_from = models.ForeignKey(
        "programmes.Delivery", null=True, blank=True, on_delete=models.SET_NULL, related_name="qualifications"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    nudged_on = models.DateField(null=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = Qualifications.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "person"], name="qualification_once"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(due_on__isnull=False), name="qualification_wait_has_day"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.programme.network_id


class Practice(models.Model):
    """A session led under somebody's eyes on the way to a grant: what was seen, and whether it counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    qualification = models.ForeignKey(Qualification, on_delete=models.CASCADE, related_name="practices")
    on = models.DateField()
    where = models.CharField(max_length=200, blank=True)
    sheet = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    counts = models.BooleanField(default=False)
    observer = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["qualification", "on", "id"]

    @property
    def scope_id(self) -> UUID:
        return self.qualification.programme.network_id


class CascadeGrants(models.QuerySet["CascadeGrant"]):
    def visible_to(self, me: Actor) -> "CascadeGrants":
        """My own; all of a programme for those who run it."""
        if not me.is_known:
            return self.none()
        return self.filter(Q(person=me.person) | Q(programme__in=Programme.objects.manageable_by(me)))

    def in_force(self) -> "CascadeGrants":
        """Active today, whether or not the clock has come by."""
        return self.filter(state="active", until__gte=timezone.localdate())


class CascadeGrant(models.Model):
    """A facilitator may deliver, until a day. `parent` is the delivery they came from; generation 1 has none."""

    class State(models.TextChoices):
        ACTIVE = "active", _("In force")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="grants")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="cascade_grants")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    parent = models.ForeignKey(
        "programmes.Delivery", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    generation = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    moved_at = models.DateTimeField(default=timezone.now)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField()
    target_deliveries = models.PositiveSmallIntegerField(default=2)
    target_people = models.PositiveSmallIntegerField(default=20)
    nudged_on = models.DateField(null=True, editable=False)
    reminded_days = models.PositiveSmallIntegerField(null=True, editable=False)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = CascadeGrants.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["programme", "generation", "id"], name="grant_in_generation")]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=Q(person__isnull=False) & ~Q(state="withdrawn"),
                name="cascade_grant_once",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="cascade_grant_ends_later"),
            models.CheckConstraint(
                condition=Q(generation=1, parent__isnull=True) | Q(generation__gt=1, parent__isnull=False),
                name="cascade_grant_has_parent",
            ),
            Guard(
                name="cascade_grant_fits_parent",
                on="INSERT OR UPDATE OF parent_id, generation, programme_id",
                refuse="NEW.generation > (SELECT most_generations FROM programmes_programme p"
                " WHERE p.id = NEW.programme_id) OR NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT FROM"
                " programmes_delivery d WHERE d.id = NEW.parent_id AND d.programme_id = NEW.programme_id"
                " AND d.generation + 1 = NEW.generation)",
            ),
            Guard(
                name="cascade_grant_no_circle",
                on="INSERT OR UPDATE OF parent_id, person_id",
                refuse="NEW.person_id IS NOT NULL AND EXISTS (SELECT FROM programmes_delivery d JOIN"
                " programmes_delivery a ON a.id = ANY(d.path || d.id) JOIN programmes_cascadegrant g"
                " ON g.id = a.grant_id WHERE d.id = NEW.parent_id AND g.person_id = NEW.person_id)",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.programme.network_id
