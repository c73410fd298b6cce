"""Rows of the tools: what was said (chronicle), work under way, translations, files, search records, limits.

None of them names a noun of the apps above: they hold a kind (app.model), an id and a scope (a network's id).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import HalfVectorField

from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor


class Statement(models.Model):
    """One act: who did what to what, where, when, with which quantities. Append-only; outlives the rows it names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.UUIDField()
    role = models.CharField(max_length=60, blank=True)
    organisation = models.UUIDField(null=True)
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=60, blank=True)
    noun = models.UUIDField(null=True)
    network = models.UUIDField(null=True)
    place = models.IntegerField(null=True)
    counts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        managed = False  # partitioned by month on the id: created by 0002_guards
        db_table = "kit_statement"
        ordering = ["id"]


class Seal(models.Model):
    """A Merkle root over statements of one scope, chained to the one before it: proof that nothing was changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.UUIDField()
    number = models.PositiveIntegerField()
    previous = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    statements = ArrayField(models.UUIDField())
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["network", "number"]
        constraints = [models.UniqueConstraint(fields=["network", "number"], name="seal_one_chain_per_network")]


WORK_STEPS = steps(
    waiting="running cancelled",
    running="waiting done failed cancelled",
    failed="waiting",
)


class Work(models.Model):
    """A long job as people see it: progress, a way to cancel, what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    person = models.UUIDField(null=True)
    scope = models.UUIDField(null=True)
    asked_to_stop = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-id"], name="work_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total=0) | models.Q(done__lte=models.F("total")),
                name="work_done_within_total",
            )
        ]

    @property
    def percent(self) -> int:
        return 100 if self.state == self.State.DONE else (100 * self.done // self.total if self.total else 0)

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


class Translation(models.Model):
    """One field of one row in another language, with its origin; stale when the original has changed since."""

    class Origin(models.TextChoices):
        HUMAN = "human"
        MACHINE = "machine"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    noun = models.UUIDField()
    field = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    text = models.TextField()
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.HUMAN)
    engine = models.CharField(max_length=60, blank=True)
    source_hash = models.CharField(max_length=64)
    person = models.UUIDField(null=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "noun", "field", "language"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "noun", "field", "language"], name="translation_one_per_language"),
            models.CheckConstraint(
                condition=models.Q(origin="human", engine="") | models.Q(origin="machine") & ~models.Q(engine=""),
                name="translation_machine_names_its_engine",
            ),
        ]


class MachineText(models.Model):
    """What a translation engine said, kept by (hash, source, target, engine, version): nothing is asked twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=8)
    target = models.CharField(max_length=8)
    engine = models.CharField(max_length=60)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source_hash", "source", "target", "engine"], name="machine_text_once")
        ]


class Uploads(models.QuerySet["Upload"]):
    def visible_to(self, me: Actor) -> "Uploads":
        """What is public; what is mine alone; what was made for me from a scope in which I still hold a role; what
        belongs to a scope in which I hold the role it is kept for."""
        seen = models.Q(is_public=True)
        if me.is_known:
            here = models.Q(scope__in=list(me.roles))
            seen |= models.Q(person=me.person) & (models.Q(scope=None) | here & models.Q(until__isnull=False))
            seen |= here & models.Q(kept_for="", until=None)
            for role in {role for held in me.roles.values() for role in held}:
                seen |= models.Q(scope__in=me.scopes(role), kept_for=role, until=None)
        return self.filter(seen)


class Upload(models.Model):
    """A file somebody gave us: checked by content, images written anew, kept under its hash, never under its name.

    Without a `scope` it is the person's own; with one it belongs there, to those who hold `kept_for` (empty: any role).
    With a day (`until`) it was made for that person alone, and is dropped on that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    alt = models.CharField(max_length=300, blank=True)
    person = models.UUIDField(null=True)
    scope = models.UUIDField(null=True)
    kept_for = models.CharField(max_length=40, blank=True)
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True)

    objects = Uploads.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["until"], condition=models.Q(until__isnull=False), name="upload_that_passes")]


class SearchRecord(models.Model):
    """What can be found: words, name keys, meaning and facets of one row in one scope. Written by jobs only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.UUIDField()
    kind = models.CharField(max_length=40)
    noun = models.UUIDField()
    title = models.CharField(max_length=300)
    key = models.CharField(max_length=120, db_collation="C")
    language = models.CharField(max_length=8)
    country = models.CharField(max_length=2, blank=True)
    sort = models.CharField(max_length=40, blank=True)
    themes = ArrayField(models.CharField(max_length=40), default=list)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    marks = ArrayField(models.CharField(max_length=40), default=list)
    names = models.TextField(blank=True)
    says = models.TextField(blank=True)
    prefix = models.CharField(max_length=8, default="passage")
    words = SearchVectorField(null=True)
    vector = HalfVectorField(null=True)
    meaning = HalfVectorField(null=True)
    nearness = models.JSONField(default=dict)
    encoder = models.CharField(max_length=60, blank=True)
    calibration = models.CharField(max_length=60, blank=True)
    text_hash = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["scope", "kind", "key", "noun"]
        constraints = [models.UniqueConstraint(fields=["scope", "kind", "noun"], name="search_record_once_per_scope")]
        indexes = [
            models.Index(fields=["scope", "kind", "key", "noun"], name="search_by_title"),
            models.Index(fields=["scope", "kind", "country", "key", "noun"], name="search_by_country"),
            models.Index(fields=["scope", "kind", "sort", "key", "noun"], name="search_by_sort"),
            models.Index(fields=["kind", "noun"], name="search_by_noun"),
            GinIndex(fields=["words"], name="search_words"),
            GinIndex(fields=["themes"], name="search_themes"),
            GinIndex(fields=["languages"], name="search_languages"),
            GinIndex(fields=["marks"], name="search_marks"),
            GinIndex(fields=["names"], opclasses=["gin_trgm_ops"], name="search_names"),
        ]


class SearchCount(models.Model):
    """How many records of a scope carry a facet value; kept by the indexing job so that no page counts 36,000 rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.UUIDField()
    kind = models.CharField(max_length=40)
    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=40)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["scope", "kind", "facet", "-count", "value"]
        constraints = [models.UniqueConstraint(fields=["scope", "kind", "facet", "value"], name="search_count_once")]


class Calibration(models.Model):
    """The means of one scope per language and kind of text; see meaning/calibration."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.UUIDField()
    encoder = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    data = models.BinaryField()
    texts = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["scope", "-id"]
        constraints = [models.UniqueConstraint(fields=["scope", "version"], name="calibration_once_per_version")]


class UsedLink(models.Model):
    """A one-tap link that was used: a replay finds it here and is told so."""

    nonce = models.UUIDField(primary_key=True)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["used_at"]


class Tally(models.Model):
    """How often something was tried in a window of time (rate limits); swept by the clock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=120)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["window", "key"]
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="tally_once_per_window")]


class MailAddress(models.Model):
    """An address given to one person to write to about one thing; `key` stands in it, beside a signature."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=16, unique=True)
    purpose = models.CharField(max_length=40)
    person = models.UUIDField()
    noun = models.UUIDField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "noun", "purpose"], name="mailaddress_once")]


ARRIVAL_STEPS = steps(waiting="taken ignored")


class Arrival(models.Model):
    """A letter that came in, known by its Message-ID; its words are kept only until they are handed on."""

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN = "taken"
        IGNORED = "ignored"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, unique=True)
    address = models.ForeignKey(MailAddress, on_delete=models.CASCADE, related_name="arrivals")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=40, blank=True)
    said = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="arrival_by_time")]
