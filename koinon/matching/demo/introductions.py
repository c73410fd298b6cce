"""Introductions of the demo, in several states: one asks, one is a draft, one open, two connected, one closed.

The words are written by the makers of Koinon; the sides are those of the best pairs of a network.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.actions import introductions, meetings, outcomes, threads
from koinon.matching.engine import reasons
from koinon.matching.models import Introduction, Match, Meeting, Message, Thread
from koinon.network.models import Network, Organisation

WORDS = {
    "en": ("Good morning. We read what you write about this and would like to talk. Would next week suit you?",
           "Thank you for writing. Next week is fine; we shall send our latest report with the times."),
    "sq": ("Mirëmëngjesi. Lexuam çfarë shkruani për këtë dhe do të donim të flasim. A ju përshtatet java e ardhshme?",
           "Faleminderit që na shkruat. Java e ardhshme na përshtatet; me orët dërgojmë edhe raportin tonë."),
    "lt": ("Labas rytas. Perskaitėme, ką apie tai rašote, ir norėtume pasikalbėti. Ar tiktų kita savaitė?",
           "Ačiū, kad parašėte. Kita savaitė tinka; kartu su laikais atsiųsime naujausią ataskaitą."),
    "mk": ("Добро утро. Прочитавме што пишувате за ова и би сакале да поразговараме. Дали ви одговара следната недела?",
           "Благодариме што ни пишавте. Следната недела е во ред; со термините ќе го испратиме и последниот извештај."),
    "el": ("Καλημέρα. Διαβάσαμε όσα γράφετε για το θέμα και θα θέλαμε να μιλήσουμε. Σας βολεύει η επόμενη εβδομάδα;",
           "Ευχαριστούμε που μας γράψατε. Μας βολεύει η επόμενη εβδομάδα· θα στείλουμε και την έκθεσή μας."),
}  # fmt: skip


def load(*, by: Actor, network: Network) -> int:
    """Make what is not there yet; gives how many introductions were made."""
    if Introduction.objects.filter(network=network).exists():
        return 0
    pairs = _pairs(network)
    return sum(step(by, network, match) for step, match in zip(STEPS, pairs, strict=False))


def _pairs(network: Network) -> Iterator[Match]:
    """The best pairs with speakers on both sides, no organisation more than twice, no pair twice."""
    used: Counter[UUID] = Counter()
    seen: set[frozenset[UUID]] = set()
    best = Match.objects.running().filter(network=network, rank_for_need__lte=3).order_by("-score", "pk")
    for match in best.select_related("need__organisation", "offer__organisation"):
        sides = frozenset((match.need.organisation_id, match.offer.organisation_id))
        is_free = sides not in seen and all(used[side] < 2 for side in sides)
        if is_free and all(queries.speakers_of(side) for side in sides):
            used.update(sides)
            seen.add(sides)
            yield match


def _asked(by: Actor, network: Network, match: Match) -> int:
    introductions.ask(
        by=by, network=network, organisation=match.need.organisation, other=match.offer.organisation,
        need=match.need, offer=match.offer,
    )  # fmt: skip
    return 1


def _open(by: Actor, network: Network, match: Match) -> int:
    _brokered(by, network, match)
    return 1


def _writing(by: Actor, network: Network, match: Match) -> int:
    """Connected; each side has written in its own language, one of them by e-mail."""
    row = _connected(by, network, match)
    thread = Thread.objects.get(introduction=row)
    for number, (side, days) in enumerate(((row.one, 3), (row.other, 2))):
        language = side.language if side.language in WORDS else "en"
        made = threads.post(
            by=by, thread=thread, organisation=side, text=WORDS[language][number], person=_speaker(side),
            is_mail=bool(number),
        )  # fmt: skip
        Message.objects.filter(pk=made.pk).update(made_at=timezone.now() - timedelta(days=days))
    return 1


def _meeting(by: Actor, network: Network, match: Match) -> int:
    """Connected; the other side is asked which of three times suits it."""
    row = _connected(by, network, match)
    person = _speaker(row.one)
    zone = person.zone if person else "Europe/Brussels"
    made = meetings.call(
        by=by, network=network, organiser=row.one, guests=[row.other], introduction=row, person=person, zone=zone,
        title=match.need.title[:120], slots=_times(zone), link="https://meet.example.org/first-talk",
    )  # fmt: skip
    Meeting.objects.filter(pk=made.pk).update(moved_at=timezone.now() - timedelta(days=1))
    return 1


def _told(by: Actor, network: Network, match: Match) -> int:
    """Connected five weeks ago; the month's question is answered by one side and open for the other."""
    row = _connected(by, network, match)
    row.connected_on = date.today() - timedelta(days=35)
    Introduction.objects.filter(pk=row.pk).update(connected_on=row.connected_on)
    _row, asked = outcomes.ask(by=by, introduction=row, after=30)
    outcomes.tell(by=by, outcome=asked[0], came="contact")
    return 1


def _closed(by: Actor, network: Network, match: Match) -> int:
    introductions.close(by=by, introduction=_brokered(by, network, match))
    return 1


def _draft(by: Actor, network: Network, match: Match) -> int:
    why = reasons.sentence(match.reasons, "en", side="need")
    introductions.draft(
        by=by, network=network, one=match.need.organisation, other=match.offer.organisation, need=match.need,
        offer=match.offer, reason=why,
    )  # fmt: skip
    return 1


STEPS = (_asked, _open, _writing, _meeting, _told, _closed, _draft)


def _brokered(by: Actor, network: Network, match: Match) -> Introduction:
    one, other = match.need.organisation, match.offer.organisation
    return introductions.broker(
        by=by, network=network, one=one, other=other, need=match.need, offer=match.offer, origin="matcher",
        words_for_one=reasons.sentence(match.reasons, one.language, side="need"),
        words_for_other=reasons.sentence(match.reasons, other.language, side="offer"),
    )  # fmt: skip


def _connected(by: Actor, network: Network, match: Match) -> Introduction:
    row = _brokered(by, network, match)
    for side in (row.one, row.other):
        introductions.answer(by=by, introduction=row, organisation=side, says="yes")
    row.refresh_from_db()
    return row


def _speaker(organisation: Organisation) -> Person | None:
    return next(iter(queries.speakers_of(organisation.pk)), None)


def _times(zone: str) -> list[Any]:
    """Ten, fourteen and nine o'clock on three days of the next week."""
    today = date.today()
    found = []
    for days, hour in ((7, 10), (8, 14), (10, 9)):
        day = today + timedelta(days=days)
        found.append(datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC")))
    return found
