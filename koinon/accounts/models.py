"""People: who signs in, what others may see of them, what they agreed to, which notices they want."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.kit.ids import uuid7
from koinon.kit.mail import NOWHERE


class Sight(models.TextChoices):
    """Who may see a field of a profile."""

    NOBODY = "nobody", _("Nobody")
    NETWORKS = "networks", _("Members of my networks")
    PUBLIC = "public", _("Everybody")


class People(BaseUserManager["Person"]):
    """Makes people; e-mail addresses are compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "Person":
        person = self.model(email=email.strip().lower(), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who can sign in. `alias` is the pseudonymous id in the chronicle; forgetting a person cuts that link."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alias = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    pronouns = models.CharField(_("Pronouns"), max_length=40, blank=True)
    languages = models.JSONField(_("Languages you speak"), default=list)
    language = models.CharField(_("Language of pages and letters"), max_length=8, default="en")
    zone = models.CharField(_("Time zone"), max_length=60, default="Europe/Brussels")
    photo = models.ForeignKey("kit.Upload", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about = models.TextField(_("About you"), blank=True, max_length=1000)
    acting_for = models.UUIDField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    has_second_factor = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    forgotten_at = models.DateTimeField(null=True, editable=False)

    objects = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_one_per_email"),
            models.CheckConstraint(
                condition=models.Q(forgotten_at=None) | models.Q(is_active=False),
                name="person_forgotten_is_inactive",
            ),
        ]

    scope_id: UUID | None = None
    held: Any = None
    """Their roles, when they were read together (queries.with_roles), until the first who asks."""

    def __str__(self) -> str:
        return self.name or str(_("A person without a name"))

    @property
    def is_staff(self) -> bool:
        return self.is_operator

    @property
    def is_assisted(self) -> bool:
        """Has no e-mail: came with a card, and may only learn."""
        return self.email.endswith(NOWHERE)


class Visibility(models.Model):
    """One field of one profile: who may see it. No row means what rules.USUAL says (the e-mail: nobody)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="visibilities")
    field = models.CharField(max_length=30)
    sight = models.CharField(max_length=10, choices=Sight.choices, default=Sight.NOBODY)

    class Meta:
        ordering = ["person", "field"]
        constraints = [models.UniqueConstraint(fields=["person", "field"], name="visibility_one_per_field")]


class Consent(models.Model):
    """What a person agreed to, in which words and language, when; withdrawn is a date, never a deletion."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    matter = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    text = models.TextField()
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "matter"],
                condition=models.Q(withdrawn_at=None),
                name="consent_one_in_force",
            )
        ]

    scope_id: UUID | None = None


class Preference(models.Model):
    """How often a person wants one kind of notice by e-mail. No row means the kind's default."""

    class Pace(models.TextChoices):
        NOW = "now", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")
        NEVER = "never", _("Never")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=40)
    pace = models.CharField(max_length=8, choices=Pace.choices)

    class Meta:
        ordering = ["person", "kind"]
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="preference_one_per_kind")]


class Notice(models.Model):
    """Something a person is told: shown on the desk, sent at the pace they chose for its kind when it was written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    pace = models.CharField(max_length=8, choices=Preference.Pace.choices, default=Preference.Pace.NOW)
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(
                fields=["person", "pace"],
                condition=models.Q(sent_at=None, pace__in=["daily", "weekly"]),
                name="notice_for_digest",
            ),
        ]


class CalendarKey(models.Model):
    """The secret in the address of somebody's calendar; a new one makes the old address worthless."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_key")
    nonce = models.UUIDField(default=uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]


class Remembered(models.Model):
    """What sign-in remembers for all web processes together: counted tries, codes used once (settings.CACHES).

    The shape is that of Django's database cache, which reads and writes it; keys hold digests, never addresses.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["cache_key"]
