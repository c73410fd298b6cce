"""Somebody does not want to be seen on a picture: the organisers hear of it, not of who it was."""

from django.utils.translation import gettext_lazy as _

from koinon.events.models import Photo
from koinon.events.notices.telling import tell_organisers, unless_demo
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor


@unless_demo
def refused(*, by: Actor, result: Photo) -> None:
    tell_organisers(
        result.event, title=_("A photo is hidden: %(event)s"),
        text=_("Somebody whom it shows does not want it to be seen. It stays hidden."),
        address=to("events:photos", result.event.slug), by=by,
    )  # fmt: skip
