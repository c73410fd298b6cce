"""Letters about discussions: a digest for those who took part, a word to whoever was hidden."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import tell_all
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.learning.models import Facilitation, Post


def posted(*, by: Actor, result: Post) -> None:
    """Those who wrote in this discussion before, and facilitators; by their wish daily, weekly, at once or never."""
    if by.is_machine or hasattr(result, "is_there"):
        return
    wrote = Post.objects.filter(run=result.run, node=result.node, person__isnull=False).values("person")
    teach = Facilitation.objects.filter(run=result.run).values("person")
    people = Person.objects.filter(Q(pk__in=wrote) | Q(pk__in=teach))
    people = people.exclude(pk=result.person_id) if result.person_id else people
    tell_all(
        people=list(people[:300]), kind="learning.talk", title=_("New in a discussion of %(run)s"), text="%(words)s",
        facts={"run": result.run.title, "words": result.text[:300]},
        address=f"{to('learning:lesson', result.run_id, result.node)}#post-{result.pk}", action=_("Read on"),
    )  # fmt: skip


def hidden(*, by: Actor, result: Post) -> None:
    if result.person is None or result.person_id == by.person:
        return
    tell_all(
        people=[result.person], kind="learning.talk",
        title=_("A facilitator has hidden what you wrote in %(run)s"), text=_("The reason: %(why)s"),
        facts={"run": result.run.title, "why": result.hidden_why},
        address=to("learning:lesson", result.run_id, result.node), action=_("Open the discussion"),
    )  # fmt: skip
