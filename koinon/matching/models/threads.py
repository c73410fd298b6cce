"""What two organisations write to each other, and who may read it: whoever speaks for one of the two today."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models.introductions import Introduction
from koinon.matching.models.listings import voices
from koinon.matching.models.replies import Reply
from koinon.network.models import Network, Organisation


class Threads(models.QuerySet["Thread"]):
    def visible_to(self, me: Actor) -> "Threads":
        """For those who speak for one of the two today: a former representative loses it, the successor finds it."""
        ours = voices(me)
        return self.filter(Q(one__in=ours) | Q(other__in=ours))


class Thread(models.Model):
    """A conversation between two organisations, opened by a connection or by a question about a reply."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="threads")
    one = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    introduction = models.OneToOneField(Introduction, null=True, on_delete=models.CASCADE, related_name="thread")
    reply = models.OneToOneField(Reply, null=True, on_delete=models.CASCADE, related_name="thread")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Threads.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(one=F("other")), name="thread_between_two"),
            models.CheckConstraint(condition=Q(introduction=None) ^ Q(reply=None), name="thread_is_about_one_thing"),
        ]
        indexes = [
            models.Index(fields=["one", "-id"], name="thread_of_one"),
            models.Index(fields=["other", "-id"], name="thread_of_other"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def sides(self) -> tuple[UUID, UUID]:
        return self.one_id, self.other_id

    def far_side(self, side: UUID) -> Organisation:
        return self.other if side == self.one_id else self.one


MESSAGE_STEPS = steps(held="posted dropped")


class Messages(models.QuerySet["Message"]):
    def visible_to(self, me: Actor) -> "Messages":
        """What is posted, for both sides; what is held, only for the person in whose name it came."""
        ours = voices(me)
        posted = (Q(thread__one__in=ours) | Q(thread__other__in=ours)) & Q(state="posted")
        return self.filter(posted | Q(state="held", person=me.person, organisation__in=ours))


class Message(models.Model):
    """Plain words of one person for one organisation; `html` is made when it is written."""

    class State(models.TextChoices):
        POSTED = "posted", _("Posted")
        HELD = "held", _("Waits for you to confirm it")
        DROPPED = "dropped", _("Not posted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.POSTED)
    text = models.TextField()
    html = models.TextField()
    language = models.CharField(max_length=8)
    upload = models.ForeignKey(Upload, null=True, on_delete=models.SET_NULL, related_name="+")
    is_mail = models.BooleanField(default=False)
    came_from = models.CharField(max_length=254, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Messages.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["thread", "id"], name="message_in_thread")]

    @property
    def scope_id(self) -> UUID:
        return self.thread.network_id
