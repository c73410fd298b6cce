"""What is asked and known about reports: questions, what the member did here, lists for coordinators."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from koinon.kit import ids, questions
from koinon.kit.models import Statement
from koinon.kit.verbs import Actor
from koinon.network import rules, seams
from koinon.network.models import Cycle, Letter, Membership, Network, Report, Standing
from koinon.network.queries import forms
from koinon.network.queries.organisations import all_ids_of

SIZE = 50
URGENT = ("inactive", "risk", "late", "due")
TONES = {
    "active": "good",
    "due": "plain",
    "late": "waiting",
    "risk": "waiting",
    "inactive": "bad",
    "lapsed": "bad",
    "withdrawn": "plain",
}
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
        asked = questions.new_question("text", questions.in_all(label), required=is_required, limit=limit, rows=6)
        made.append({**asked, "key": key})
    part = {**questions.new_part(questions.in_all(gettext_noop("In your own words")), *made), "key": "words"}
    return dict(questions.new_schema("en", part))


def counted(report: Report) -> list[dict[str, Any]]:
    """What the member did in the network in the time of the report: [{"verb", "count"}].

    Acts are counted in the chronicle, in one query; which ones, and their words, each app lends (seam `deeds`). What
    lasted, such as ties, is lent as numbers (seam `holdings`), one query each.
    """
    since, until = _start(report.covers_since), _start(report.covers_until + timedelta(days=1))
    mine = list(all_ids_of(report.membership.organisation_id))
    rows = (
        Statement.objects.filter(
            network=report.network_id,
            organisation__in=mine,
            verb__in=list(deeds()),
            id__gte=ids.floor_of(since),
            id__lt=ids.floor_of(until),
        )
        .order_by()
        .values("verb")
        .annotate(count=Count("pk"))
    )
    found = {row["verb"]: row["count"] for row in rows}
    for lent in seams.holdings.gather(report.network_id, mine, report.covers_since, report.covers_until):
        found |= {name: number for name, number in lent.items() if number}
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
    rows = Membership.objects.active().filter(network=network).select_related("network", "organisation", "standing")
    stands = Q(standing__state=standing) if standing else ~Q(standing__state="active") & Q(standing__isnull=False)
    if standing == "active":
        stands = Q(standing=None) | Q(standing__state="active")
    urgency = Case(
        *(When(standing__state=state, then=Value(rank)) for rank, state in enumerate(URGENT)), default=Value(9)
    )
    return rows.filter(stands).order_by(urgency, F("standing__until").asc(nulls_last=True), "pk")


def with_reports(rows: list[Membership]) -> list[dict[str, Any]]:
    """Each member with the report that is open. One query for all."""
    found = Report.objects.open().filter(membership__in=rows).order_by("-due_on")
    by_member = {report.membership_id: report for report in found}
    return [_stands(row, by_member.get(row.pk)) for row in rows]


def _stands(row: Membership, report: Report | None) -> dict[str, Any]:
    standing = getattr(row, "standing", None)
    state = standing.state if standing else "active"
    if report is not None:
        report.membership, report.network = row, row.network
    turn = whose_turn(report) if report else None
    return {
        "membership": row,
        "report": report,
        "label": Standing.State(state).label,
        "tone": TONES[state],
        "turn": turn,
    }


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
    rows += [(state, str(Standing.State(state).label), count) for state, count in known.items()]
    return [
        {"url": f"?standing={state}" if state else "?", "label": label, "current": state == current, "count": count}
        for state, label, count in rows
    ]


def whose_turn(report: Report) -> dict[str, Any]:
    """Whose turn it is, since when, until when: the same for both sides."""
    if report.state == Report.State.SUBMITTED:
        return {"whose": str(report.network), "since": report.moved_at, "until": report.answer_on}
    whose = str(report.membership.organisation) if report.is_owed else ""
    return {"whose": whose, "since": report.moved_at, "until": report.deadline if report.is_owed else None}


def page(me: Actor, report: Report) -> dict[str, Any]:
    """A report to be read, and what this reader may do with it."""
    language = forms.reader()
    may_judge = rules.may_judge_report(by=me, report=report)

    def address(key: str, _value: Any) -> str:
        return reverse("network:report_file", args=[report.pk, key])

    is_read = bool(report.schema) and rules.may_read_answers(by=me, report=report)
    values = questions.values_of(report.answers)
    return {
        "turn": whose_turn(report),
        "facts": facts(report),
        "parts": questions.read(report.schema, values, language=language, address=address) if is_read else [],
        "may_judge": may_judge and report.state == Report.State.SUBMITTED,
        "may_extend": may_judge and report.is_owed,
        "late": report.days_late,
    }


def list_page(network: Network, state: str, page: str) -> dict[str, Any]:
    """A page of the coordinator's list: five queries."""
    state = state if state in Standing.State.values else ""
    shown = Paginator(members(network, state), SIZE).get_page(page or 1)
    return {
        "rows": with_reports(list(shown)),
        "page": shown,
        "choices": choices(network, state),
        "cycle": Cycle.objects.filter(network=network).first(),
    }


def standing_page(membership: Membership) -> dict[str, Any]:
    """One membership: how it stands, its history, its reports."""
    row = Standing.objects.filter(membership=membership).first()
    state = row.state if row else "active"
    return {
        "standing": row,
        "label": Standing.State(state).label,
        "tone": TONES[state],
        "history": history(membership),
        "letters": list(_letters(membership)),
        "reports": list(Report.objects.filter(membership=membership).select_related("network")),
        "may_return": state not in ("active", "withdrawn"),
    }


def _letters(membership: Membership) -> QuerySet[Letter]:
    rows = Letter.objects.filter(network=membership.network_id, organisation=membership.organisation_id)
    return rows.order_by("-year", "-number")[:20]


def cycle_of(network: Network) -> dict[str, Any]:
    """The cycle as it is, or what we propose."""
    row = Cycle.objects.filter(network=network).first()
    row = row or Cycle(network=network, first_on=date.today() + timedelta(days=60))
    names = (
        "first_on",
        "months",
        "window_days",
        "young_days",
        "risk_days",
        "inactive_days",
        "lapse_days",
        "is_running",
    )
    return {name: getattr(row, name) for name in names}


def ids_of(texts: list[str]) -> list[UUID]:
    """Those of the texts that are ids."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def history(membership: Membership) -> list[dict[str, Any]]:
    """What happened to a membership since it began: steps and why, newest first."""
    rows = membership.moves.select_related("person").order_by("-id")[:100]
    return [
        {"move": row, "is_return": row.new == "active" and row.old in ("late", "risk", "inactive", "lapsed")}
        for row in rows
    ]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
