"""The demo's cohorts: one that learns now, one that people may join, one that has ended with badges."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from koinon.accounts import demo
from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.learning.actions import (
    announcing,
    attempts,
    cards,
    enrolled,
    enrolments,
    evidence,
    marking,
    runs,
    sessions,
    talk,
)
from koinon.learning.clock import badges
from koinon.learning.demo import answers, files, past, people
from koinon.learning.models import Announcement, Attempt, Course, Enrolment, Evidence, Post, Run
from koinon.learning.queries.trees import questions_of, tree_of
from koinon.network.models import Network, Organisation

Told = Mapping[str, Any]
TALKS = {"reading-a-city-budget": "surprise", "networking-for-hubs": "lines"}
TASKS = {"reading-a-city-budget": "figures", "networking-for-hubs": "write"}
"""course -> name of its discussion, of its practice task."""


def load(*, by: Actor, known: Mapping[str, Person]) -> int:
    """Runs of runs.toml that are not there yet; gives how many learners they have."""
    there = set(Run.objects.filter(is_demo=True).values_list("title", flat=True))
    courses = {row.slug: row for row in Course.objects.filter(is_demo=True, is_published=True)}
    return sum(_run(by, courses[row["course"]], known, row) for row in _told() if _is_new(row, there, courses))


def _told() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = people.told()["run"]
    return rows


def _is_new(row: Told, there: set[str], courses: Mapping[str, Course]) -> bool:
    return row["title"] not in there and row["course"] in courses


def _run(by: Actor, course: Course, known: Mapping[str, Person], row: Told) -> int:
    today = date.today()
    starts, ends = today + row["starts"] * past.DAY, today + row["ends"] * past.DAY
    run = runs.open_run(
        by=by, course=course, version=course.versions.published().latest("number"),
        organisation=Organisation.objects.get(slug=row["organisation"]),
        network=Network.objects.get(slug=row["network"]), title=row["title"], languages=row["languages"],
        starts_on=starts, ends_on=max(ends, today), place=row.get("place", ""), capacity=row["capacity"],
        audience=row["audience"], asks_first=row.get("asks_first", False), lead=known[row["lead"]],
    )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(is_demo=True)
    run.refresh_from_db()
    for person in demo.found(row.get("also", [])).values():
        runs.add_facilitator(by=by, run=run, person=person)
    runs.announce(by=by, run=run)
    if row["state"] != "open":
        runs.start(by=by, run=run)
    diaries = {}
    for learner in row["learner"]:
        name = learner.get("person", learner.get("name"))
        diaries[name] = _learner(by, run, known, learner, row["starts"])
    _together(by, run, known, row, diaries)
    _end(by, run, row, diaries, ends)
    return len(diaries)


def _learner(by: Actor, run: Run, known: Mapping[str, Person], row: Told, starts: int) -> past.Diary:
    """Enrolled, and what they did, in the order in which it was."""
    enrolment = _enrolled(by, run, known, row)
    began = past.ago(max(1, 2 - starts) if starts < 0 else 4)
    past.dated(Enrolment, enrolment, began, "at", "moved_at")
    diary = past.Diary(enrolment)
    if row.get("seen"):
        pages = [(_key(run, name), past.ago(days)) for name, days in row["seen"]]
        past.see(enrolment=enrolment, pages=pages)
        diary.new(past.ago(0))
    for told in row.get("quiz", ()):
        _quiz(by, enrolment, told, diary)
    if "task" in row:
        _task(by, enrolment, row["task"], diary)
    if row.get("help"):
        enrolled.ask_for_help(by=by, enrolment=enrolment)
    return diary


def _enrolled(by: Actor, run: Run, known: Mapping[str, Person], row: Told) -> Enrolment:
    if row.get("how") == "assisted":
        enrolment = cards.assist(by=by, run=run, name=row["name"], language=row["language"], agreed=True)
        cards.make(by=by, enrolment=enrolment)
        Person.objects.filter(pk=enrolment.person_id).update(is_demo=True)
        return enrolment
    person = known[row["person"]]
    how = "self" if row.get("state") == "asked" else "list"
    return enrolments.enrol(by=by, run=run, person=person, how=how, language=person.language)


def _talk(by: Actor, run: Run, lead: Person, row: Told, diaries: Mapping[str, past.Diary]) -> None:
    """What everybody said, the earliest first, so that answers follow."""
    said = [(learner["person"], learner["post"]) for learner in row["learner"] if "post" in learner]
    said += [("", row["post"])] if "post" in row else []
    posts: dict[str, Post] = {}
    for who, told in sorted(said, key=lambda each: -each[1]["days"]):
        mine, at = diaries.get(who), past.ago(told["days"])
        posts[who] = post = talk.post(
            by=by, run=run, node=_key(run, TALKS[run.course.slug]), text=told["text"],
            answers=posts.get(told.get("answers", who)), language=told.get("language", ""),
            enrolment=mine.enrolment if mine else None,
        )  # fmt: skip
        Post.objects.filter(pk=post.pk).update(at=at, person=mine.enrolment.person if mine else lead)
        if mine:
            mine.new(at)


def _quiz(by: Actor, enrolment: Enrolment, told: Told, diary: past.Diary) -> None:
    """One attempt: everything right but what the file names."""
    run = enrolment.run
    key = _key(run, "quiz")
    attempt = attempts.begin(by=by, enrolment=enrolment, node=key)
    slug, at = run.course.slug, past.ago(told["days"])
    missed = {files.key(slug, "question", name) for name in (*told["wrong"], *told.get("also", ()))}
    given = {
        question.key: (answers.wrong if question.key in missed else answers.right)(question, enrolment.language)
        for question in questions_of(tree_of(run.version).rows[key])
    }
    if told.get("open"):
        attempts.save(by=by, attempt=attempt, answers={key: each for key, each in given.items() if key not in missed})
        return
    attempts.hand_in(by=by, attempt=attempt, answers=given)
    past.dated(Attempt, attempt, at, "handed_in_at", "saved_at", "at")
    diary.new(at)


def _task(by: Actor, enrolment: Enrolment, told: Told, diary: past.Diary) -> None:
    """Evidence handed in, and what a facilitator said of it."""
    node = _key(enrolment.run, TASKS[enrolment.run.course.slug])
    shown = evidence.hand_in(by=by, enrolment=enrolment, node=node, text=told["text"])
    at = past.ago(told["days"])
    past.dated(Evidence, shown, at, "at", "moved_at")
    Evidence.objects.filter(pk=shown.pk).update(due_on=(at + evidence.LOOKED_AT_WITHIN).date())
    diary.new(at)
    if "says" in told:
        shown.refresh_from_db()
        said = {name: told[name] for name in ("says", "points", "feedback")}
        marking.look_at(by=by, evidence=shown, **said)
        teacher = enrolment.run.facilitations.filter(is_lead=True).values_list("person", flat=True).first()
        Evidence.objects.filter(pk=shown.pk).update(looked_at_by=teacher)
        past.dated(Evidence, shown, past.ago(told["looked"]), "moved_at")
        diary.new(past.ago(told["looked"]))


def _together(by: Actor, run: Run, known: Mapping[str, Person], row: Told, diaries: Mapping[str, past.Diary]) -> None:
    """Sessions with their rolls, the facilitator's first word, a message to everybody."""
    lead = known[row["lead"]]
    for told in row.get("date", ()):
        _date(by, run, lead, told, diaries)
    _talk(by, run, lead, row, diaries)
    if "announcement" in row:
        said = dict(row["announcement"])
        days = said.pop("days")
        told = announcing.announce(by=by, run=run, **said)
        Announcement.objects.filter(pk=told.pk).update(person=lead, at=past.ago(days))


def _date(by: Actor, run: Run, lead: Person, told: Told, diaries: Mapping[str, past.Diary]) -> None:
    starts = past.ago(-told["days"], told["hour"] - 2)
    minutes = tree_of(run.version).node(_key(run, told["node"])).settings["minutes"]  # type: ignore[union-attr]
    session = sessions.plan(
        by=by, run=run, node=_key(run, told["node"]), title=told["title"], starts_at=starts,
        ends_at=starts + timedelta(minutes=minutes), zone=lead.zone, place=run.place, link=told.get("link", ""),
    )  # fmt: skip
    names = [*told.get("there", ()), *told.get("away", ())]
    if names:
        there = {diaries[name].enrolment.pk: name in told["there"] for name in names}
        sessions.roll(by=by, session=session, there=there)
        for name in names:
            diaries[name].new(starts + timedelta(minutes=minutes))


def _end(by: Actor, run: Run, row: Told, diaries: Mapping[str, past.Diary], ends: date) -> None:
    """Days as they were; badges for those who finished; the run ended."""
    for diary in diaries.values():
        if diary.moments:
            past.date_back(enrolment=diary.enrolment, moments=diary.moments)
        diary.enrolment.refresh_from_db()
        badges.give_for(diary.enrolment)
    if row["state"] == "ended":
        runs.end(by=by, run=run)
        Run.objects.filter(pk=run.pk).update(ends_on=ends)


def _key(run: Run, name: str) -> str:
    return files.key(run.course.slug, name)
