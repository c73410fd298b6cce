"""A large file is ready."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import tell_all
from koinon.network.models import Network, name_in


def ready(person: Person, network: Network, upload: str) -> None:
    """The person who asked hears where the file is."""
    tell_all(
        people=[person],
        kind="matching.tie",
        title=_("The picture of %(network)s is ready as a file"),
        text=_("It holds what you could see when you asked."),
        facts={"network": lambda language: name_in(network.names, network.language, language)},
        address=reverse("kit:file", args=[upload]),
        action=_("Download"),
    )
