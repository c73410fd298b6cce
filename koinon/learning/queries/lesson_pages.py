"""What the page of one part of a course needs, whatever its kind; for its learner, or for who teaches and looks on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.accounts.queries import names_for
from koinon.kit import doors
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import own_name
from koinon.learning.actions.evidence import asks_of
from koinon.learning.engine import grading
from koinon.learning.models import (
    Answered,
    Attempt,
    Attendance,
    Enrolment,
    Evidence,
    Facilitation,
    Happening,
    NodeKind,
    Post,
    Run,
    Session,
    Version,
)
from koinon.learning.queries import lessons, questions_shown
from koinon.learning.queries.my_learning import Row, Walk, outcomes_of, walk
from koinon.learning.queries.people import teachers_of
from koinon.learning.queries.questions_shown import Telling
from koinon.learning.queries.quizzes import Asked, asked_at

OPENED = ("page", "media", "file", "link", "section")
"""Kinds that are done by opening them."""
PARTS = {
    "quiz": "learning/learn_quiz.html", "task": "learning/learn_task.html", "survey": "learning/learn_survey.html",
    "discussion": "learning/learn_talk.html", "session": "learning/learn_session.html",
    "package": "learning/play_frame.html",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How the reader stands to a run: as a learner (`enrolment`), else as somebody who looks on.

    `place(node key)`, `file(asset key)` and `home` (the whole course) give addresses where they are not the learner's.
    """

    me: Actor
    run: Run
    enrolment: Enrolment | None = None
    place: Callable[[str], str] | None = None
    file: Callable[[str], str] | None = None
    home: str = ""

    @property
    def works(self) -> bool:
        """May write: answers, evidence, contributions."""
        return self.run.state in ("open", "running")

    def languages(self, chosen: str = "") -> tuple[str, ...]:
        """Reading languages in order; the chosen one first when the course has it."""
        mine = self.enrolment.language if self.enrolment else self.me.language
        offered = {*self.run.version.languages, self.run.version.language}
        first = [chosen] if chosen in offered else []
        return tuple(dict.fromkeys([*first, mine, self.me.language, self.run.version.language]))


def standing(me: Actor, run: str | UUID) -> Standing:
    """As learner, or as somebody who teaches; anybody else finds nothing there. One query for learners, else two."""
    rows = Enrolment.objects.learning().filter(run=UUID(str(run)), person=me.person)
    related = ("version", "course", "organisation")
    found = rows.select_related(*(f"run__{name}" for name in related)).first() if me.is_known else None
    if found is not None:
        return Standing(me, found.run, found)
    return Standing(me, doors.fetch(Run.objects.taught_by(me).select_related(*related), pk=run), None)


def preview(
    me: Actor, version: Version, place: Callable[[str], str], file: Callable[[str], str], home: str = ""
) -> Standing:
    """For who writes: a version as its learners will see it, in no run at all; nothing is written anywhere."""
    course, today = version.course, date.today()
    run = Run(
        course=course, version=version, organisation=course.organisation, title=course.title,
        languages=version.languages, starts_on=today, ends_on=today,
    )  # fmt: skip
    return Standing(me, run, None, place, file, home)


def run_page(where: Standing, chosen: str = "") -> dict[str, Any]:
    """The page of a run: outline, next step, who teaches, what was announced, what is coming."""
    outcomes = outcomes_of(where.enrolment) if where.enrolment else {}
    coming = Session.objects.filter(run=where.run).order_by("starts_at")
    way = walk(where.run, where.languages(chosen), where.enrolment, outcomes=outcomes, sessions=coming)
    title, language = _course_words(where, chosen, "title")
    summary, said_in = _course_words(where, chosen, "summary")
    return {
        "run": where.run, "enrolment": where.enrolment, "walk": way, "title": title, "title_language": language,
        "summary": summary, "summary_language": said_in, "chosen": chosen,
        "teachers": [name or _("A facilitator") for name in teachers_of(where.run, where.me, is_inside=True)],
        "announcements": list(where.run.announcements.order_by("-id")[:5]),
        "languages": [(code, own_name(code)) for code in where.run.languages],
        "is_preview": where.enrolment is None,
    }  # fmt: skip


def lesson_page(where: Standing, key: str | UUID, *, chosen: str = "", light: bool = False) -> dict[str, Any]:
    """The page of one part; 404 for what is not there or hidden."""
    languages = where.languages(chosen)
    way = walk(where.run, languages, where.enrolment, place=where.place)
    row = next((each for each in way.rows if each.node.key == str(key)), None)
    if row is None:
        raise Http404(_("This page does not exist, or it is not yours to see."))
    address = where.file or lessons.file_address(where.run.pk)
    place = where.place or lessons.place_address(where.run.pk, way.tree)
    said = lessons.said_of(way.tree, row.node, languages, where.run.course, address, place, light)
    before, after = way.beside(row.node.key)
    run_url = "" if where.place else to("learning:my_run", where.run.pk)
    return {
        "run": where.run, "enrolment": where.enrolment, "walk": way, "row": row, "said": said, "before": before,
        "after": after, "light": light, "chosen": chosen if chosen in languages else "", "reading": languages[0],
        "languages": [(code, own_name(code)) for code in said.languages], "is_preview": where.enrolment is None,
        "works": where.works and where.enrolment is not None, "kind": row.node.kind,
        "kind_name": NodeKind(row.node.kind).label, "is_opened": row.node.kind in OPENED,
        "run_url": run_url, "home_url": run_url or where.home,
        "link_url": _safe(row.node.settings.get("url")), "part_template": PARTS.get(row.node.kind, ""),
        "asks_for_opening": row.node.kind in OPENED or "viewed" in row.node.rule,
    }  # fmt: skip


def lesson_address(run: UUID | str, node: UUID | str) -> str:
    return to("learning:lesson", UUID(str(run)), UUID(str(node)))


def _course_words(where: Standing, chosen: str, name: str) -> tuple[str, str]:
    texts = where.run.version.texts or {}
    for language in (*where.languages(chosen), *texts):
        if texts.get(language, {}).get(name):
            return str(texts[language][name]), language
    return (where.run.title, "") if name == "title" else ("", "")


def _safe(url: Any) -> str:
    """An address that a page may link to."""
    return url if isinstance(url, str) and re.match(r"https?://[^\s]+$", url) else ""


def sections_below(way: Walk, row: Row) -> list[Row]:
    """What stands directly below a section."""
    return [each for each in way.rows if each.node.parent == row.node.key]


def quiz_part(where: Standing, page: dict[str, Any], number: str = "") -> dict[str, Any]:
    """A quiz: the try that is open, or what was tried and what comes next. `number`: the try to look back at."""
    row, said = page["row"], page["said"]
    asked = asked_at(where.run.version, row.node.key)
    tries = list(Attempt.objects.filter(enrolment=where.enrolment, node=row.node.key)) if where.enrolment else []
    tries.sort(key=lambda each: each.number)
    open_ = next((each for each in tries if each.state == "open"), None)
    closed = [each for each in tries if each.state != "open"]
    looked_at = next((each for each in closed if str(each.number) == number), closed[-1] if closed else None)
    left = max(0, asked.limit - len(tries)) if asked.limit else None
    context: dict[str, Any] = {
        "asked": asked, "tries": closed, "open": open_, "left": left, "looked_at": None if open_ else looked_at,
        "may_begin": page["works"] and open_ is None and left != 0,
        "total_points": sum(question.points for question in asked.questions),
    }  # fmt: skip
    shown = open_ or looked_at
    if shown is None and where.enrolment is not None:
        return context
    shows = _pictures(where, asked, page["reading"])
    telling = _telling(asked, shown, left, row) if open_ is None and shown is not None else Telling()
    questions = _ordered(asked, shown.seed if shown else "")
    languages = (shown.language,) if shown is not None else ()
    context["questions"] = questions_shown.asking(
        questions, (*languages, page["reading"], said.language, where.run.version.language), shows,
        seed=shown.seed if shown else "", answers=shown.answers if shown else {}, telling=telling,
    )  # fmt: skip
    context["tells"] = telling.says_right
    return context


def survey_part(where: Standing, page: dict[str, Any], answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """A survey: its questions, or thanks."""
    asked = asked_at(where.run.version, page["row"].node.key, ("survey",))
    rows = Happening.objects.filter(enrolment=where.enrolment, node=page["row"].node.key, kind="answered")
    has_answered = where.enrolment is not None and rows.exists()
    shows = _pictures(where, asked, page["reading"])
    languages = (page["reading"], where.run.version.language)
    shown = questions_shown.asking(asked.questions, languages, shows, answers=answers, seed="survey")
    return {"asked": asked, "questions": shown, "has_answered": has_answered}


def task_part(where: Standing, page: dict[str, Any]) -> dict[str, Any]:
    """A practice task: what is asked, by what it is looked at, what was shown and what came back."""
    node, texts = page["row"].node, page["said"].texts
    evidence = Evidence.objects.filter(enrolment=where.enrolment, node=node.key).first() if where.enrolment else None
    files = list(evidence.files.select_related("upload")) if evidence else []
    points = evidence.points if evidence else {}
    rubric = [
        {
            "words": texts.get(f"{each['key']}.text") or texts.get(f"rubric.{each['key']}") or _("The whole"),
            "good": texts.get(f"{each['key']}.good") or texts.get(f"rubric.{each['key']}.good") or "",
            "points": each.get("points"), "given": points.get(each["key"]),
        }
        for each in node.settings.get("rubric") or [] if isinstance(each, dict) and each.get("key")
    ]  # fmt: skip
    may_hand_in = page["works"] and (evidence is None or evidence.state != "accepted")
    return {
        "asks": asks_of(node), "evidence": evidence, "files": files, "rubric": rubric, "may_hand_in": may_hand_in,
        "is_again": evidence is not None and evidence.state == "returned",
    }  # fmt: skip


def talk_part(where: Standing, page: dict[str, Any]) -> dict[str, Any]:
    """A discussion as threads of two levels; what is hidden keeps its place, facilitators still read it."""
    rows = list(Post.objects.filter(run=where.run, node=page["row"].node.key).select_related("person").order_by("id"))
    people = {row.person_id: row.person for row in rows if row.person}
    names = names_for(me=where.me, people=list(people.values()), are_mates=True) if people else {}
    teach = set(Facilitation.objects.filter(run=where.run).values_list("person", flat=True))
    below: dict[UUID, list[dict[str, Any]]] = {}
    tops = []
    for row in rows:
        shown = _post(where, row, names, teach)
        if row.answers_id:
            below.setdefault(row.answers_id, []).append(shown)
        else:
            tops.append(shown | {"answers": below.setdefault(row.pk, [])})
    written = sum(row.person_id == where.me.person for row in rows)
    return {"posts": tops, "may_speak": where.works, "teaches": where.enrolment is None, "written": written}


def session_part(where: Standing, page: dict[str, Any]) -> dict[str, Any]:
    """Meetings of the cohort at this part, and whether the learner was there."""
    rows = list(Session.objects.filter(run=where.run, node=page["row"].node.key).order_by("starts_at"))
    there: dict[UUID, bool] = {}
    if where.enrolment is not None:
        mine = Attendance.objects.filter(enrolment=where.enrolment, session__in=rows)
        there = dict(mine.values_list("session", "is_there"))
    shown = [
        {
            "row": row, "was_there": there.get(row.pk),
            "is_one_day": localtime(row.starts_at).date() == localtime(row.ends_at).date(),
        }
        for row in rows
    ]  # fmt: skip
    return {"sessions": shown}


def _post(where: Standing, row: Post, names: dict[Any, str], teach: set[Any]) -> dict[str, Any]:
    person: Person | None = row.person
    name = (names.get(person.pk) or _("A participant")) if person else ""
    return {
        "row": row, "name": name, "is_mine": person is not None and person.pk == where.me.person,
        "is_teacher": row.person_id in teach, "is_gone": not row.text,
        "is_hidden": bool(row.hidden_why), "answers": [],
    }  # fmt: skip


def _ordered(asked: Asked, seed: str) -> list[Any]:
    """Questions by stable keys and the seed of the attempt alone, when the quiz shuffles."""
    if not asked.node.settings.get("shuffles") or not seed:
        return list(asked.questions)
    by_key = {question.key: question for question in asked.questions}
    return [by_key[key] for key in grading.ordered(by_key, seed)]


def _telling(asked: Asked, attempt: Attempt, left: int | None, row: Row) -> Telling:
    """What the quiz lets the learner see of a try that was handed in."""
    is_last = left == 0 or row.state == "done"
    says = asked.review == "each" or (asked.review == "last" and is_last)
    advice = {
        str(key): words
        for key, words in Answered.objects.filter(attempt=attempt)
        .exclude(feedback="")
        .values_list("question", "feedback")
    }
    return Telling(attempt.marks, advice, says_right=says, says_solution=says and is_last)


def _pictures(where: Standing, asked: Asked, language: str) -> questions_shown.Shows:
    keys = questions_shown.assets_of(asked.questions)
    return lessons.shows_of(
        where.run.course, keys, (language, where.run.course.language),
        where.file or lessons.file_address(where.run.pk),
    )  # fmt: skip
