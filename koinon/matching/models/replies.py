"""What is answered to offers and needs."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models.listings import Listing, voices
from koinon.network.models import Organisation

REPLY_STEPS = steps(
    new="read shortlisted accepted declined withdrawn",
    read="shortlisted accepted declined withdrawn",
    shortlisted="accepted declined withdrawn",
)
WAITING = ("new", "read", "shortlisted")
"""States in which somebody waits for an answer."""


class Replies(models.QuerySet["Reply"]):
    def visible_to(self, me: Actor) -> "Replies":
        """Between two organisations: those who asked and those who answer, nobody else."""
        return self.filter(Q(listing__organisation__in=voices(me)) | Q(organisation__in=voices(me)))

    def received_by(self, me: Actor) -> "Replies":
        return self.filter(listing__organisation__in=voices(me))

    def waiting(self) -> "Replies":
        """Those that have no answer yet."""
        return self.filter(state__in=WAITING)


class Reply(models.Model):
    """An organisation answers a listing, in a few structured answers and in those to the call's own questions.

    `due_on`: until when those who asked should answer. `is_cold`: nothing had suggested this call to its writers.
    """

    class State(models.TextChoices):
        NEW = "new", _("Not read yet")
        READ = "read", _("Read")
        SHORTLISTED = "shortlisted", _("Shortlisted")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Why(models.TextChoices):
        CHOSEN = "chosen", _("Others come closer")
        FIT = "fit", _("It is something else")
        TIME = "time", _("The time does not fit")
        PLACE = "place", _("Place or language does not fit")
        FULL = "full", _("We have enough partners")
        OTHER = "other", _("Another reason, in our words")
        ENDED = "ended", _("The call ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="replies")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="replies")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    brings = models.TextField()
    why = models.TextField(blank=True)
    when = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict, blank=True)
    is_cold = models.BooleanField(default=False)
    reason_kind = models.CharField(max_length=8, choices=Why.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    nudges = models.PositiveSmallIntegerField(default=0, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(auto_now=True)
    answered_at = models.DateTimeField(null=True)

    objects = Replies.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "organisation"],
                condition=~Q(state="withdrawn"),
                name="reply_once_per_organisation",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | (~Q(reason_kind="") & (~Q(reason_kind="other") | ~Q(reason=""))),
                name="reply_declined_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state__in=WAITING), name="reply_is_due"),
            models.Index(fields=["organisation", "-made_at"], name="reply_of_organisation"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.listing.network_id

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING
