"""What is cut when a learner wants to be forgotten: names, words, files; counts stay, they are nobody's any more."""

from koinon.accounts.models import Person
from koinon.kit import files
from koinon.learning.models import Answered, Attempt, Enrolment, Evidence, EvidenceFile, PlayState, Post, Received


def forget_learner(person: Person) -> None:
    """No verb of its own: it is a part of `accounts.forgotten`, in its transaction."""
    mine = {"enrolment__person": person}
    for row in EvidenceFile.objects.filter(evidence__enrolment__person=person).select_related("upload"):
        row.delete()
        files.drop(row.upload)
    Evidence.objects.filter(**mine).update(
        text="", text_html="", witness="", witness_email="", witness_says="", feedback="", history=[]
    )
    said = Evidence.objects.filter(witness_email__iexact=person.email).exclude(witness_agrees=None)
    said.update(witness="", witness_email="")
    Attempt.objects.filter(**mine).update(answers={})
    Answered.objects.filter(attempt__enrolment__person=person).update(feedback="")
    PlayState.objects.filter(**mine).update(data={})
    Post.objects.filter(person=person).update(text="", text_html="", person=None)
    Received.objects.filter(person=person).delete()
    Enrolment.objects.filter(person=person).update(why="", needs_help=False)
