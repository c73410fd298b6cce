"""A shared draft: how far it is, who wrote what, what is missing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from koinon.accounts import queries as accounts
from koinon.accounts.models import Person
from koinon.kit import questions
from koinon.kit.questions import drafts
from koinon.kit.verbs import Actor
from koinon.network.models import SPEAKS, Application, FormVersion, Network
from koinon.network.queries.admission import explained
from koinon.network.queries.applications import whose_turn
from koinon.network.queries.forms import read_application, reader
from koinon.network.queries.people import speakers_of

FILES = ("file", "signature")


def before_applying(me: Actor, network: Network, version: FormVersion | None) -> dict[str, Any]:
    """What is said before somebody applies: what is asked, which drafts are open, windows and classes. Few queries."""
    schema = version.schema if version else {}
    original = schema.get("language", "en")
    asked = [
        {"title": questions.said(part["titles"], reader(), original), "count": len(part["questions"])}
        for part in schema.get("parts", ())
    ]
    mine = Application.objects.visible_to(me).filter(network=network, state__in=("draft", "returned"))
    mine = mine.filter(organisation__in=[key for role in SPEAKS for key in me.scopes(role)])
    return {
        "version": version,
        "asked": asked,
        "ready": [questions.said(each["labels"], reader(), original) for each in to_have_ready(schema)],
        "minutes": minutes_of(schema),
        "drafts": list(mine.select_related("organisation", "network")),
        "explained": explained(network),
    }


def to_have_ready(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions that ask for a file or a signed letter and must be answered."""
    return [each for _part, each in questions.each(schema) if each["kind"] in FILES and each.get("required")]


def minutes_of(schema: Mapping[str, Any]) -> int:
    """How long writing takes, in steps of ten minutes: two for each question, and texts at ten words a minute."""
    limits = [each.get("limit") or 150 for _part, each in questions.each(schema) if each["kind"] == "text"]
    count = sum(1 for _each in questions.each(schema))
    return max(10, round((count * 2 + sum(limits) / 10) / 10) * 10)


def with_file(me: Actor, slug: str, key: Any, question: str) -> Application | None:
    """The application whose answer to `question` is a file this reader may fetch: staff and applicants, or everybody
    who sees the network once the organisation belongs and the question is published. Two queries at most."""
    rows = Application.objects.filter(network__slug=slug, pk=key).select_related("version")
    row = rows.opened_to(me).first()
    if row is None:
        row = rows.of_members().filter(Q(network__is_public=True) | Q(network__in=list(me.roles))).first()
        asked = questions.find(row.version.schema, question) if row and row.version else None
        row = row if asked and asked.get("published") else None
    value = (row.answers.get(question) or {}).get("value") if row else None
    return row if isinstance(value, dict) and value.get("upload") else None


def overview(me: Actor, row: Application) -> dict[str, Any]:
    """The first page of a draft: parts with how far they are, who shares it, whether there is a newer version."""
    values = questions.values_of(row.answers)
    people = {person.pk: person for person in [row.applicant, *speakers_of(row.organisation)]}
    names = accounts.names_for(me=me, people=list(people.values()), are_mates=True)
    return {
        "parts": part_rows(row, values),
        "people": [names.get(key, "") for key in people],
        "turn": {**whose_turn(row), "is_mine": True},
        "newer": newer(row),
        "lost": row.lost,
    }


def part_rows(row: Application, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each part with its title and how many of its questions have an answer."""
    schema = row.version.schema if row.version else {}
    rows = []
    for part in schema.get("parts", ()):
        done, total = questions.progress(part, values)
        title = questions.said(part["titles"], reader(), schema.get("language", "en"))
        rows.append({"key": part["key"], "title": title, "done": done, "total": total})
    return rows


def newer(row: Application) -> FormVersion | None:
    """The version published since, if the draft is on an older one. One query."""
    if row.version is None:
        return None
    found = FormVersion.objects.filter(form=row.version.form_id, state="published").exclude(pk=row.version.pk)
    return found.select_related("form__network").first()


def lacks_by_part(row: Application) -> list[dict[str, Any]]:
    """What keeps the draft from being handed in, part by part."""
    assert row.version is not None
    lacks = questions.check(row.version.schema, questions.values_of(row.answers), row.language)
    titles = {each["key"]: each["title"] for each in part_rows(row, {})}
    keys = list(dict.fromkeys(lack.part for lack in lacks))
    return [{"key": key, "title": titles[key], "lacks": [each for each in lacks if each.part == key]} for key in keys]


def review(me: Actor, row: Application) -> dict[str, Any]:
    """The page before it is sent: what is missing, and everything as the staff will read it."""
    lacking = lacks_by_part(row)
    return {
        "lacking": lacking,
        "count": sum(len(part["lacks"]) for part in lacking),
        "parts": read_application(row, me),
        "turn": {**whose_turn(row), "is_mine": True},
    }


def move_preview(row: Application, version: FormVersion) -> dict[str, Any]:
    """What moving a draft to a newer version changes, and what could not come along."""
    assert row.version is not None
    old = row.version.schema
    carried = questions.carry(old, version.schema, questions.values_of(row.answers), reader())
    return {"changes": questions.changes(old, version.schema, reader()), "lost": carried.lost}


def part_page(me: Actor, row: Application, part: str) -> dict[str, Any]:
    """The neighbours of a part, and who wrote its answers when."""
    rows = part_rows(row, questions.values_of(row.answers))
    keys = [each["key"] for each in rows]
    index = keys.index(part)
    schema = row.version.schema if row.version else {}
    intros = (questions.part_of(schema, part) or {}).get("intros")
    return {
        "rows": rows,
        "intro": questions.said(intros, reader(), schema.get("language", "en")),
        "part": rows[index],
        "previous": rows[index - 1] if index else None,
        "next": rows[index + 1] if index + 1 < len(rows) else None,
    }


def saved_notes(me: Actor, row: Application, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Question -> revision, who wrote it last (for this reader), when. At most three queries."""
    answers = {key: row.answers[key] for key in keys if key in row.answers}
    people = Person.objects.filter(pk__in={answer["by"] for answer in answers.values() if answer.get("by")})
    names = accounts.names_for(me=me, people=list(people), are_mates=True)
    return {
        key: {
            "revision": drafts.revision_of(row.answers, key),
            "who": names.get(UUID(answers[key]["by"]), "") if key in answers and answers[key].get("by") else "",
            "at": datetime.fromisoformat(answers[key]["at"]) if key in answers else None,
        }
        for key in keys
    }
