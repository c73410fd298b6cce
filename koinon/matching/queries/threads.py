"""A thread and a meeting as pages show them: to those who speak for one of the organisations today."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.accounts.queries import names_for
from koinon.kit.verbs import Actor
from koinon.matching import rules
from koinon.matching.models import Availability, Meeting, Message, Slot, Thread
from koinon.network.models import Organisation

SHOWN = 200


def thread_page(me: Actor, thread: Thread) -> dict[str, Any]:
    """The last messages, oldest first, with the names of their authors as the reader may see them."""
    mine = next((side for side in thread.sides if rules.speaks(me, side)), thread.one_id)
    rows = Message.objects.visible_to(me).filter(thread=thread).select_related("organisation", "person", "upload")
    messages = list(rows.order_by("-pk")[:SHOWN])[::-1]
    people = {row.person_id: row.person for row in messages if row.person is not None}
    names = names_for(me=me, people=people.values(), are_mates=True)
    return {
        "thread": thread, "mine": mine, "far": thread.far_side(mine),
        "messages_shown": [
            {"row": row, "name": names.get(row.person_id, "") if row.person_id else ""}
            for row in messages if row.state == "posted"
        ],
        "held": [row for row in messages if row.state == "held"],
    }  # fmt: skip


def meeting_page(me: Actor, meeting: Meeting) -> dict[str, Any]:
    """The times of this round with each party's word, whose turn it is, what I may do. Three queries."""
    parties = [party.organisation for party in meeting.parties.select_related("organisation").order_by("pk")]
    slots = list(meeting.slots.filter(round=meeting.round).order_by("starts_at", "pk"))
    said = {(row.slot_id, row.organisation_id): row for row in Availability.objects.filter(slot__in=slots)}
    mine = next((each for each in parties if rules.speaks(me, each.pk)), meeting.organiser)
    waiting = [each for each in parties if slots and (slots[0].pk, each.pk) not in said]
    is_over = bool(meeting.ends_at and meeting.ends_at <= timezone.now())
    is_organiser = mine.pk == meeting.organiser_id
    return {
        "meeting": meeting, "mine": mine, "parties": parties, "slots": slots, "is_organiser": is_organiser,
        "rows": [{"slot": slot, "said": [(each, said.get((slot.pk, each.pk))) for each in parties]} for slot in slots],
        "waiting": waiting, "is_over": is_over,
        "is_my_turn": (mine in waiting) or (is_organiser and not waiting),
        "whose": waiting[0] if waiting else meeting.organiser,
        "my_words": {f"slot_{row.slot_id.hex}": row.says for row in said.values() if row.organisation_id == mine.pk},
        "may_tell": is_over and meeting.state in ("fixed", "past"),
        "may_call_off": meeting.state == "asked" or (meeting.state == "fixed" and not is_over),
    }  # fmt: skip


def choices_of(context: dict[str, Any]) -> list[tuple[Slot, str]]:
    """Times that are still to come, with what the others said about each."""
    now = timezone.now() + timedelta(minutes=1)
    found = []
    for row in context["rows"]:
        if row["slot"].starts_at > now:
            told = [_word(party, word) for party, word in row["said"]]
            found.append((row["slot"], ", ".join(each for each in told if each)))
    return found


def _word(party: Organisation, word: Availability | None) -> str:
    facts = {"organisation": party, "word": word.get_says_display() if word else ""}
    return _("%(organisation)s: %(word)s") % facts if word else ""
