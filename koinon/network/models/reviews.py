"""What happens to an application on its way: endorsements, reviews, first steps, and how long each state lasted."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.admission import FirstStep
from koinon.network.models.memberships import Application

ENDORSEMENT_STEPS = steps(asked="endorsed refused lapsed withdrawn")
REVIEW_STEPS = steps(asked="open conflict withdrawn", open="given conflict withdrawn", withdrawn="asked")


class Endorsement(models.Model):
    """A third party (a national commission, a ministry) says by a link that it stands behind an application, or not."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        ENDORSED = "endorsed", _("Endorsed")
        REFUSED = "refused", _("Not endorsed")
        LAPSED = "lapsed", _("No answer in time")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="endorsements")
    body = models.CharField(max_length=200)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    counts = models.BooleanField(null=True)
    statement = models.TextField(blank=True)
    signed_by = models.CharField(max_length=200, blank=True)
    due_on = models.DateField()
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["application", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(state="asked"), name="endorsement_one_open"),
            models.CheckConstraint(condition=~Q(state="endorsed") | Q(counts=True), name="endorsement_given_counts"),
            models.CheckConstraint(
                condition=~Q(state="refused") | (Q(counts=False) & ~Q(statement="")),
                name="endorsement_refused_says_why",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.application.network_id


class Reviews(models.QuerySet["Review"]):
    def mine(self, me: Actor) -> "Reviews":
        return self.filter(person=me.person) if me.is_known else self.none()

    def waiting(self) -> "Reviews":
        return self.filter(state__in=["asked", "open"])


class Review(models.Model):
    """Somebody is asked to judge an application: first whether they are impartial, then points and a recommendation."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        OPEN = "open", _("Being written")
        GIVEN = "given", _("Given")
        CONFLICT = "conflict", _("Not impartial")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Verdict(models.TextChoices):
        ADMIT = "admit", _("Admit")
        DECLINE = "decline", _("Decline")
        UNSURE = "unsure", _("Talk about it first")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reviews")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    scores = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    text = models.TextField(blank=True)
    due_on = models.DateField()
    remind_on = models.DateField()
    reminders = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    given_at = models.DateTimeField(null=True)

    objects = Reviews.as_manager()

    class Meta:
        ordering = ["application", "id"]
        indexes = [models.Index(fields=["person", "state"], name="review_of_person")]
        constraints = [
            models.UniqueConstraint(fields=["application", "person"], name="review_once_per_person"),
            models.CheckConstraint(condition=~Q(state="given") | ~Q(verdict=""), name="review_given_says_what"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.application.network_id


class Beginning(models.Model):
    """A first step of one new member: done or not yet."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="beginnings")
    step = models.ForeignKey(FirstStep, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["application", "step__position", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "step"], name="beginning_once")]

    @property
    def scope_id(self) -> UUID:
        return self.application.network_id


class Stay(models.Model):
    """From when to when an application was in a state it has left: its history, and the figures of the desk."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="stays")
    state = models.CharField(max_length=12, choices=Application.State.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["application", "id"]
        indexes = [models.Index(fields=["application", "state"], name="stay_by_application")]
