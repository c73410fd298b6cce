"""Queues jobs for the worker and waits for them: `python -m bench.queueing 40`."""

import sys
import time

PATIENCE = 60


def main(count: int) -> None:
    import django

    django.setup()
    from procrastinate.contrib.django.models import ProcrastinateJob

    from koinon.kit import jobs
    from koinon.matching.clock.index import index_listing
    from koinon.matching.models import Listing
    from koinon.network.clock.indexing import index_organisation

    for listing in Listing.objects.order_by("pk")[:count]:
        jobs.later(index_organisation, organisation=str(listing.organisation_id))
        jobs.later(index_listing, listing=str(listing.pk))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists():
        time.sleep(0.5)


if __name__ == "__main__":
    main(int(sys.argv[1]))
