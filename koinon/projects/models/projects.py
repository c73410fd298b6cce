"""Projects: what somebody will do for whom, with a team, a plan in steps, risks and a small budget."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.guarded import Guard
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models import Introduction, voices
from koinon.network.models import Network, Organisation, Place
from koinon.projects.models.money import amount_field

PROJECT_STEPS = steps(
    idea="draft dropped",
    draft="submitted dropped",
    submitted="draft returned approved conditional rejected dropped",
    returned="submitted dropped",
    conditional="approved rejected dropped",
    approved="running dropped",
    running="suspended closing dropped",
    suspended="running dropped",
    closing="running closed dropped",
    closed="archived",
)
"""Of a social action project; `closing`: the reflection is due. Rejected ones keep their feedback."""
WRITABLE = ("idea", "draft", "returned")
"""States in which the team writes the plan."""
UNDER_WAY = ("approved", "running", "suspended", "closing")
SHOWN = ("running", "suspended", "closing", "closed", "archived")
"""States in which the page may be public, if the team wants it."""


class Projects(models.QuerySet["Project"]):
    def visible_to(self, me: Actor) -> "Projects":
        """Public ones for everybody; my team's, those I supervise, judge or coordinate in their state for me."""
        seen = Q(is_public=True, state__in=SHOWN)
        if me.is_known:
            from koinon.projects.models.calls import Juror

            judged = Juror.objects.filter(call=OuterRef("call"), person=me.person)
            beyond_draft = ~Q(state__in=["idea", "draft"])
            seen |= self._mine(me) | Q(supervisor=me.person) & beyond_draft | Q(Exists(judged)) & beyond_draft
            seen |= self._overseen(me) & beyond_draft
        return self.filter(seen)

    def manageable_by(self, me: Actor) -> "Projects":
        """Those whose team I am on."""
        return self.filter(self._mine(me)) if me.is_known else self.none()

    def inside(self, me: Actor) -> "Projects":
        """Those whose work I see from inside: my teams', those I supervise, those whose call I run."""
        if not me.is_known:
            return self.none()
        overseen = self._overseen(me) & ~Q(state__in=["idea", "draft"])
        return self.filter(self._mine(me) | Q(supervisor=me.person) & ~Q(state__in=["idea", "draft"]) | overseen)

    def run_by(self, me: Actor) -> "Projects":
        """Handed in by somebody, in networks that I coordinate or for a call of an organisation that I speak for."""
        return self.filter(self._overseen(me) & ~Q(state__in=["idea", "draft"]))

    @staticmethod
    def _overseen(me: Actor) -> Q:
        return Q(network__in=me.scopes("coordinator")) | Q(call__organisation__in=voices(me))

    @staticmethod
    def _mine(me: Actor) -> Q:
        return Q(Exists(Teammate.objects.filter(project=OuterRef("pk"), person=me.person, state="active")))


class Project(models.Model):
    """A plan and what came of it. The plan's texts: what is wrong, for whom, how we shall know, what came of it."""

    class Kind(models.TextChoices):
        JOINT = "joint", _("Joint project")
        SOCIAL = "social_action", _("Social action project")
        VENTURE = "venture", _("Student venture")
        PILOT = "pilot", _("Pilot")

    class State(models.TextChoices):
        IDEA = "idea", _("Idea")
        DRAFT = "draft", _("Plan in work")
        SUBMITTED = "submitted", _("Before the jury")
        RETURNED = "returned", _("Returned to the team")
        CONDITIONAL = "conditional", _("Approved on conditions")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Not selected")
        RUNNING = "running", _("Being carried out")
        SUSPENDED = "suspended", _("Paused")
        CLOSING = "closing", _("Reflection is due")
        CLOSED = "closed", _("Completed")
        DROPPED = "dropped", _("Given up")
        ARCHIVED = "archived", _("Archived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.SOCIAL)
    state = models.CharField(max_length=12, choices=State.choices, default=State.IDEA)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    nudged_on = models.DateField(null=True, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="projects")
    call = models.ForeignKey("projects.Call", null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    introduction = models.ForeignKey(
        Introduction, null=True, blank=True, on_delete=models.SET_NULL, related_name="projects"
    )
    supervisor = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="supervised")
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=8)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    problem = models.TextField(blank=True)
    people = models.TextField(blank=True)
    partners = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    result = models.TextField(blank=True)
    result_html = models.TextField(blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    conditions_met = models.TextField(blank=True)
    why = models.CharField(max_length=500, blank=True)
    picture = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    picture_alt = models.CharField(max_length=200, blank=True)
    is_public = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Projects.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["network", "state", "-id"], name="project_in_network"),
            models.Index(fields=["call", "state"], name="project_in_call"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_later",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "returned", "conditional", "closing"]) | Q(due_on__isnull=False),
                name="project_wait_has_day",
            ),
            Guard(
                name="project_counts_as_its_call",
                on="INSERT OR UPDATE OF call_id, currency",
                refuse="EXISTS (SELECT FROM projects_call c WHERE c.id = NEW.call_id AND c.currency <> NEW.currency)",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope_id(self) -> UUID:
        return self.network_id


TEAMMATE_STEPS = steps(invited="active declined withdrawn lapsed", active="left", left="active")


class Teammates(models.QuerySet["Teammate"]):
    def manageable_by(self, me: Actor) -> "Teammates":
        """Everybody asked to a team that I am on, and invitations to me."""
        if not me.is_known:
            return self.none()
        return self.filter(Q(project__in=Project.objects.manageable_by(me)) | Q(person=me.person, state="invited"))


class Teammate(models.Model):
    """Somebody on a team, across organisations if they like; a team has one lead."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        MEMBER = "member", _("Member")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("On the team")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")
        LAPSED = "lapsed", _("Not answered in time")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="project_places")
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=8, default="en")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    until = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = Teammates.as_manager()

    class Meta:
        ordering = ["project", "-role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(role="lead", state="active"), name="project_has_one_lead"
            ),
            models.UniqueConstraint(
                fields=["project", "person"], condition=Q(state__in=["invited", "active"]), name="project_member_once"
            ),
            models.UniqueConstraint(
                fields=["project", "email"], condition=Q(state="invited") & ~Q(email=""), name="project_invited_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="invited") | Q(until__isnull=False), name="project_invitation_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(person__isnull=False), name="project_active_is_somebody"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id


class Step(models.Model):
    """A step of the plan: what, who, until when, done when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="plan_steps")
    title = models.CharField(max_length=200)
    who = models.ForeignKey(Teammate, null=True, blank=True, on_delete=models.SET_NULL, related_name="plan_steps")
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["project", "order", "id"]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id


class Risk(models.Model):
    """What could go wrong, and what the team would do then."""

    class Size(models.TextChoices):
        LOW = "low", _("Unlikely")
        MIDDLE = "middle", _("Possible")
        HIGH = "high", _("Likely")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="risks")
    title = models.CharField(max_length=200)
    size = models.CharField(max_length=8, choices=Size.choices, default=Size.MIDDLE)
    answer = models.CharField(max_length=500)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["project", "order", "id"]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id


class BudgetLine(models.Model):
    """Money the plan needs, in the project's currency, and where it comes from."""

    class Source(models.TextChoices):
        GRANT = "grant", _("Small grant")
        OWN = "own", _("Our own means")
        PARTNER = "partner", _("A partner")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="budget")
    title = models.CharField(max_length=200)
    amount = amount_field()
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.GRANT)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["project", "order", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="budget_line_costs_something")]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id
