"""How often people hear from us, and the digests that wait for their hour."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailConfirmation
from django.contrib.sessions.models import Session
from django.utils import timezone

from koinon.accounts import notices, queries, rules
from koinon.accounts.models import Notice, Person, Preference, Remembered
from koinon.kit import files
from koinon.kit.verbs import Actor, only_machine, verb

NOTICE_LIFE = timedelta(days=365)
PACES = Preference.Pace


@verb("accounts.paces_chosen", rule=rules.may_change)
def choose_paces(*, by: Actor, person: Person, paces: Mapping[str, str]) -> None:
    """Say for each kind how often; what already waits for a digest follows the new wish."""
    for kind, pace in paces.items():
        if kind in queries.kinds() and pace in PACES.values:
            Preference.objects.update_or_create(person=person, kind=kind, defaults={"pace": pace})
            waiting = Notice.objects.filter(person=person, kind=kind, sent_at=None)
            waiting.update(pace=PACES.DAILY if pace == PACES.NOW else pace)


@verb("accounts.unsubscribed", rule=rules.may_change)
def unsubscribe(*, by: Actor, person: Person, kind: str) -> None:
    """No more e-mail of this kind ("digest": of all kinds that come in digests). Doing it twice changes nothing."""
    for one in _kinds(person, kind):
        Preference.objects.update_or_create(person=person, kind=one, defaults={"pace": PACES.NEVER})
        Notice.objects.filter(person=person, kind=one, sent_at=None).update(pace=PACES.NEVER)


@verb("accounts.subscribed", rule=rules.may_change)
def subscribe(*, by: Actor, person: Person, kind: str) -> None:
    """Undo of `unsubscribe`: back to what is usual for the kind."""
    stopped = Preference.objects.filter(person=person, pace=PACES.NEVER)
    (stopped if kind == notices.DIGEST else stopped.filter(kind=kind)).delete()


@verb("accounts.read", rule=rules.may_change)
def read_all(*, by: Actor, person: Person) -> None:
    """Nothing on the desk is new any more."""
    Notice.objects.filter(person=person, read_at=None).update(read_at=timezone.now())


@verb("accounts.digested", rule=only_machine, counts=lambda sent: {"notices": float(sent)})
def send_digest(*, by: Actor, person: Person, daily_before: datetime, weekly_before: datetime) -> int:
    """Put everything that waited into one letter and mark it sent in the same transaction; 0 when nothing waits."""
    waiting = Notice.objects.select_for_update(skip_locked=True).filter(person=person, sent_at=None)
    daily = waiting.filter(pace=PACES.DAILY, made_at__lt=daily_before)
    weekly = waiting.filter(pace=PACES.WEEKLY, made_at__lt=weekly_before)
    rows = sorted([*daily, *weekly], key=lambda row: row.pk)
    if rows and person.is_active:
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=timezone.now())
        notices.send_digest(person, rows)
    return len(rows)


@verb("accounts.swept", rule=only_machine, counts=lambda gone: {"rows": float(gone)})
def sweep(*, by: Actor) -> int:
    """Delete what has had its time: archives of data, old notices, ended sessions, counted tries."""
    now = timezone.now()
    gone = files.sweep()
    for rows in (
        Notice.objects.filter(made_at__lt=now - NOTICE_LIFE),
        Session.objects.filter(expire_date__lt=now),
        Remembered.objects.filter(expires__lt=now),
        EmailConfirmation.objects.filter(created__lt=now - timedelta(days=30)),
    ):
        gone += rows.delete()[0]
    return gone


def _kinds(person: Person, kind: str) -> list[str]:
    if kind != notices.DIGEST:
        return [kind]
    mine = dict(Preference.objects.filter(person=person).values_list("kind", "pace"))
    return [one for one, (_, usual) in queries.kinds().items() if mine.get(one, usual) in (PACES.DAILY, PACES.WEEKLY)]
