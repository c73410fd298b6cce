"""Discussion in a cohort: write, answer, take back one's own, hide with a reason."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.learning.actions import progress
from koinon.learning.models import Enrolment, Post, Run
from koinon.learning.notices import talk as notices
from koinon.learning.queries.trees import tree_of
from koinon.learning.rules import learning as rules

TEXT, WHY = 8_000, 300
NOT_HERE = gettext_lazy("Only learners and facilitators of this course write here, while it is running.")


@verb("learning.posted", rule=rules.speaks, refusal=NOT_HERE, then=notices.posted)
def post(
    *, by: Actor, run: Run, node: UUID | str, text: str, answers: Post | None = None, language: str = "",
    enrolment: Enrolment | None = None,
) -> Post:  # fmt: skip
    """Say something, or answer what somebody said. Counts for the learner who wrote it (`enrolment`: for the demo).

    The same once more is the contribution that is there (`is_there`): of two clicks one counts.
    """
    found = tree_of(run.version).node(node)
    if found is None or found.kind != "discussion":
        raise ValidationError(_("There is no discussion here."))
    said = prose.clean(text)[:TEXT]
    if not said:
        raise ValidationError({"text": [_("Please write a few words.")]})
    if answers is not None and (answers.run_id != run.pk or str(answers.node) != found.key):
        raise ValidationError(_("There is no such contribution here."))
    mine = enrolment or Enrolment.objects.learning().filter(run=run, person=by.person).first()
    top = answers.answers if answers is not None and answers.answers_id else answers
    person = mine.person_id if mine else by.person
    there = _last(run, found.key, person)
    if there is not None and there.text == said and there.answers_id == (top.pk if top else None):
        there.is_there = True  # type: ignore[attr-defined]  # for the notice: it was told
        return there
    made = Post.objects.create(
        run=run, node=UUID(found.key), person_id=person, answers=top, text=said,
        text_html=prose.html_of(said), language=language or (mine.language if mine else by.language),
    )  # fmt: skip
    if mine is not None:
        data = {"post": str(made.pk)}
        progress.write(mine, [progress.happening(by, mine, found.key, "posted", data)])
    return made


def _last(run: Run, node: str, person: UUID | None) -> Post | None:
    """The latest contribution of somebody to a discussion; whoever writes there twice at once waits here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"post:{run.pk}:{node}:{person}"])
    return Post.objects.filter(run=run, node=node, person=person).order_by("-id").first() if person else None


@verb("learning.post_taken_back", rule=rules.wrote, refusal=gettext_lazy("Only who wrote it may take it back."))
def take_back(*, by: Actor, post: Post) -> Post:
    """One's own words go; answers of others stay below an empty place. That one took part still counts."""
    post.text, post.text_html, post.person = "", "", None
    post.save(update_fields=["text", "text_html", "person"])
    return post


@verb(
    "learning.post_hidden", rule=rules.keeps_order, refusal=gettext_lazy("Only facilitators may hide what was said."),
    then=notices.hidden,
)  # fmt: skip
def hide(*, by: Actor, post: Post, why: str) -> Post:
    """Out of sight for the cohort, with a reason; whoever wrote it is told, and facilitators still read it."""
    reason = prose.line(why)[:WHY]
    if not reason:
        raise ValidationError({"why": [_("Please write a few words.")]})
    post.hidden_why, post.hidden_by_id = reason, by.person
    post.save(update_fields=["hidden_why", "hidden_by"])
    return post


@verb("learning.post_shown", rule=rules.keeps_order, refusal=gettext_lazy("Only facilitators may hide what was said."))
def show(*, by: Actor, post: Post) -> Post:
    """Back in sight: hiding was a mistake."""
    post.hidden_why, post.hidden_by = "", None
    post.save(update_fields=["hidden_why", "hidden_by"])
    return post
