"""Courses: who owns and writes them, their versions, the tree of a version, and what is said in it per language."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.licences import Licence
from koinon.learning.models.assets import Asset
from koinon.learning.models.competences import Competence
from koinon.network.models import SPEAKS, Network, Organisation

VERSION_STEPS = steps(draft="review published", review="draft published", published="retired", retired="published")


def speaking(me: Actor) -> list[UUID]:
    """Organisations I speak for today."""
    return sorted({key for role in SPEAKS for key in me.scopes(role)})


class Courses(models.QuerySet["Course"]):
    def visible_to(self, me: Actor) -> "Courses":
        """Published ones on a public shelf for everybody, of my networks for me; those I write or own always."""
        seen = Q(is_published=True) & (Q(is_public=True) | Q(network__in=list(me.roles)))
        return self.filter(seen | self._mine(me)) if me.is_known else self.filter(seen)

    def manageable_by(self, me: Actor) -> "Courses":
        """Those of organisations I speak for, and those I write or review."""
        return self.filter(self._mine(me)) if me.is_known else self.none()

    def _mine(self, me: Actor) -> Q:
        written = Authorship.objects.filter(course=OuterRef("pk"), person=me.person)
        return Q(organisation__in=speaking(me)) | Q(Exists(written))


class Course(models.Model):
    """Something to learn, owned by an organisation; its words live in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    key = models.UUIDField(default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="courses")
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="courses")
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    subject = models.CharField(max_length=10, blank=True)
    themes = ArrayField(models.CharField(max_length=40), default=list)
    licence = models.CharField(max_length=20, choices=Licence.choices, default=Licence.BY_SA)
    credit = models.CharField(max_length=300, blank=True)
    picture = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_public = models.BooleanField(default=False)
    is_published = models.BooleanField(default=False)
    is_template = models.BooleanField(default=False)
    forked_from = models.ForeignKey("Version", null=True, blank=True, on_delete=models.SET_NULL, related_name="forks")
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Courses.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["network", "-id"], condition=Q(is_published=True), name="course_in_network"),
            models.Index(fields=["organisation", "-id"], name="course_of_organisation"),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id


class Authorship(models.Model):
    """A person writes or reviews a course, or teaches with it."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Author")
        REVIEWER = "reviewer", _("Reviewer")
        TRANSLATOR = "translator", _("Translator")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="authorships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="authorships")
    role = models.CharField(max_length=10, choices=Role.choices)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["course", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "person", "role"], name="authorship_once")]


class Versions(models.QuerySet["Version"]):
    def published(self) -> "Versions":
        return self.filter(state="published")


class Version(models.Model):
    """One state of a course: a single draft that may change, and published ones that never do.

    `removed`: pieces of the tree that were taken out of the draft, whole, so that they can be put back.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("Being looked at")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=8)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    texts = models.JSONField(default=dict)
    changelog = models.TextField(blank=True)
    removed = models.JSONField(default=list)
    returned_why = models.CharField(max_length=500, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = Versions.as_manager()

    class Meta:
        ordering = ["course", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["course"], condition=Q(state__in=["draft", "review"]), name="version_one_draft"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retired"]) | Q(published_at__isnull=False),
                name="version_published_has_moment",
            ),
            models.CheckConstraint(condition=~Q(state="review") | Q(due_on__isnull=False), name="version_wait_has_day"),
            Frozen(
                name="version_published_stays",
                columns=["number", "language", "languages", "texts", "changelog"],
                once="OLD.state IN ('published', 'retired')",
            ),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.course.network_id


class NodeKind(models.TextChoices):
    """Kinds of node; the same words as engine.documents.NODE_KINDS."""

    SECTION = "section", _("Section")
    PAGE = "page", _("Page")
    MEDIA = "media", _("Listen or watch")
    FILE = "file", _("File")
    LINK = "link", _("Link")
    QUIZ = "quiz", _("Quiz")
    TASK = "task", _("Practice task")
    DISCUSSION = "discussion", _("Discussion")
    SESSION = "session", _("Session")
    SURVEY = "survey", _("Survey")
    PACKAGE = "package", _("Package")


class Node(models.Model):
    """A place in the tree of one version. `key` is the same through versions, languages and copies."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="nodes")
    key = models.UUIDField(default=uuid4)
    parent = models.UUIDField(null=True)
    order = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=NodeKind.choices)
    settings = models.JSONField(default=dict)
    rule = models.JSONField(default=dict)
    is_optional = models.BooleanField(default=False)
    size = models.PositiveBigIntegerField(default=0)
    competences = models.ManyToManyField(Competence, related_name="nodes", blank=True)

    class Meta:
        ordering = ["version", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="node_key_once"),
            models.CheckConstraint(condition=~Q(parent=models.F("key")), name="node_not_its_own_parent"),
            Frozen(
                name="node_published_stays",
                columns=["key", "parent", "order", "kind", "settings", "rule", "is_optional"],
                once="EXISTS (SELECT FROM learning_version v"
                " WHERE v.id = OLD.version_id AND v.published_at IS NOT NULL)",
            ),
        ]


class Text(models.Model):
    """What a node says in one language: `said` as engine.documents.Texts has it, and for each name or block the mark of
    the source it was translated from (`of`): stale where the source's mark is another now."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        MACHINE = "machine", _("Machine-made")
        REVIEWED = "reviewed", _("Looked at by a person")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    said = models.JSONField(default=dict)
    of = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.REVIEWED)
    translator = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    engine = models.CharField(max_length=60, blank=True)
    changes = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["node", "language"]
        constraints = [
            models.UniqueConstraint(fields=["node", "language"], name="text_once_per_language"),
            models.CheckConstraint(condition=~Q(state="machine") | ~Q(engine=""), name="text_machine_names_its_engine"),
            Frozen(
                name="text_published_stays",
                columns=["language", "said", "of"],
                once="EXISTS (SELECT FROM learning_node n JOIN learning_version v ON v.id = n.version_id"
                " WHERE n.id = OLD.node_id AND v.published_at IS NOT NULL)",
            ),
        ]


class Proposal(models.Model):
    """What those who copied a course send back to its authors: a node as they changed it, with a sentence why."""

    class State(models.TextChoices):
        SENT = "sent", _("Waiting for an answer")
        TAKEN = "taken", _("Taken over")
        DECLINED = "declined", _("Declined with thanks")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="proposals")
    of = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    said: Any = models.JSONField(default=dict)
    why = models.CharField(max_length=500)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    answer = models.CharField(max_length=500, blank=True)
    due_on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]


PROPOSAL_STEPS = steps(sent="taken declined")
