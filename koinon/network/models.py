"""Networks, organisations, places, memberships, mandates: who belongs where, since when, and who speaks for whom."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor


class Kind(models.TextChoices):
    """Kinds of organisation."""

    MUNICIPALITY = "municipality", _("Municipality")
    HUB = "hub", _("Hub")
    SCHOOL = "school", _("School")
    UNIVERSITY = "university", _("University")
    COLLEGE = "college", _("College")
    LIBRARY = "library", _("Library")
    NGO = "ngo", _("Non-governmental organisation")
    COMPANY = "company", _("Company")
    GOVERNMENT = "government", _("Ministry or government body")
    INTERNATIONAL = "international", _("International organisation")
    CULTURE = "cultural_institute", _("Cultural institute")
    CARE = "care", _("Care or health institution")
    NETWORK = "network", _("Network or association")
    VENUE = "venue", _("Venue")


class Size(models.TextChoices):
    """How many people work there."""

    ONE = "1-9", _("1 to 9 people")
    TEN = "10-49", _("10 to 49 people")
    FIFTY = "50-249", _("50 to 249 people")
    MANY = "250+", _("250 people or more")


class Place(models.Model):
    """A place of the gazetteer; `id` is its GeoNames number. `keys` are folded spellings in every script."""

    id = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=120)
    native = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    latitude = models.FloatField()
    longitude = models.FloatField()
    population = models.PositiveIntegerField(default=0)
    zone = models.CharField(max_length=60)
    spellings = models.JSONField(default=list)
    keys = models.TextField()

    class Meta:
        ordering = ["-population", "id"]
        indexes = [
            GinIndex(fields=["keys"], opclasses=["gin_trgm_ops"], name="place_keys"),
            models.Index(fields=["country", "-population"], name="place_by_country"),
        ]

    def __str__(self) -> str:
        return self.name


class Networks(models.QuerySet["Network"]):
    def visible_to(self, me: Actor) -> "Networks":
        """Public sites for everybody; closed ones for those who belong and for those who run them."""
        return self.filter(Q(is_public=True) | Q(pk__in=list(me.roles)))

    def manageable_by(self, me: Actor) -> "Networks":
        return self.filter(pk__in=me.scopes("coordinator"))


class Network(models.Model):
    """A network of places that learn; almost everything is scoped by it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    purpose = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    languages = ArrayField(models.CharField(max_length=8), default=list)
    accent = models.CharField(max_length=20, default="indigo")
    kinds = ArrayField(models.CharField(max_length=20), default=list)
    is_public = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    founded_at = models.DateTimeField(auto_now_add=True)

    objects = Networks.as_manager()

    class Meta:
        ordering = ["slug"]

    @property
    def scope_id(self) -> UUID:
        return self.pk

    def __str__(self) -> str:
        return name_in(self.names, self.language)


class Coordination(models.Model):
    """A person who coordinates (or reviews applications of) a network, from a day to a day."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        REVIEWER = "reviewer", _("Reviewer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="coordinations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="coordinations")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.COORDINATOR)
    period = DateRangeField()

    class Meta:
        ordering = ["network", "id"]
        constraints = [
            ExclusionConstraint(
                name="coordination_once_at_a_time",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Organisations(models.QuerySet["Organisation"]):
    def visible_to(self, me: Actor) -> "Organisations":
        """Active members of public networks for everybody; of my networks for me; my own always."""
        mine = list(me.roles)
        today = Q(memberships__period__contains=date.today())
        seen = today & (Q(memberships__network__is_public=True) | Q(memberships__network__in=mine))
        return self.filter(Q(pk__in=mine) | Q(pk__in=Organisation.objects.filter(seen).values("pk")))

    def manageable_by(self, me: Actor) -> "Organisations":
        """Those I represent."""
        return self.filter(pk__in=me.scopes("representative") + me.scopes("head") + me.scopes("deputy"))


class Organisation(models.Model):
    """A city, school, hub, NGO or company: the first-class actor. Names in several languages, one is the original."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    names = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    size = models.CharField(max_length=8, choices=Size.choices, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations")
    country = models.CharField(max_length=2, blank=True)
    website = models.URLField(blank=True, max_length=300)
    domain = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True)
    about_html = models.TextField(blank=True)
    themes = ArrayField(models.CharField(max_length=40), default=list)
    logo = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_demo = models.BooleanField(default=False)
    keys = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = Organisations.as_manager()

    class Meta:
        ordering = ["slug"]
        indexes = [
            GinIndex(fields=["keys"], opclasses=["gin_trgm_ops"], name="organisation_keys"),
            models.Index(fields=["country"], name="organisation_by_country"),
        ]

    scope_id: UUID | None = None

    def __str__(self) -> str:
        return name_in(self.names, self.language)


class Memberships(models.QuerySet["Membership"]):
    def active(self) -> "Memberships":
        return self.filter(period__contains=date.today())


class Membership(models.Model):
    """An organisation belongs to a network in a class, from a day to a day; history is kept."""

    class Class(models.TextChoices):
        MEMBER = "member", _("Member")
        PARTNER = "partner", _("Partner")
        HOST = "host", _("Host")
        FUNDER = "funder", _("Funder")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=20, choices=Class.choices, default=Class.MEMBER)
    period = DateRangeField()
    ended_why = models.CharField(max_length=300, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        ordering = ["network", "organisation", "period"]
        constraints = [
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="membership_has_a_period"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


APPLICATION_STEPS = steps(
    draft="submitted withdrawn",
    submitted="review admitted declined returned withdrawn",
    returned="submitted withdrawn",
    review="admitted declined returned withdrawn",
)


class Application(models.Model):
    """An organisation asks to belong to a network: apply, review, admitted or declined with a reason."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned for changes")
        REVIEW = "review", _("Under review")
        ADMITTED = "admitted", _("Admitted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = ("draft", "submitted", "returned", "review")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="applications")
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    motivation = models.TextField()
    contribution = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    reason = models.TextField(blank=True)
    again_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation"],
                condition=Q(state__in=["draft", "submitted", "returned", "review"]),
                name="application_one_open",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="application_declined_says_why"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Mandates(models.QuerySet["Mandate"]):
    def in_force(self) -> "Mandates":
        return self.filter(period__contains=date.today(), confirmed=True)


class Mandate(models.Model):
    """A person speaks for an organisation in a role, from a day to a day, by a decision or letter that says so."""

    class Role(models.TextChoices):
        HEAD = "head", _("Head or signatory")
        REPRESENTATIVE = "representative", _("Representative")
        DEPUTY = "deputy", _("Deputy")
        CONTACT = "contact", _("Contact for a topic")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mandates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=16, choices=Role.choices)
    topic = models.CharField(max_length=120, blank=True)
    period = DateRangeField()
    decision = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    letter = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmed = models.BooleanField(default=True)

    objects = Mandates.as_manager()

    class Meta:
        ordering = ["organisation", "role", "id"]
        constraints = [
            ExclusionConstraint(
                name="mandate_one_head_or_representative",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=["head", "representative"]),
            ),
            ExclusionConstraint(
                name="mandate_person_once_per_role",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    scope_id: UUID | None = None


class Invitation(models.Model):
    """Somebody is invited by e-mail to speak for an organisation, or to take over from its representative."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    language = models.CharField(max_length=8)
    role = models.CharField(max_length=16, choices=Mandate.Role.choices)
    takes_over = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.CASCADE, related_name="hand_overs")
    decision = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    letter = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Func(F("email"), function="lower"),
                "organisation",
                "role",
                condition=Q(state="open"),
                name="invitation_one_open",
            )
        ]

    scope_id: UUID | None = None


INVITATION_STEPS = steps(open="accepted refused expired withdrawn")
INTAKE_STEPS = steps(
    uploaded="checked failed discarded",
    checked="checked importing discarded",
    importing="imported checked",
    imported="undone",
)


class Intake(models.Model):
    """An import of a spreadsheet: file, guessed columns, checked rows, what it made, so that it can be undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        CHECKED = "checked", _("Ready to look at")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Discarded")
        FAILED = "failed", _("Could not be read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="intakes")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    columns = models.JSONField(default=dict)
    headings = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    faults = models.PositiveIntegerField(default=0)
    twins = models.PositiveIntegerField(default=0)
    made = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    work = models.UUIDField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


def name_in(names: dict[str, str], original: str, language: str = "") -> str:
    """The name in `language` (default: the active one), else the original, else English, else any."""
    from django.utils.translation import get_language

    wanted = language or (get_language() or "en")[:2]
    return names.get(wanted) or names.get(original) or names.get("en") or next(iter(names.values()), "")
