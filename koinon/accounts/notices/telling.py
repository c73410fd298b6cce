"""What people are told, in their language: on the desk, at once by e-mail, or in a digest, as they chose by kind."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts import queries
from koinon.accounts.models import Notice, Person, Preference
from koinon.kit import links, mail

Facts = Mapping[str, Any]
DIGEST = "digest"
NOTHING: Facts = {}
_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Inside, nobody is told anything: the demo writes a past of which its people have heard already."""
    before = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(before)


def tell(
    *,
    person: Person,
    kind: str,
    title: Any,
    text: Any = "",
    address: str = "",
    facts: Facts = NOTHING,
    template: str = "accounts/mail/notice",
    context: Facts = NOTHING,
    action: Any = "",
    reply_to: str = "",
    invitation: bytes = b"",
) -> Notice | None:
    """Tell one person something; None when that person is no longer here. See `tell_all` for the arguments."""
    told = tell_all(
        people=[person], kind=kind, title=title, text=text, address=address, facts=facts, template=template,
        context=context, action=action, reply_to=reply_to, invitation=invitation,
    )  # fmt: skip
    return told[0] if told else None


def tell_all(
    *,
    people: Iterable[Person],
    kind: str,
    title: Any,
    text: Any = "",
    address: str = "",
    facts: Facts = NOTHING,
    template: str = "accounts/mail/notice",
    context: Facts = NOTHING,
    action: Any = "",
    reply_to: str = "",
    invitation: bytes = b"",
) -> list[Notice]:
    """Tell people something, in the transaction of the caller: one query for their wishes, one insert, letters queued.

    `title`, `text` and `action` (words of the button) are lazy translations with named placeholders; `facts` fills
    them, and a fact that is callable is asked with the reader's language. `address` is a path of this site.
    `reply_to` and `invitation` (see kit.mail) belong to one reader: give them for one only.
    """
    readers = [person for person in people if person.is_active and not _is_silent.get()]
    if not readers:
        return []
    paces = queries.paces_of([person.pk for person in readers], kind)
    now = timezone.now()
    rows = []
    for person in readers:
        said = {key: value(person.language) if callable(value) else value for key, value in facts.items()}
        with translation.override(person.language):
            rows.append(
                Notice(
                    person=person, kind=kind, title=_filled(title, said)[:200], text=_filled(text, said),
                    address=address[:300], pace=paces[person.pk],
                    sent_at=now if paces[person.pk] == Preference.Pace.NOW else None,
                )
            )  # fmt: skip
    Notice.objects.bulk_create(rows)
    for row in rows:
        if row.pace == Preference.Pace.NOW:
            with translation.override(row.person.language):
                button = str(action)
            _send(row, template, {**context, "action": button}, reply_to=reply_to, invitation=invitation)
    return rows


def _filled(words: Any, facts: Facts) -> str:
    text = str(words)
    return text % facts if facts else text


def _send(notice: Notice, template: str, context: dict[str, Any], **more: Any) -> None:
    """The letter of one notice."""
    person = notice.person
    title = queries.kinds().get(notice.kind, (notice.kind, ""))[0]
    mail.send(
        to=person.email,
        template=template,
        language=person.language,
        unsubscribe=unsubscribe_address(person.pk, notice.kind),
        context={
            "heading": notice.title,
            "text": notice.text,
            "address": absolute(notice.address),
            "kind": title,
            "settings_address": absolute(reverse("accounts:notices")),
            **context,
        },
        person=person.pk,
        **more,
    )


def send_digest(person: Person, rows: list[Notice]) -> None:
    """One letter for everything that waited."""
    titles = queries.kinds()
    mail.send(
        person=person.pk,
        to=person.email,
        template="accounts/mail/digest",
        language=person.language,
        unsubscribe=unsubscribe_address(person.pk, DIGEST),
        context={
            "count": len(rows),
            "address": absolute(reverse("accounts:desk")),
            "settings_address": absolute(reverse("accounts:notices")),
            "rows": [
                {"title": row.title, "text": row.text, "address": absolute(row.address), "at": row.made_at,
                 "kind": titles.get(row.kind, (row.kind, ""))[0]}
                for row in rows
            ],
        },
    )  # fmt: skip


def send_entrance(*, email: str, language: str, person: Person | None, after: str) -> None:
    """The letter with a one-tap link: into an account, or for an unknown address to a new one; the page never tells."""
    if person is not None:
        token = links.make("accounts.sign_in", person=str(person.pk), email=person.email, after=after)
        address, template = reverse("accounts:sign_in", args=[token]), "accounts/mail/sign_in"
    else:
        token = links.make("accounts.join", email=email, after=after)
        address, template = reverse("accounts:join", args=[token]), "accounts/mail/join"
    mail.send(to=email, template=template, language=language, context={"address": absolute(address)})


def archive_ready(person: Person) -> None:
    tell(
        person=person,
        kind="accounts.archive",
        title=_("Your data is ready to download"),
        text=_("Everything that is yours is in one ZIP file. It is kept for seven days and then deleted."),
        address=reverse("accounts:data"),
        action=_("Open the download page"),
    )


def forgotten(*, email: str, language: str) -> None:
    """The last letter: it says that it is done, and that nothing more will come."""
    mail.send(to=email, template="accounts/mail/forgotten", language=language, context={"address": settings.KOINON_URL})


def unsubscribe_address(person: UUID, kind: str) -> str:
    token = links.make("accounts.unsubscribe", person=str(person), kind=kind)
    return absolute(reverse("accounts:unsubscribe", args=[token]))


def absolute(path: str) -> str:
    """A path of this site as a whole address; "" stays empty."""
    return settings.KOINON_URL + path if path.startswith("/") else path
