"""What is cut when a person wants to be forgotten: their name; the texts stay, they are the organisation's."""

from koinon.accounts.models import Person
from koinon.matching.models import Lead, Listing, Meeting, Message, Reply, Tie


def forget_person(person: Person) -> None:
    """No verb of its own: it is a part of `accounts.forgotten`, in its transaction."""
    Listing.objects.filter(author=person).update(author=None)
    Reply.objects.filter(person=person).update(person=None)


def forget_words(person: Person) -> None:
    """The same for messages and meetings; letters in their name that nobody confirmed go altogether."""
    from koinon.kit.models import MailAddress

    Message.objects.filter(person=person, state="held").delete()
    Message.objects.filter(person=person).update(person=None, came_from="")
    Meeting.objects.filter(person=person).update(person=None)
    MailAddress.objects.filter(person=person.pk).delete()


def forget_ties(person: Person) -> None:
    """Ties stay with their organisations, without who declared them; nobody coordinates a cluster after they left."""
    Tie.objects.filter(person=person).update(person=None)
    Lead.objects.filter(person=person).delete()
