"""Where later chapters lend to events: what follows when somebody is certified to have attended, or no more."""

from koinon.events.models import Certificate, Event
from koinon.kit.seams import Seam
from koinon.kit.verbs import Actor

with_certificates: Seam[[Event, Actor], tuple[str, str] | None] = Seam(
    "What comes with the certificates of an event: (words, address) of the page where its organisers say so"
)
certified: Seam[[Certificate], None] = Seam("Somebody attended and is certified: badges by rule, and what comes later")
uncertified: Seam[[Certificate], None] = Seam("A certificate is revoked: what came with it goes as well")
