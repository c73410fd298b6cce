"""Writing to each other: on the page or by e-mail, read by whoever speaks for one of the two organisations today."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import files, prose
from koinon.kit.meaning import detect
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.models import MESSAGE_STEPS, Message, Reply, Thread
from koinon.matching.notices import threads as notices
from koinon.matching.rules import introductions as rules
from koinon.matching.rules import may_sort_replies
from koinon.network.models import Organisation

LONGEST = 10_000
NOT_PARTY = gettext_lazy("Only those who speak for one of the two organisations write here.")


@verb("matching.asked_back", rule=may_sort_replies, refusal=NOT_PARTY)
def ask_back(*, by: Actor, reply: Reply) -> Thread:
    """Those who asked want to know more before they decide: a thread is there for both. Asked twice, it is the same."""
    asker, answerer = reply.listing.organisation, reply.organisation
    made, _is_new = Thread.objects.get_or_create(
        reply=reply, defaults={"network": reply.listing.network, "one": asker, "other": answerer}
    )
    return made


@verb("matching.message_posted", rule=rules.may_write, refusal=NOT_PARTY, then=notices.posted)
def post(
    *, by: Actor, thread: Thread, organisation: Organisation, text: str, person: Person | None = None,
    file: UploadedFile | None = None, is_mail: bool = False,
) -> Message:  # fmt: skip
    """Write for a side. Raises ValidationError: no text, an endless one, a file that is neither PDF nor image."""
    upload = files.keep_document(file=file, person=person.pk if person else None, scope=thread.pk) if file else None
    made = _written(thread, organisation, person, text, is_mail=is_mail)
    made.upload = upload
    made.save()
    return made


@verb("matching.message_held", rule=only_machine, then=notices.held)
def hold(
    *, by: Actor, thread: Thread, organisation: Organisation, person: Person, text: str, came_from: str
) -> Message:
    """A letter to a person's own address that came from somewhere else: it waits until that person confirms it."""
    made = _written(thread, organisation, person, text, is_mail=True)
    made.state, made.came_from = "held", came_from[:254]
    made.save()
    return made


@verb("matching.message_released", rule=rules.may_release, then=notices.posted)
def release(*, by: Actor, message: Message) -> Message:
    """It was me, from another address."""
    MESSAGE_STEPS.move(message, "posted")
    return message


@verb("matching.message_dropped", rule=rules.may_release)
def drop(*, by: Actor, message: Message) -> Message:
    """It was not me: the words go, that there was something stays."""
    MESSAGE_STEPS.move(message, "dropped", text="", html="")
    return message


def _written(thread: Thread, organisation: Organisation, person: Person | None, text: str, *, is_mail: bool) -> Message:
    said = prose.said(text, "text", LONGEST, is_needed=True)
    known = sorted({organisation.language, *organisation.languages, *(person.languages if person else ()), "en"})
    return Message(
        thread=thread,
        organisation=organisation,
        person=person,
        text=said,
        html=prose.html_of(said),
        language=detect.language_of(said, among=known) or organisation.language,
        is_mail=is_mail,
    )
