"""Reviews that wait longer than was hoped; the framework that we ship."""

from datetime import date

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.learning.actions import authors
from koinon.learning.models import Version


@jobs.every("40 5 * * *", "learning.remind_reviewers")
def remind_reviewers() -> None:
    """In the morning of the day: those who are waited for hear of it once more."""
    for version in Version.objects.filter(state="review", due_on__lte=date.today()).select_related("course"):
        authors.remind(by=machine("clock"), version=version)
