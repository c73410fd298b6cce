"""Where later chapters lend to events: what follows when somebody is certified to have attended."""

from koinon.events.models import Certificate
from koinon.kit.seams import Seam

certified: Seam[[Certificate], None] = Seam("Somebody attended and is certified: badges by rule, and what comes later")
