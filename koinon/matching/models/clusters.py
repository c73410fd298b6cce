"""Clusters: found by the night on ties and meaning, or founded with a charter; and where a picture puts members."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models.listings import voices
from koinon.network.models import Network, Organisation

CLUSTER_STEPS = steps(
    found="faded", faded="found",
    gathering="active ended", active="voting ended", voting="active ended",
)  # fmt: skip
SEAT_STEPS = steps(
    invited="member declined lapsed",
    asked="member declined withdrawn lapsed",
    member="left",
)
BALLOT_STEPS = steps(open="kept ended")
LIVING = ("gathering", "active", "voting")


class Clusters(models.QuerySet["Cluster"]):
    def visible_to(self, me: Actor) -> "Clusters":
        """Those of public networks for everybody, of my networks for me; one that gathers for its network only."""
        mine = Q(network__in=list(me.roles))
        return self.exclude(state="faded").filter(mine | Q(network__is_public=True) & ~Q(state="gathering"))

    def manageable_by(self, me: Actor) -> "Clusters":
        """Founded ones that I coordinate: my mandate for one of their members must still hold."""
        led = Q(leads__person=me.person, leads__organisation__in=voices(me))
        return self.filter(led, origin="founded").distinct() if me.is_known else self.none()


class Cluster(models.Model):
    """Organisations that belong together. A found one keeps its address and name from night to night.

    `themes` name a found cluster, the most distinctive first; `lacks` says what its members ask for and none of them
    offers: {"kinds": […], "themes": […], "countries": […]}; `stability` is the mean Jaccard over resamples.
    """

    class Origin(models.TextChoices):
        FOUND = "found", _("Found by how members work together")
        FOUNDED = "founded", _("Founded by its members")

    class State(models.TextChoices):
        FOUND = "found", _("Found")
        FADED = "faded", _("No longer found")
        GATHERING = "gathering", _("Gathering members")
        ACTIVE = "active", _("Active")
        VOTING = "voting", _("Voting whether to go on")
        ENDED = "ended", _("Over")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="clusters")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    themes = ArrayField(models.CharField(max_length=40), default=list)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    size = models.PositiveIntegerField(default=0)
    stability = models.FloatField(null=True)
    lacks = models.JSONField(default=dict)
    x = models.FloatField(default=0)
    y = models.FloatField(default=0)
    radius = models.FloatField(default=0)
    found_as = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="founded")
    title = models.CharField(max_length=120, blank=True)
    charter = models.TextField(blank=True)
    charter_html = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    ends_on = models.DateField(null=True)
    vote_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True, editable=False)
    why_ended = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = Clusters.as_manager()

    class Meta:
        ordering = ["-size", "id"]
        indexes = [models.Index(fields=["network", "state", "-size"], name="cluster_in_network")]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="found", state__in=["found", "faded"])
                | Q(origin="founded", state__in=["gathering", "active", "voting", "ended"]) & ~Q(title="")
                & ~Q(charter="") & Q(ends_on__isnull=False),
                name="cluster_state_fits_its_origin",
            )
        ]  # fmt: skip

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def is_founded(self) -> bool:
        return self.origin == self.Origin.FOUNDED

    @property
    def is_alive(self) -> bool:
        return self.state in LIVING


class Lead(models.Model):
    """A person who coordinates a founded cluster, in the name of a member that mandated them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="leads")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cluster", "person"], name="lead_once_per_person")]

    @property
    def scope_id(self) -> UUID:
        return self.cluster.network_id


class ClusterMembers(models.QuerySet["ClusterMember"]):
    def visible_to(self, me: Actor) -> "ClusterMembers":
        """Members of clusters I may see; what is asked or invited for its two sides only."""
        clusters = Cluster.objects.visible_to(me)
        seen = Q(state="member") | Q(organisation__in=voices(me))
        return self.filter(seen | Q(cluster__in=Cluster.objects.manageable_by(me)), cluster__in=clusters)

    def waiting(self) -> "ClusterMembers":
        return self.filter(state__in=["invited", "asked"])


class ClusterMember(models.Model):
    """An organisation in a founded cluster: invited or asking, then a member until it leaves."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ASKED = "asked", _("Asks to join")
        MEMBER = "member", _("In the cluster")
        DECLINED = "declined", _("Said no")
        WITHDRAWN = "withdrawn", _("Taken back")
        LAPSED = "lapsed", _("No answer in time")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="seats")
    state = models.CharField(max_length=10, choices=State.choices)
    message = models.CharField(max_length=500, blank=True)
    due_on = models.DateField()
    reminded_on = models.DateField(null=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = ClusterMembers.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(state__in=["invited", "asked"]), name="seat_waits")]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "organisation"],
                condition=Q(state__in=["invited", "asked", "member"]),
                name="seat_once_per_organisation",
            )
        ]

    @property
    def scope_id(self) -> UUID:
        return self.cluster.network_id


class PlanStep(models.Model):
    """A dated step of a founded cluster's work plan, and who sees to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="plan")
    title = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["due_on", "id"]

    @property
    def scope_id(self) -> UUID:
        return self.cluster.network_id

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on < date.today()


class Ballot(models.Model):
    """The yearly vote of a founded cluster: shall we go on? Numbers are empty until it closes."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Goes on")
        ENDED = "ended", _("Ends")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="ballots")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    closes_on = models.DateField()
    voters = ArrayField(models.UUIDField())
    quorum = models.PositiveIntegerField()
    yes = models.PositiveIntegerField(null=True)
    no = models.PositiveIntegerField(null=True)
    abstain = models.PositiveIntegerField(null=True)
    reminded_on = models.DateField(null=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["cluster"], condition=Q(state="open"), name="ballot_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", yes=None, no=None, abstain=None)
                | ~Q(state="open") & Q(yes__isnull=False, no__isnull=False, abstain__isnull=False),
                name="ballot_counted_when_closed",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.cluster.network_id


class Vote(models.Model):
    """What one member organisation says in a ballot; it may change its mind until the ballot closes."""

    class Says(models.TextChoices):
        YES = "yes", _("Go on")
        NO = "no", _("End it")
        ABSTAIN = "abstain", _("No preference")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="votes")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    says = models.CharField(max_length=7, choices=Says.choices)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ballot", "organisation"], name="vote_once_per_organisation")]

    @property
    def scope_id(self) -> UUID:
        return self.ballot.cluster.network_id


class Placement(models.Model):
    """Where the picture puts a member, and the found cluster it is in, if that one is stable. Written by the job."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="placements")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="placements")
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="placements")
    x = models.FloatField()
    y = models.FloatField()

    class Meta:
        ordering = ["network", "id"]
        indexes = [models.Index(fields=["cluster", "organisation"], name="placement_in_cluster")]
        constraints = [models.UniqueConstraint(fields=["network", "organisation"], name="placement_once")]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


__all__ = [
    "BALLOT_STEPS",
    "CLUSTER_STEPS",
    "LIVING",
    "SEAT_STEPS",
    "Ballot",
    "Cluster",
    "ClusterMember",
    "ClusterMembers",
    "Clusters",
    "Lead",
    "Placement",
    "PlanStep",
    "Vote",
]  # fmt: skip
