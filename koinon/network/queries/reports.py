"""What is asked and known about reports: questions, what the member did here, lists for coordinators."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from koinon.kit import ids, questions
from koinon.kit.models import Statement
from koinon.network import seams
from koinon.network.models import Membership, Network, Report, Standing
from koinon.network.queries import forms
from koinon.network.queries.organisations import all_ids_of

SIZE = 50
_OURS = (
    ("did", gettext_noop("What did you do as a member of this network?"), True, 300),
    ("came", gettext_noop("What came of it, for you and for others?"), True, 300),
    ("next", gettext_noop("What do you plan, and what do you need from the network?"), False, 200),
)


def schema_of(network: Network) -> dict[str, Any]:
    """The questions of a report: the network's published form, else three plain ones in every language we speak."""
    version = forms.published(network, "report")
    if version is not None:
        return dict(version.schema)
    made = []
    for key, label, is_required, limit in _OURS:
        asked = questions.new_question("text", _in_all(label), required=is_required, limit=limit, rows=6)
        made.append({**asked, "key": key})
    part = {**questions.new_part(_in_all(gettext_noop("In your own words")), *made), "key": "words"}
    return dict(questions.new_schema("en", part))


def counted(report: Report) -> list[dict[str, Any]]:
    """What the member did in the network in the time of the report, from the chronicle: [{"verb", "count"}]. One query.

    Which verbs count, and their words, are lent by each app (seam `deeds`).
    """
    since, until = _start(report.covers_since), _start(report.covers_until + timedelta(days=1))
    rows = (
        Statement.objects.filter(
            network=report.network_id,
            organisation__in=all_ids_of(report.membership.organisation_id),
            verb__in=list(deeds()),
            id__gte=ids.floor_of(since),
            id__lt=ids.floor_of(until),
        )
        .order_by()
        .values("verb")
        .annotate(count=Count("pk"))
    )
    found = {row["verb"]: row["count"] for row in rows}
    return [{"verb": verb, "count": found[verb]} for verb in deeds() if verb in found]


def facts(report: Report) -> list[tuple[Any, int]]:
    """What the member did, in words: as it was counted when handed in, else as it is today."""
    rows = report.facts if report.state in ("submitted", "accepted") else counted(report)
    known = deeds()
    return [(known[row["verb"]], row["count"]) for row in rows if row["verb"] in known]


def deeds() -> dict[str, Any]:
    """Every verb that counts in a report, with its words, in the order of the apps."""
    return {verb: words for lent in seams.deeds.gather() for verb, words in lent.items()}


def members(network: Network, standing: str = "") -> QuerySet[Membership]:
    """Members by how they stand, the most urgent first; `standing` is one state, "" all but those in good standing."""
    rows = Membership.objects.active().filter(network=network).select_related("organisation", "standing")
    stands = Q(standing__state=standing) if standing else ~Q(standing__state="active") & Q(standing__isnull=False)
    if standing == "active":
        stands = Q(standing=None) | Q(standing__state="active")
    return rows.filter(stands).order_by(Coalesce("standing__until", F("standing__since")).asc(nulls_last=True), "pk")


def with_reports(rows: list[Membership]) -> list[dict[str, Any]]:
    """Each member with the report that is open. One query for all."""
    found = Report.objects.open().filter(membership__in=rows).order_by("-due_on")
    by_member = {report.membership_id: report for report in found}
    return [{"membership": row, "report": by_member.get(row.pk)} for row in rows]


def counts(network: Network) -> dict[str, int]:
    """How many members stand how. One query; those without a row are in good standing."""
    rows = Membership.objects.active().filter(network=network).order_by()
    found: dict[str, int] = dict.fromkeys(Standing.State.values[:5], 0)
    for state, count in rows.values_list("standing__state").annotate(count=Count("pk")):
        found[state or "active"] = found.get(state or "active", 0) + count
    return found


def choices(network: Network, current: str) -> list[dict[str, Any]]:
    """The tabs over the coordinator's list."""
    known = counts(network)
    waiting = sum(count for state, count in known.items() if state != "active")
    rows = [("", _("Not in good standing"), waiting)]
    rows += [(state, Standing.State(state).label, count) for state, count in known.items()]
    return [
        {"url": f"?standing={state}" if state else "?", "label": label, "current": state == current, "count": count}
        for state, label, count in rows
    ]


def form_of(report: Report, language: str, is_draft: bool = True) -> type[questions.PartForm]:
    return questions.form_class(report.schema, None, language=language, is_draft=is_draft)


def history(membership: Membership) -> list[dict[str, Any]]:
    """What happened to a membership since it began: steps and why, newest first."""
    rows = membership.moves.select_related("person").order_by("-id")[:100]
    return [
        {"move": row, "is_return": row.new == "active" and row.old in ("late", "risk", "inactive", "lapsed")}
        for row in rows
    ]


def _in_all(message: str) -> dict[str, str]:
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = translation.gettext(message)
    return said


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
