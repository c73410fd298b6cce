"""Organisations: the first-class actors."""

from datetime import date
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor
from koinon.network.models.names import name_in
from koinon.network.models.places import Place

SPEAKS = ("head", "representative", "deputy", "applicant")
"""Roles that may change an organisation's page; an applicant registered it, and nobody has a mandate yet."""


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


FOLLOWED = 10
"""Merges that follow upon each other, at most."""


class Organisations(models.QuerySet["Organisation"]):
    def visible_to(self, me: Actor) -> "Organisations":
        """Active members of public networks for everybody; of my networks for me; my own always.

        Those who run a network also see who applied to it and who was a member.
        """
        mine = list(me.roles)
        runs = me.scopes("coordinator") + me.scopes("reviewer")
        of_this = {"organisation": OuterRef("pk")}
        memberships = apps.get_model("network.Membership")._default_manager.filter(**of_this)
        today = memberships.filter(period__contains=date.today())
        seen = Q(Exists(today.filter(Q(network__is_public=True) | Q(network__in=mine))))
        if mine:
            seen |= Q(pk__in=mine)
        if runs:
            applied = apps.get_model("network.Application")._default_manager.filter(**of_this, network__in=runs)
            seen |= Q(Exists(applied.exclude(state="draft"))) | Q(Exists(memberships.filter(network__in=runs)))
        return self.filter(seen, merged_into=None)

    def shadows(self) -> "Organisations":
        """Those nobody has ever spoken for: written down by others, to be claimed."""
        mandates = apps.get_model("network.Mandate")._default_manager.filter(organisation=OuterRef("pk"))
        return self.filter(~Exists(mandates), merged_into=None)

    def manageable_by(self, me: Actor) -> "Organisations":
        """Those I represent, and those I registered while nobody represents them."""
        return self.filter(pk__in=[key for role in SPEAKS for key in me.scopes(role)], merged_into=None)


class Organisation(models.Model):
    """A city, school, hub, NGO or company: the first-class actor. Of its names one is the original."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    names = models.JSONField(default=dict)
    aliases = ArrayField(models.CharField(max_length=200), default=list)
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
    confirmed_at = models.DateTimeField(null=True, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="merged_from"
    )

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

    @property
    def heir(self) -> "Organisation":
        """The one it went into, however often that one was merged again; itself when it is alive."""
        row = self
        for _step in range(FOLLOWED):
            if row.merged_into is None:
                break
            row = row.merged_into
        return row
