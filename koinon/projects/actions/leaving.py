"""Somebody wants to be forgotten: teams go on under another lead, words stay under no name. No verbs of our own."""

from datetime import timedelta

from django.utils import timezone

from koinon.accounts.models import Person
from koinon.projects.models import Judgement, Juror, Project, Teammate

KEPT = timedelta(days=90)


def forget_person(person: Person) -> None:
    """Off all teams; who has been on a team longest leads it; a team of nobody has given up, invitations lapse.

    Nobody waits for them: a plan needs another supervisor, a jury another juror. Points that were given stay.
    """
    for row in Teammate.objects.filter(person=person, role="lead", state="active").select_related("project"):
        Teammate.objects.filter(pk=row.pk).update(role="member", state="left")
        heir = Teammate.objects.filter(project=row.project_id, state="active").order_by("at", "pk").first()
        if heir is not None:
            Teammate.objects.filter(pk=heir.pk).update(role="lead")
        else:
            _leave_alone(row.project)
    Teammate.objects.filter(person=person).delete()
    Teammate.objects.filter(email__iexact=person.email).delete()
    Project.objects.filter(supervisor=person).update(supervisor=None)
    Judgement.objects.filter(juror__person=person, state="open").delete()
    Juror.objects.filter(person=person, call__state__in=["draft", "open", "judging"], judgements=None).delete()


def purge_invitations() -> int:
    """Addresses of people who did not come are kept no longer than three months; how many went."""
    over = Teammate.objects.filter(state__in=["declined", "withdrawn", "lapsed"], at__lt=timezone.now() - KEPT)
    return over.delete()[0]


def _leave_alone(project: Project) -> None:
    """Nobody is left on the team: what was seen by others stays as given up, a draft of one person goes."""
    if project.state in ("idea", "draft") and not project.small_grants.exists():
        Project.objects.filter(pk=project.pk).delete()
        return
    open_ones = Project.objects.filter(pk=project.pk).exclude(state__in=["closed", "archived", "rejected"])
    open_ones.update(state="dropped", moved_at=timezone.now(), due_on=None)
