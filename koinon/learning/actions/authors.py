"""Who writes, reviews and translates a course; and what people who copied it propose to its authors."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning import rules
from koinon.learning.actions.courses import NOT_YOURS
from koinon.learning.actions.drafts import held
from koinon.learning.models import PROPOSAL_STEPS, Authorship, Course, Node, Proposal, Text, Version
from koinon.learning.notices import authoring as notices

PATIENCE = timedelta(days=21)
WHY = 500
NOT_COPY = gettext_lazy("Only who writes the copy may propose something to its authors.")


@verb("learning.author_named", rule=rules.may_write, refusal=NOT_YOURS, then=notices.invited)
def name(*, by: Actor, course: Course, email: str, role: str, languages: Sequence[str] = ()) -> Authorship:
    """Ask somebody who has an account here, by their address, to write, review or translate."""
    if role not in Authorship.Role.values:
        raise ValidationError({"role": [_("Please choose one of the list.")]})
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise ValidationError({"email": [_("Nobody here has this address. They need an account first.")]})
    row, is_new = Authorship.objects.get_or_create(
        course=course, person=person, role=role, defaults={"languages": list(languages)}
    )
    if not is_new and list(languages) == row.languages:
        raise ValidationError({"email": [_("This person already does this.")]})
    row.languages = list(languages)
    row.save(update_fields=["languages"])
    return row


@verb("learning.author_removed", rule=rules.may_write, refusal=NOT_YOURS)
def remove(*, by: Actor, course: Course, authorship: Authorship) -> Course:
    """Somebody stops; what they wrote stays."""
    if authorship.course_id != course.pk:
        raise ValidationError(_("Please choose one of the list."))
    authorship.delete()
    return course


@verb("learning.proposal_sent", rule=rules.may_write_node, refusal=NOT_COPY, then=notices.proposed)
def propose(*, by: Actor, node: Node, why: str) -> Proposal:
    """A page of a copy, as it is now, to the authors of the course that it was copied from."""
    copy, said = node.version.course, prose.line(why)[:WHY]
    if not said:
        raise ValidationError({"why": [_("Please write a few words.")]})
    source = _source_of(node)
    text = node.texts.filter(language=node.version.language).first()
    if source is None or text is None:
        raise ValidationError(_("This part is not in the course that yours was copied from."))
    theirs = source.texts.filter(language=text.language).first()
    if theirs is not None and theirs.said == text.said:
        raise ValidationError(_("You have changed nothing here."))
    if Proposal.objects.filter(of=source, person=by.person, state="sent").exists():
        raise ValidationError(_("Your last proposal for this part still waits for an answer."))
    assert copy.forked_from is not None
    return Proposal.objects.create(
        course=copy.forked_from.course, of=source, language=text.language, said=text.said, why=said,
        person_id=by.person, due_on=date.today() + PATIENCE,
    )  # fmt: skip


@verb("learning.proposal_taken", rule=rules.may_answer_proposal, refusal=NOT_YOURS, then=notices.answered)
def take(*, by: Actor, proposal: Proposal, answer: str = "") -> Proposal:
    """Into the draft, over what stands there; files that are not ours are named in the check list."""
    version = held(proposal.course)
    node = Node.objects.filter(version=version, key=proposal.of.key).first()
    if node is None:
        raise ValidationError(_("The part it is about is not in the draft any more."))
    text, _is_new = Text.objects.select_for_update().get_or_create(node=node, language=proposal.language)
    text.said, text.state, text.engine = proposal.said, Text.State.REVIEWED, ""
    text.changes += 1
    text.save()
    PROPOSAL_STEPS.move(proposal, "taken", answer=prose.line(answer)[:WHY])
    return proposal


@verb("learning.proposal_declined", rule=rules.may_answer_proposal, refusal=NOT_YOURS, then=notices.answered)
def decline(*, by: Actor, proposal: Proposal, answer: str) -> Proposal:
    """With thanks, and a sentence why."""
    said = prose.line(answer)[:WHY]
    if not said:
        raise ValidationError({"answer": [_("Please write a few words.")]})
    PROPOSAL_STEPS.move(proposal, "declined", answer=said)
    return proposal


@verb("learning.review_reminded", rule=only_machine, then=notices.review_due)
def remind(*, by: Actor, version: Version) -> Version:
    """The day has come and nobody has looked: reviewers hear of it once more, and have three days."""
    changed = Version.objects.filter(pk=version.pk, state="review", due_on=version.due_on)
    if not changed.update(due_on=date.today() + timedelta(days=3)):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return version


def _source_of(node: Node) -> Node | None:
    """The same part in the newest version of the course that this one was copied from."""
    origin = node.version.course.forked_from
    if origin is None:
        return None
    rows = Node.objects.filter(version__course=origin.course_id, version__published_at__isnull=False, key=node.key)
    return rows.order_by("-version__number").first()


def forget_author(person: Person) -> None:
    """No verb of its own: it is a part of `accounts.forgotten`. What was written is the course's and stays."""
    Authorship.objects.filter(person=person).delete()
    Text.objects.filter(translator=person).update(translator=None)
    Proposal.objects.filter(person=person).update(person=None)
    Version.objects.filter(published_by=person).update(published_by=None)
