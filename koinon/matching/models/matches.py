"""Matches that the index finds, and those that were set aside."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from koinon.kit.ids import uuid7
from koinon.kit.verbs import Actor
from koinon.matching.models.listings import Listing, voices
from koinon.network.models import Membership, Network, Organisation


class Matches(models.QuerySet["Match"]):
    def visible_to(self, me: Actor) -> "Matches":
        """For those who speak for one of the two; both run and take replies; not those that were set aside by mine."""
        ours = voices(me)
        aside = Dismissal.objects.filter(need=OuterRef("need"), offer=OuterRef("offer"), organisation__in=ours)
        return self.of_organisations(ours).filter(~Exists(aside)).running()

    def of_organisations(self, ours: Sequence[UUID]) -> "Matches":
        """Those with a listing of one of them: = ANY(ARRAY(…)) on either side, so that two indexes are walked."""
        own = ArraySubquery(Listing.objects.filter(organisation__in=ours).order_by().values("pk"))
        any_of = {"arg_joiner": " = ANY(", "template": "%(expressions)s)", "output_field": models.BooleanField()}
        return self.filter(Q(Func("need_id", own, **any_of)) | Q(Func("offer_id", own, **any_of)))

    def running(self) -> "Matches":
        """Both sides open, not past their day, both organisations members today."""
        rows = self
        for side in ("need", "offer"):
            member = Membership.objects.active().filter(
                network=OuterRef("network"), organisation=OuterRef(f"{side}__organisation")
            )
            is_there = Q(**{f"{side}__state": "open", f"{side}__until__gte": date.today()})
            rows = rows.filter(is_there, Q(**{f"{side}__replies_taken__lt": F(f"{side}__reply_cap")}), Exists(member))
        return rows


class Match(models.Model):
    """An offer that serves a need, found by the index job, with its reasons. `rank` is the place in that list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="matches")
    need = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="matches_as_need")
    offer = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="matches_as_offer")
    score = models.FloatField()
    rank_for_need = models.PositiveSmallIntegerField(null=True)
    rank_for_offer = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField(auto_now_add=True)

    objects = Matches.as_manager()

    class Meta:
        ordering = ["-score", "id"]
        constraints = [models.UniqueConstraint(fields=["need", "offer"], name="match_once")]
        indexes = [
            models.Index(fields=["need", "rank_for_need"], name="match_for_need"),
            models.Index(fields=["offer", "rank_for_offer"], name="match_for_offer"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Dismissal(models.Model):
    """ "Not for us because …": an organisation sets a match aside; the other side is never told."""

    class Why(models.TextChoices):
        THEME = "theme", _("not what we meant")
        PLACE = "place", _("too far or wrong country")
        KIND = "kind", _("not the kind of partner we look for")
        KNOWN = "known", _("we work together already")
        TIME = "time", _("not now")
        OTHER = "other", _("another reason")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    need = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="dismissals")
    why = models.CharField(max_length=8, choices=Why.choices)
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["need", "offer", "organisation"], name="dismissal_once")]

    @property
    def scope_id(self) -> UUID:
        return self.need.network_id
