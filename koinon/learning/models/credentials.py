"""Credentials: who issues with which key, for what, to whom, and whether it still holds (Open Badges 3.0)."""

from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.events.models import Certificate
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.learning.models.competences import Competence
from koinon.learning.models.courses import Course
from koinon.learning.models.runs import Enrolment, Run
from koinon.network.models import Network, Organisation, name_in

AWARD_STEPS = steps(issued="suspended revoked", suspended="issued revoked")
BADGE_ENDORSEMENT_STEPS = steps(asked="given declined lapsed withdrawn", given="ended")

LEADS = ("head", "representative", "deputy")


def leading(me: Actor) -> list[UUID]:
    """Organisations in whose name I may sign: an applicant is not among them."""
    return sorted({key for role in LEADS for key in me.scopes(role)})


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
    why = models.CharField(max_length=500, blank=True)

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
        """Those of organisations I speak for."""
        return self.filter(organisation__in=leading(me))

    def issued_at(self, slug: str) -> "Achievements":
        """Those of an organisation, also when it went into another since: signed badges name its old address."""
        named = Organisation.objects.filter(slug=slug).first()
        return self.filter(organisation__in=[named, named.heir]) if named else self.none()

    def offered(self) -> "Achievements":
        """Those that can be given now."""
        return self.filter(is_retired=False)


class Achievement(models.Model):
    """What an organisation gives a badge for: by itself when a course is finished, or by hand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="achievements")
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.SET_NULL, related_name="achievements")
    names = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict)
    criteria = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    kind = models.CharField(max_length=40, default="Badge")
    accent = models.CharField(max_length=20, default="aegean")
    competences = models.ManyToManyField(Competence, related_name="achievements", blank=True)
    is_automatic = models.BooleanField(default=False)
    for_facilitators = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    is_retired = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = Achievements.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months=None) | Q(months__gte=1, months__lte=600), name="achievement_months_are_sensible"
            ),
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.language)

    @property
    def description(self) -> str:
        """In the reader's language, or the original."""
        return name_in(self.descriptions, self.language)

    @property
    def criterion(self) -> str:
        """In the reader's language, or the original."""
        return name_in(self.criteria, self.language)

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id


class BadgeArt(models.Model):
    """The picture of an achievement as badges name it, in both forms that can be baked; never changed, only followed
    by another, because signed badges hold the digest of its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="art")
    png = models.BinaryField()
    svg = models.TextField()
    is_own = models.BooleanField(default=False)
    captions = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["achievement", "-id"]
        constraints = [Frozen(name="badge_art_stays", columns=["png", "svg"])]


class StatusList(models.Model):
    """Places that say whether badges of an issuer were revoked or suspended. `base`: the site's address when it was
    begun, which badges name; after a change of domain another list begins and this one goes on at its old address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="status_lists")
    base = models.CharField(max_length=200)
    number = models.PositiveIntegerField(default=1)
    size = models.PositiveIntegerField(default=131_072)
    is_full = models.BooleanField(default=False)

    class Meta:
        ordering = ["organisation", "number"]
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="status_list_once")]


class PublishedList(models.Model):
    """A status list as it is served: one purpose in one form, signed, good until a moment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    list = models.ForeignKey(StatusList, on_delete=models.CASCADE, related_name="published")
    purpose = models.CharField(max_length=12, choices=[("revocation", "revocation"), ("suspension", "suspension")])
    form = models.CharField(max_length=4, choices=[("jwt", "JWT"), ("json", "JSON")])
    signed = models.TextField()
    signed_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["list", "purpose", "form"]
        indexes = [models.Index(fields=["until"], name="published_list_by_end")]
        constraints = [models.UniqueConstraint(fields=["list", "purpose", "form"], name="published_list_once")]


class Awards(models.QuerySet["Award"]):
    def visible_to(self, me: Actor) -> "Awards":
        """Mine, and those my organisations gave."""
        if not me.is_known:
            return self.none()
        return self.filter(Q(person=me.person) | Q(achievement__organisation__in=leading(me)))

    def manageable_by(self, me: Actor) -> "Awards":
        """Those my organisations gave."""
        return self.filter(achievement__organisation__in=leading(me))

    def held_by(self, me: Actor) -> "Awards":
        """Mine."""
        return self.filter(person=me.person) if me.is_known else self.none()


class Award(models.Model):
    """A badge given to a person: signed once, the bytes stay; its status is read from the issuer's list.

    Its id tells nothing, because who knows it reads its check page. `name`: what the holder lets print; it is not part
    of what was signed.
    """

    class State(models.TextChoices):
        ISSUED = "issued", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="awards")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="awards")
    name = models.CharField(max_length=160, blank=True)
    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="awards")
    run = models.ForeignKey(Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="awards")
    certificate = models.ForeignKey(
        Certificate, null=True, blank=True, on_delete=models.SET_NULL, related_name="awards"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ISSUED)
    moved_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=500, blank=True)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=8)
    salt = models.CharField(max_length=40)
    identity = models.CharField(max_length=80)
    status_index = models.PositiveIntegerField()
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="awards")
    art = models.ForeignKey(BadgeArt, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="awards")
    signed = models.TextField()
    proved = models.TextField(blank=True)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    objects = Awards.as_manager()

    class Meta:
        ordering = ["-since", "id"]
        indexes = [
            models.Index(fields=["person", "-since"], name="award_of_person"),
            models.Index(fields=["since"], condition=Q(proved=""), name="award_to_prove"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="award_index_once"),
            models.UniqueConstraint(
                fields=["achievement", "person"], condition=~Q(state="revoked"), name="award_one_in_force"
            ),
            Frozen(
                name="award_bytes_stay",
                columns=[
                    "achievement_id", "signed", "salt", "identity", "status_index", "status_list_id", "since", "until",
                ],
            ),
            Frozen(name="award_proof_stays", columns=["proved"], once="OLD.proved <> ''"),
            models.CheckConstraint(condition=Q(state="issued") | ~Q(why=""), name="award_taken_back_says_why"),
        ]  # fmt: skip

    @property
    def scope_id(self) -> UUID | None:
        return self.achievement.network_id


class BadgeShares(models.QuerySet["BadgeShare"]):
    def held_by(self, me: Actor) -> "BadgeShares":
        return self.filter(person=me.person) if me.is_known else self.none()

    def open(self) -> "BadgeShares":
        return self.filter(ended_at=None)


class BadgeShare(models.Model):
    """A secret link by which a person shows some of their badges with their name, until they stop.

    `is_print`: the one that the QR code on a certificate leads to.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="badge_shares")
    key = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=120, blank=True)
    awards = models.ManyToManyField(Award, related_name="shares")
    is_print = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    objects = BadgeShares.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(key=""), name="badge_share_has_a_key")]


class BadgeEndorsements(models.QuerySet["BadgeEndorsement"]):
    def visible_to(self, me: Actor) -> "BadgeEndorsements":
        """Those my organisations asked for or were asked for."""
        ours = leading(me)
        return self.filter(Q(organisation__in=ours) | Q(achievement__organisation__in=ours))

    def in_force(self) -> "BadgeEndorsements":
        return self.filter(state="given", until__gt=timezone.now())


class BadgeEndorsement(models.Model):
    """Another organisation (a municipality) is asked to stand behind an achievement, and signs with its own key."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for an answer")
        GIVEN = "given", _("Endorsed")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Not answered in time")
        WITHDRAWN = "withdrawn", _("Taken back")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="endorsements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="badge_endorsements")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True)
    message = models.CharField(max_length=500, blank=True)
    words = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=8, blank=True)
    signed = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = BadgeEndorsements.as_manager()

    class Meta:
        ordering = ["achievement", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["achievement", "organisation"], condition=Q(state__in=["asked", "given"]),
                name="badge_endorsed_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(due_on__isnull=False), name="badge_endorsement_wait_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | ~Q(signed="") & Q(until__isnull=False),
                name="badge_endorsement_is_signed",
            ),
        ]  # fmt: skip

    @property
    def scope_id(self) -> UUID | None:
        return self.achievement.network_id
