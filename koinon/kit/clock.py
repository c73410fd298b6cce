"""What the tools do by themselves: seal the chronicle, add partitions, sweep, rescue jobs of a worker that died."""

from datetime import timedelta
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from django.utils import timezone
from procrastinate.contrib.django import app as queue

from koinon.kit import chronicle, jobs, limits, search
from koinon.kit.models import Arrival, UsedLink, Work

log = structlog.get_logger(__name__)
SILENT = timedelta(minutes=2)
LINKS_KEPT = timedelta(days=60)
ARRIVALS_KEPT = timedelta(days=90)


@jobs.every("* * * * *", "kit.seal")
def seal() -> None:
    """Seal the statements of the last minute."""
    chronicle.seal_all()


@jobs.every("15 3 * * *", "kit.sweep")
def sweep() -> None:
    """Nightly: partitions for the coming months, old rate windows and used links away."""
    chronicle.add_partitions()
    limits.sweep()
    UsedLink.objects.filter(used_at__lt=timezone.now() - LINKS_KEPT).delete()
    Arrival.objects.filter(at__lt=timezone.now() - ARRIVALS_KEPT).exclude(state="waiting").delete()


@jobs.every("*/2 * * * *", "kit.rescue")
def rescue_stalled() -> None:
    """Every other minute: jobs whose worker gave no sign of life go back into the queue."""
    rescue()


def rescue() -> int:
    """Put jobs of dead workers back into the queue; returns how many. Jobs are idempotent, so running again is safe."""
    manager = queue.job_manager
    stalled = list(async_to_sync(manager.get_stalled_jobs)(seconds_since_heartbeat=SILENT.total_seconds()))
    for job in stalled:
        if job.id is not None:
            manager.retry_job_by_id(job_id=job.id, retry_at=timezone.now())
    Work.objects.filter(state=Work.State.RUNNING, asked_to_stop=True, started_at__lt=timezone.now() - SILENT).update(
        state=Work.State.CANCELLED, ended_at=timezone.now()
    )
    if stalled:
        log.warning("jobs of a dead worker run again", jobs=len(stalled))
    return len(stalled)


@jobs.every("* * * * *", "kit.heal_meanings")
def heal_meanings() -> None:
    """Each minute: texts that were indexed while the encoder was away get their meaning."""
    search.heal()


@jobs.every("40 2 * * *", "kit.refit_meanings")
def refit_meanings() -> None:
    """Nightly: what the languages of each network add to a text is learnt anew."""
    search.refit_all()


@jobs.task("kit.refit_scope")
def refit_scope(scope: str) -> None:
    """When the texts of a scope have grown by a fifth. Cut off, it goes on where it was when it runs again."""
    search.refit(UUID(scope), progress=lambda done, of: log.info("meanings written", scope=scope, done=done, of=of))
