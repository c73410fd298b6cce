"""Programmes: funded training that multiplies, with its toolkit in versions."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit import money
from koinon.kit.frozen import Frozen
from koinon.kit.guarded import Guard
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.learning.models import Course
from koinon.matching.models import voices
from koinon.network.models import Network, Organisation, name_in
from koinon.projects.models import Call
from koinon.projects.models.money import is_exact

PROGRAMME_STEPS = steps(draft="running closed", running="closed", closed="running")
TOOLKIT_STEPS = steps(draft="published")
TOOLKIT_PROPOSAL_STEPS = steps(open="accepted declined")


class Programmes(models.QuerySet["Programme"]):
    def visible_to(self, me: Actor) -> "Programmes":
        """Public ones for everybody, those of my networks for me, drafts for those who run them."""
        seen = ~Q(state="draft") & (Q(is_public=True) | Q(network__in=list(me.roles)))
        if me.is_known:
            from koinon.programmes.models.cascade import CascadeGrant, Qualification

            seen |= Q(pk__in=CascadeGrant.objects.filter(person=me.person).values("programme"))
            seen |= Q(pk__in=Qualification.objects.filter(person=me.person).values("programme")) | self._run_by(me)
        return self.filter(seen)

    def manageable_by(self, me: Actor) -> "Programmes":
        """Those of organisations I speak for, and of networks I coordinate."""
        return self.filter(self._run_by(me))

    @staticmethod
    def _run_by(me: Actor) -> Q:
        return Q(network__in=me.scopes("coordinator")) | Q(organisation__in=voices(me))


class Programme(models.Model):
    """A training that multiplies: its funder, its dates, the course facilitators pass, the targets they get.

    A facilitator qualifies by finishing `course`, `evidence_needed` accepted pieces of evidence and `practice_needed`
    observed sessions; a grant then holds `grant_months`. `most_generations`: how deep the cascade may go.
    `questions`: its own short form for those who took part (see kit.questions), or none for the usual one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="programmes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="programmes")
    call = models.OneToOneField(Call, null=True, blank=True, on_delete=models.SET_NULL, related_name="programme")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    names = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    about = models.TextField(blank=True)
    about_html = models.TextField(blank=True)
    funder = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=80, blank=True)
    budget = models.DecimalField(max_digits=13, decimal_places=money.FINEST, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    starts_on = models.DateField()
    ends_on = models.DateField()
    evidence_needed = models.PositiveSmallIntegerField(default=1)
    practice_needed = models.PositiveSmallIntegerField(default=1)
    grant_months = models.PositiveSmallIntegerField(default=24)
    target_deliveries = models.PositiveSmallIntegerField(default=2)
    target_people = models.PositiveSmallIntegerField(default=20)
    most_generations = models.PositiveSmallIntegerField(default=6)
    questions = models.JSONField(default=dict, blank=True)
    is_public = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Programmes.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="programme_ends_later"),
            models.CheckConstraint(
                condition=Q(grant_months__gte=1, most_generations__gte=1, most_generations__lte=12),
                name="programme_is_sensible",
            ),
            models.CheckConstraint(condition=is_exact("budget"), name="programme_money_is_exact"),
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.language)

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Toolkit(models.Model):
    """A version of a programme's toolkit; published ones stay as they are. A delivery names the one it used."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="toolkits")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    changes = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="toolkit_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(state="draft"), name="toolkit_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="toolkit_published_has_time",
            ),
            Frozen(
                name="toolkit_stays",
                columns=["programme_id", "number", "changes", "state", "published_at"],
                once="OLD.state = 'published'",
            ),
            Guard(name="toolkit_not_taken_away", on="DELETE", refuse="OLD.state = 'published'"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.programme.network_id


class Activity(models.Model):
    """An activity of the toolkit: what to do in how many minutes. `key` stays through versions; texts by language:

    {"sq": {"title", "goal", "text", "source": digest of the original it was made from}}; `language` is the original.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    toolkit = models.ForeignKey(Toolkit, on_delete=models.CASCADE, related_name="activities")
    key = models.UUIDField(default=uuid7)
    language = models.CharField(max_length=8)
    texts = models.JSONField(default=dict)
    minutes = models.PositiveSmallIntegerField(default=30)
    group_size = models.CharField(max_length=60, blank=True)
    materials = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["toolkit", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["toolkit", "key"], name="activity_once"),
            Guard(
                name="activity_published_stays",
                on="INSERT OR UPDATE OR DELETE",
                refuse="EXISTS (SELECT FROM programmes_toolkit t WHERE t.id IN (NEW.toolkit_id, OLD.toolkit_id)"
                " AND t.state = 'published')",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.toolkit.programme.network_id


class Handout(models.Model):
    """A file of an activity, to print and give away, in a language."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="handouts")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=8)
    licence = models.CharField(max_length=40, blank=True)
    credit = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["activity", "language", "id"]
        constraints = [
            Guard(
                name="handout_published_stays",
                on="INSERT OR UPDATE OR DELETE",
                refuse="EXISTS (SELECT FROM programmes_activity a JOIN programmes_toolkit t ON t.id = a.toolkit_id"
                " WHERE a.id IN (NEW.activity_id, OLD.activity_id) AND t.state = 'published')",
            )
        ]
