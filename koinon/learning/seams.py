"""Where later chapters lend to learning: what a run is part of, what follows when somebody finished a course."""

from koinon.kit.seams import Seam
from koinon.kit.verbs import Actor
from koinon.learning.models import Enrolment, Run

belongs: Seam[[Run, Actor], tuple[str, str] | None] = Seam("What a run is part of: its words and its address")
finished: Seam[[Enrolment], None] = Seam("Somebody finished a course: awards by rule, and what later chapters add")
