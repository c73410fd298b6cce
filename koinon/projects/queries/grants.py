"""A small grant on its page: its account, its receipts, what the reader may do."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from koinon.kit.verbs import Actor
from koinon.projects.models import Project, SmallGrant
from koinon.projects.queries import readiness, turns
from koinon.projects.rules import calls, plans

NOTHING = Decimal("0.00")
ASKABLE = ("approved", "running", "suspended")


def money_of(project: Project) -> dict[str, Any]:
    """The grants of a project, and what may still be asked for."""
    rows = list(project.small_grants.order_by("-pk"))
    open_ones = [row for row in rows if row.state not in ("refused", "withdrawn", "closed")]
    call = project.call
    given = sum((row.amount - row.returned for row in rows if row.state not in ("refused", "withdrawn")), NOTHING)
    left = min(call.most_grant - given, call.budget - call.granted) if call is not None else NOTHING
    return {
        "grants": [(row, turns.of_grant(row)) for row in rows], "call": call, "left": max(left, NOTHING),
        "planned": readiness.sums(project)["grant"],
        "may_ask": not open_ones and left > 0 and project.state in ASKABLE,
    }  # fmt: skip


def account_of(grant: SmallGrant) -> dict[str, Decimal]:
    """What is accepted, waits, came back, and is not accounted for."""
    rows = grant.receipts.order_by().values_list("state").annotate(sum=Sum("amount"))
    sums = dict(rows)
    accepted = sums.get("accepted", NOTHING)
    waiting = sums.get("handed_in", NOTHING) + sums.get("returned", NOTHING)
    return {
        "accepted": accepted, "waiting": waiting, "returned": grant.returned,
        "left": grant.amount - accepted - waiting - grant.returned,
    }  # fmt: skip


def grant_page(grant: SmallGrant, me: Actor) -> dict[str, Any]:
    """What the page of a grant shows, and which steps are this reader's."""
    gives = calls.may_give(by=me, grant=grant)
    is_team = plans.may_ask(by=me, grant=grant)
    turn = turns.of_grant(grant)
    has_said = grant.first_by_id is not None and grant.first_by_id == me.person
    mine = gives and not (grant.state == "halfway" and has_said) if turn.whose == turns.GIVER else is_team
    account = account_of(grant)
    return {
        "gives": gives, "asks": is_team, "grant_turn": turn, "is_my_grant": mine and bool(turn.whose),
        "has_approved": has_said, "receipts": list(grant.receipts.select_related("upload", "by")), "account": account,
        "is_even": not account["waiting"] and not account["left"],
    }  # fmt: skip
