"""Is it alive, is it ready, how is it doing: for operators and their monitors."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("koinon_requests", "Requests by view and hundred of the status", ["view", "hundred"])
SECONDS = Histogram(
    "koinon_seconds",
    "Seconds of server time by view",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)


def readiness() -> dict[str, str]:
    """What a page needs, each with "ok" or one sentence of trouble; cheap enough to ask each second."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    facts = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        facts["database"] = "ok"
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        facts["migrations"] = "ok" if not waiting else f"{len(waiting)} to be applied"
    except DatabaseError as problem:
        facts["database"] = type(problem).__name__
    return facts


def gauges() -> str:
    """Numbers of the queue in the Prometheus text format."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")
        rows = cursor.fetchall()
    lines = ["# HELP koinon_jobs Jobs in the queue by status", "# TYPE koinon_jobs gauge"]
    lines += [f'koinon_jobs{{status="{status}"}} {count}' for status, count in rows]
    return "\n".join(lines) + "\n"
