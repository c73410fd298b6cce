"""Letters of a network: numbered without gaps, kept as they were sent; and the texts they are made from."""

from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from koinon.kit.gapless import NoGaps, before
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor
from koinon.network.models.mandates import Mandate
from koinon.network.models.memberships import Application
from koinon.network.models.networks import Network
from koinon.network.models.organisations import SPEAKS, Organisation
from koinon.network.models.reviews import Review


class Letters(models.QuerySet["Letter"]):
    def visible_to(self, me: Actor) -> "Letters":
        """For who speaks for the organisation, for the applicant it answers, and for the network's coordinators."""
        ours = [key for role in SPEAKS for key in me.scopes(role)]
        if not me.is_known:
            return self.filter(Q(organisation__in=ours) | Q(network__in=me.scopes("coordinator")))
        barred = Review.objects.filter(application=OuterRef("application"), person=me.person, state="conflict")
        runs = Q(network__in=me.scopes("coordinator")) & ~Exists(barred)
        left = Mandate.objects.ended_for(me.person, OuterRef("organisation"))
        return self.filter(Q(organisation__in=ours) | runs | Q(application__applicant=me.person) & ~Exists(left))


class Letter(models.Model):
    """A letter as it was sent: text, number of its network and year; the PDF is made by a job."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="letters")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    before = before("number")
    kind = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="letters")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.SET_NULL, related_name="letters"
    )
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    addressee = models.CharField(max_length=300)
    signed_by = models.CharField(max_length=300)
    file = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Letters.as_manager()

    class Meta:
        ordering = ["network", "-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["network", "year", "number"], name="letter_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="letter_number_from_one"),
            NoGaps(series=["network", "year"], number="number", before="before", name="letter_numbers_without_gaps"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def reference(self) -> str:
        return f"{self.year}/{self.number}"


class LetterText(models.Model):
    """What a network writes in its letters of a kind, in one language; without one, our words."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="letter_texts")
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=300)
    text = models.TextField()

    class Meta:
        ordering = ["network", "kind", "language"]
        constraints = [
            models.UniqueConstraint(fields=["network", "kind", "language"], name="letter_text_once_per_language")
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
