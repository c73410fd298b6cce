"""What facilitators tell the whole cohort, and the reminders that the clock sends."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.models import Announcement, Enrolment, Run
from koinon.learning.notices import teaching as notices
from koinon.learning.rules import runs as rules
from koinon.learning.rules import teaching

NOT_YOURS = gettext_lazy("Only those who teach here may do this.")
TITLE, TEXT = 160, 10_000


@verb("learning.announced", rule=rules.may_teach, refusal=NOT_YOURS, then=notices.announced)
def announce(*, by: Actor, run: Run, title: str, text: str, language: str) -> Announcement:
    """A message to everybody who learns here: on the page of the run, and by e-mail as each of them wants it."""
    said, words = prose.line(title)[:TITLE], prose.clean(text)[:TEXT]
    if not said:
        raise ValidationError({"title": [_("Please write a few words.")]})
    if not words:
        raise ValidationError({"text": [_("Please write a few words.")]})
    return Announcement.objects.create(
        run=run, person_id=by.person, title=said, text=words, text_html=prose.html_of(words), language=language[:8]
    )


@verb("learning.announcement_taken_back", rule=teaching.may_unsay, refusal=NOT_YOURS)
def take_back(*, by: Actor, announcement: Announcement) -> Run:
    """It stands on the page no more; letters that left stay where they are."""
    run = announcement.run
    announcement.delete()
    return run


@verb("learning.nudged", rule=only_machine, then=notices.stuck)
def nudge(*, by: Actor, enrolment: Enrolment) -> Enrolment:
    """A week without a step: the learner reads where they stand; not more than once in two weeks."""
    moved = Enrolment.objects.filter(pk=enrolment.pk, state="enrolled", nudged_on=enrolment.nudged_on)
    if not moved.update(nudged_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return enrolment


@verb("learning.end_told", rule=only_machine, then=notices.ends_soon)
def tell_end(*, by: Actor, run: Run) -> Run:
    """A week before its last day: those who have not finished hear of it once."""
    if not Run.objects.filter(pk=run.pk, reminded_on=None).update(reminded_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return run


@verb("learning.place_asked_again", rule=only_machine, then=notices.asked_again)
def remind_asked(*, by: Actor, enrolment: Enrolment) -> Enrolment:
    """The day for an answer has come and there is none: who teaches hears of it once more."""
    rows = Enrolment.objects.filter(pk=enrolment.pk, state="asked", nudged_on=None)
    if not rows.update(nudged_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return enrolment
