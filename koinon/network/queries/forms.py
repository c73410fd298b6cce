"""Forms of a network: which one is asked now, how its versions differ, what is answered, who may read what."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import get_language

from koinon.kit import doors, questions
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.models import Application, Form, FormVersion, Network, Organisation

TONES = {"draft": "waiting", "published": "good", "retired": "plain"}


def reader() -> str:
    return (get_language() or "en")[:2]


def published(network: Network, purpose: str = "application") -> FormVersion | None:
    """The version that is asked now; None when the network asks nothing of its own. One query."""
    rows = FormVersion.objects.filter(form__network=network, form__purpose=purpose, state="published")
    return rows.select_related("form__network").order_by("form__made_at").first()


def listed(network: Network) -> list[Form]:
    """The forms of a network with their versions, newest first. Two queries."""
    versions = FormVersion.objects.defer("schema", "removed").order_by("-number")
    rows = Form.objects.filter(network=network).select_related("network")
    return list(rows.prefetch_related(Prefetch("versions", versions)).order_by("purpose", "made_at"))


def page(form: Form) -> dict[str, Any]:
    """What the builder shows: the draft (or what is published), its versions, what is wrong. One query."""
    versions = list(
        FormVersion.objects.filter(form=form).order_by("-number").annotate(
            written=Count("applications", filter=Q(applications__state__in=("draft", "returned"))),
            used=Count("applications"),
        )
    )  # fmt: skip
    current = next((row for row in versions if row.state in ("draft", "published")), versions[0])
    return {
        "form": form,
        "versions": [{"version": row, "tone": TONES[row.state]} for row in versions],
        "version": current,
        "is_draft": current.state == "draft",
        "has_published": any(row.state == "published" for row in versions),
        "parts": parts(current, questions.problems(current.schema) if current.state == "draft" else {}),
        "removed": [_removed(gone, current.schema) for gone in reversed(current.removed)],
        "kinds": questions.KINDS.items(),
        "lacking": lacking_languages(current.schema, form.network),
    }


def shown(form: Form) -> FormVersion:
    """The draft, or what is published while there is none. One query."""
    order = Case(When(state="draft", then=Value(0)), When(state="published", then=Value(1)), default=Value(2))
    return doors.found(FormVersion.objects.filter(form=form).order_by(order, "-number").first())


def parts(version: FormVersion, problems: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Parts and questions as the builder lists them: words in the reader's language, what is wrong, where it stands."""
    language, original = reader(), version.schema.get("language", "en")
    found, all_parts = [], version.schema.get("parts", [])
    for index, part in enumerate(all_parts):
        rows = [
            {
                "key": question["key"],
                "label": questions.said(question["labels"], language, original),
                "kind": questions.KINDS[question["kind"]],
                "question": question,
                "problems": problems.get(question["key"], []),
                "is_first": not index and not place,
                "is_last": index == len(all_parts) - 1 and place == len(part["questions"]) - 1,
            }
            for place, question in enumerate(part["questions"])
        ]
        found.append(
            {
                "key": part["key"],
                "title": questions.said(part["titles"], language, original),
                "intro": questions.said(part.get("intros"), language, original),
                "rows": rows,
                "problems": problems.get(part["key"], []),
                "is_first": not index,
                "is_last": index == len(all_parts) - 1,
            }
        )
    return found


def _removed(gone: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    thing = gone["thing"]
    words = questions.said(thing.get("labels") or thing.get("titles"), reader(), schema.get("language", "en"))
    return {"key": thing["key"], "label": words}


def lacking_languages(schema: Mapping[str, Any], network: Network) -> dict[str, int]:
    """Language -> how many questions and parts have no words in it: readers of it see the original instead."""
    texts = [question["labels"] for _part, question in questions.each(schema)]
    texts += [part["titles"] for part in schema.get("parts", ())]
    counts = {code: sum(not each.get(code) for each in texts) for code in network.languages}
    return {code: count for code, count in counts.items() if count}


def before_publishing(form: Form) -> dict[str, Any]:
    """What publishing the draft will change: since the last version, and for whom. Two queries."""
    versions = {row.state: row for row in FormVersion.objects.filter(form=form, state__in=("draft", "published"))}
    draft, old = versions.get("draft"), versions.get("published")
    changes = questions.changes(old.schema, draft.schema, reader()) if draft and old else None
    open_drafts = Application.objects.filter(version__form=form, state__in=("draft", "returned")).count()
    count = sum(1 for _each in questions.each(draft.schema)) if draft else 0
    return {"draft": draft, "old": old, "changes": changes, "open_drafts": open_drafts, "count": count}


def read_application(
    application: Application, me: Actor, language: str = "", published_only: bool = False
) -> list[questions.ReadPart]:
    """The answers of an application as they are read; [] for one without a form. No query with version selected.

    Whoever calls it has checked that `me` may see the application; files lead to pages that check it again.
    """
    if application.version is None:
        return []
    slug = application.network.slug

    def address(key: str, value: Any) -> str:
        return reverse("network:draft_file", args=[slug, application.pk, key])

    values = questions.values_of(application.answers)
    options = {"language": language or reader(), "published_only": published_only, "address": address}
    return questions.read(application.version.schema, values, **options)


def published_answers(organisation: Organisation, me: Actor) -> list[dict[str, Any]]:
    """What an organisation answered for everybody, per network it belongs to that this reader may see. One query."""
    found = [
        {"application": row, "network": row.network, "parts": read_application(row, me, published_only=True)}
        for row in of_members(me=me, organisation=organisation.pk)
    ]
    return [each for each in found if each["parts"]]


def _readable(me: Actor, organisation: UUID) -> QuerySet[Application]:
    rows = Application.objects.filter(organisation=organisation).of_members()
    seen = rows.filter(Q(network__is_public=True) | Q(network__in=list(me.roles))).exclude(version=None)
    return seen.select_related("network", "version").order_by("-id")


of_members: Prepared[Application] = Prepared(_readable)
