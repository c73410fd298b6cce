"""Files that are being taken over as courses: the report stays, and so does the original."""

from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload, Work
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.learning.models.courses import Course, speaking
from koinon.network.models import Network, Organisation

IMPORT_STEPS = steps(
    waiting="read refused unpacked dropped", read="taken dropped", refused="dropped", taken="", unpacked="", dropped=""
)


class CourseImports(models.QuerySet["CourseImport"]):
    def manageable_by(self, me: Actor) -> "CourseImports":
        return self.filter(organisation__in=speaking(me))

    def visible_to(self, me: Actor) -> "CourseImports":
        return self.manageable_by(me)


class CourseImport(models.Model):
    """A file: read, reported item by item, then taken as a new course, or its questions into the bank.

    `report` is queries.imports.kept(report); `batch` the archive of files that it came out of; `questions` how many
    of its questions the bank has now.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being read")
        READ = "read", _("Read: please look at the report")
        REFUSED = "refused", _("Cannot be taken over")
        TAKEN = "taken", _("Taken over")
        UNPACKED = "unpacked", _("Unpacked: each file in it has a line of its own")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="course_imports")
    network = models.ForeignKey(Network, null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    upload = models.ForeignKey(Upload, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    format = models.CharField(max_length=30, blank=True)
    report = models.JSONField(default=dict)
    work = models.ForeignKey(Work, null=True, on_delete=models.SET_NULL, related_name="+")
    course = models.ForeignKey(Course, null=True, on_delete=models.SET_NULL, related_name="imports")
    questions = models.PositiveIntegerField(default=0)
    batch = models.UUIDField(null=True)
    moved_at = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(auto_now_add=True)

    objects = CourseImports.as_manager()

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id
