"""Credentials: who issues with which key, for what, to whom, and whether it still holds (Open Badges 3.0)."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.learning.models.assets import Asset
from koinon.learning.models.competences import Competence
from koinon.learning.models.courses import Course, speaking
from koinon.learning.models.runs import Enrolment, Run
from koinon.network.models import Network, Organisation

AWARD_STEPS = steps(issued="suspended revoked", suspended="issued revoked")


class IssuerKey(models.Model):
    """A signing key of an organisation: the public part as JWK, the private one locked by the site's secret.

    Two are in force: RSA for JWT (what Open Badges 3.0 asks of every verifier), Ed25519 for Data Integrity. An old key
    goes on to prove what it signed; one that was stolen does not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="issuer_keys")
    kind = models.CharField(max_length=8, choices=[("rsa", "RSA"), ("ed25519", "Ed25519")])
    kid = models.CharField(max_length=60)
    public = models.JSONField()
    private = models.TextField()
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True)
    stolen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["organisation", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kid"], name="issuer_key_once"),
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(until=None, stolen_at=None), name="issuer_one_current_key"
            ),
        ]


class Achievements(models.QuerySet["Achievement"]):
    def manageable_by(self, me: Actor) -> "Achievements":
        return self.filter(organisation__in=speaking(me))


class Achievement(models.Model):
    """What an organisation gives a badge for. `rule`: {"course": done} by itself, or by hand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="achievements")
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.SET_NULL, related_name="achievements")
    names = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict)
    criteria = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    kind = models.CharField(max_length=40, default="Badge")
    picture = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    competences = models.ManyToManyField(Competence, related_name="achievements", blank=True)
    is_automatic = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    is_retired = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = Achievements.as_manager()

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id


class StatusList(models.Model):
    """The list where anybody looks up whether a badge of an issuer was revoked or suspended; published signed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="status_lists")
    purpose = models.CharField(max_length=12, choices=[("revocation", "revocation"), ("suspension", "suspension")])
    number = models.PositiveIntegerField(default=1)
    size = models.PositiveIntegerField(default=131_072)
    signed = models.TextField(blank=True)
    proved = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    is_full = models.BooleanField(default=False)

    class Meta:
        ordering = ["organisation", "purpose", "number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "purpose", "number"], name="status_list_once"),
        ]


class Awards(models.QuerySet["Award"]):
    def visible_to(self, me: Actor) -> "Awards":
        """Mine, and those my organisations gave."""
        if not me.is_known:
            return self.none()
        return self.filter(Q(person=me.person) | Q(achievement__organisation__in=speaking(me)))


class Award(models.Model):
    """A badge given to a person: signed once, the bytes stay; its status is read from the issuer's list."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="awards")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="awards")
    name = models.CharField(max_length=160, blank=True)
    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="awards")
    run = models.ForeignKey(Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="awards")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ISSUED)
    moved_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=500, blank=True)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=8)
    salt = models.CharField(max_length=40)
    identity = models.CharField(max_length=80)
    status_index = models.PositiveIntegerField()
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="awards")
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="awards")
    signed = models.TextField()
    proved = models.TextField(blank=True)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    shared_key = models.CharField(max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = Awards.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="award_index_once"),
            models.UniqueConstraint(
                fields=["achievement", "person"], condition=~Q(state="revoked"), name="award_one_in_force"
            ),
            models.UniqueConstraint(fields=["shared_key"], condition=~Q(shared_key=""), name="award_shared_once"),
            Frozen(name="award_bytes_stay", columns=["signed", "salt", "identity", "status_index", "since", "until"]),
            models.CheckConstraint(condition=Q(state="issued") | ~Q(why=""), name="award_taken_back_says_why"),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.achievement.network_id


class BadgeEndorsement(models.Model):
    """Another organisation (a municipality) stands behind an achievement: signed with its own key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="endorsements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="badge_endorsements")
    words = models.CharField(max_length=500)
    signed = models.TextField()
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    languages = ArrayField(models.CharField(max_length=8), default=list)
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["achievement", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["achievement", "organisation"], condition=Q(ended_at=None), name="badge_endorsed_once"
            )
        ]
