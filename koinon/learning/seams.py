"""Where later chapters lend to learning: what follows when somebody has finished a course."""

from koinon.kit.seams import Seam
from koinon.learning.models import Enrolment

finished: Seam[[Enrolment], None] = Seam("Somebody finished a course: awards by rule, and what later chapters add")
