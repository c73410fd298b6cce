"""Where somebody stands on the way to a grant: derived from rows by one function, one sentence for both readers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koinon.learning.models import Enrolment, Evidence
from koinon.programmes.models import Practice, Programme, Qualification


@dataclass(frozen=True)
class Step:
    """One thing that is asked for: in words, how much of it is there, what is still to do ("" when it is done)."""

    title: str
    done: int
    needed: int
    to_do: str

    @property
    def is_done(self) -> bool:
        return self.done >= self.needed


@dataclass(frozen=True)
class Standing:
    """All that a programme asks for, as it stands today."""

    steps: tuple[Step, ...]

    @property
    def is_ready(self) -> bool:
        return all(step.is_done for step in self.steps)

    @property
    def sentence(self) -> str:
        """What is missing, or that nothing is."""
        missing = [step.to_do for step in self.steps if not step.is_done]
        return " ".join(missing) or _("Everything is there. Whoever runs the programme gives the grant.")


def standings(rows: Sequence[Qualification]) -> dict[object, Standing]:
    """Standings of people in one programme or several. Three queries, whatever the number of rows."""
    people = {row.person_id for row in rows}
    courses = {row.programme.course_id for row in rows if row.programme.course_id}
    mine = Q(person__in=people, run__course__in=courses)
    finished = set(Enrolment.objects.filter(mine, state="finished").values_list("person", "run__course"))
    accepted = Evidence.objects.filter(
        state="accepted", enrolment__person__in=people, enrolment__run__course__in=courses
    ).order_by()
    named = accepted.values_list("enrolment__person", "enrolment__run__course").annotate(number=Count("pk"))
    evidence = {(person, course): number for person, course, number in named}
    seen = Practice.objects.filter(qualification__in=rows, counts=True).order_by()
    practice = dict(seen.values_list("qualification").annotate(number=Count("pk")))
    return {
        row.pk: stand(
            row.programme, (row.person_id, row.programme.course_id) in finished,
            evidence.get((row.person_id, row.programme.course_id), 0), practice.get(row.pk, 0),
        )
        for row in rows
    }  # fmt: skip


def standing(row: Qualification) -> Standing:
    """The same for one."""
    return standings([row])[row.pk]


def stand(programme: Programme, has_finished: bool, evidence: int, practice: int) -> Standing:
    """The rule: the course finished, so much evidence accepted in it, so many sessions observed that count."""
    steps = []
    if programme.course_id:
        title = str(programme.course.title) if programme.course else ""
        steps.append(
            Step(_("The course"), int(has_finished), 1, _("Finish the course “%(title)s”.") % {"title": title})
        )
        if programme.evidence_needed:
            lacking = max(programme.evidence_needed - evidence, 0)
            words = ngettext(
                "Have %(number)s more practice task of the course accepted.",
                "Have %(number)s more practice tasks of the course accepted.",
                lacking,
            )
            steps.append(
                Step(_("Evidence of practice"), evidence, programme.evidence_needed, words % {"number": lacking})
            )
    if programme.practice_needed:
        lacking = max(programme.practice_needed - practice, 0)
        words = ngettext(
            "Lead %(number)s more session that somebody observes.",
            "Lead %(number)s more sessions that somebody observes.",
            lacking,
        )
        steps.append(Step(_("Observed practice"), practice, programme.practice_needed, words % {"number": lacking}))
    return Standing(tuple(steps))
