"""What is cut when a person wants to be forgotten: their name; the texts stay, they are the organisation's."""

from koinon.accounts.models import Person
from koinon.matching.models import Listing, Reply


def forget_person(person: Person) -> None:
    """No verb of its own: it is a part of `accounts.forgotten`, in its transaction."""
    Listing.objects.filter(author=person).update(author=None)
    Reply.objects.filter(person=person).update(person=None)
