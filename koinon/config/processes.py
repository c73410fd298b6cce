"""The processes of a machine: web, worker, encoder, and the demo's mail server."""

import asyncio
import ctypes
import datetime as dt
import gc
import os
from contextlib import suppress
from pathlib import Path

from koinon.config import environment

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Names of the knobs in malloc.h of glibc."""


def serve(target: str = "koinon.config.wsgi:application") -> None:
    """Run granian until a signal comes. `target`: the entry that is served (the benches serve their own beside it)."""
    from koinon.config import nursery

    metrics = environment.data() / "metrics"  # no settings here: they load the database's driver (see nursery)
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    from granian.constants import Interfaces

    if can_adopt := nursery.adopt():
        nursery.Nursed.prepare = staticmethod(_prepare)
    else:
        _prepare()
    (nursery.Nursed if can_adopt else nursery.Server)(
        target,
        address=environment.text("KOINON_HOST"),
        port=environment.number("KOINON_PORT"),
        interface=Interfaces.WSGI,
        workers=environment.number("KOINON_WORKERS"),
        blocking_threads=3,
        backlog=1024,
        log_enabled=True,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
    ).serve()


def _prepare() -> None:
    """Load the application, in the process that forks the workers (see `nursery`)."""
    from koinon.config import spare

    spare.before()
    from django.conf import settings

    from koinon.config import wsgi  # noqa: F401  (loading it is what is wanted)

    _keep_memory_small()
    languages = [code for code, _name in settings.LANGUAGES]
    _load_what_is_shared(languages)
    spare.after(languages)
    gc.collect()
    spare.fill()
    gc.freeze()  # what is loaded is shared by the workers: the collector of each would else make it its own


def _keep_memory_small() -> None:
    """One heap for all threads, given back when it is empty (glibc makes one a thread, and keeps them all)."""
    with suppress(OSError, AttributeError):  # another C library has no such knobs
        library = ctypes.CDLL(None)
        for knob, value in ((M_ARENA_MAX, 1), (M_TRIM_THRESHOLD, 131_072), (M_MMAP_THRESHOLD, 131_072)):
            library.mallopt(knob, value)


def _load_what_is_shared(languages: list[str]) -> None:
    """Catalogues and names of months before the workers begin: each would else load its own."""
    from django.utils import translation

    from koinon.kit import moments

    today = dt.datetime.now(dt.UTC).date()
    for language in languages:
        with translation.override(language):
            translation.gettext("")
            moments.long_day(today, language)
            moments.clock(dt.time(12), language)
            moments.ago(dt.timedelta(hours=1), language)


def work() -> None:
    """Run jobs of every queue until a signal comes; a job that is running may finish."""
    from procrastinate.contrib.django import app

    from koinon.kit import clock

    clock.rescue()

    async def run() -> None:
        ready = app.with_connector(app.connector.get_worker_connector())
        async with ready.open_async():
            await ready.run_worker_async(
                concurrency=2,
                wait=True,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=20,
                delete_jobs="successful",
                install_signal_handlers=True,
            )

    asyncio.run(run())


def encode() -> None:
    """Run the encoder process on its Unix socket; a folder named in KOINON_ENCODER_MODEL is another ONNX encoder."""
    from koinon.config import settings
    from koinon.kit.meaning import detect
    from koinon.kit.meaning import serve as encoder

    model = Path(settings.KOINON_ENCODER_MODEL) if settings.KOINON_ENCODER_MODEL else settings.DATA / "encoder"
    detect.use(settings.DATA / "language")
    languages = [code for code, _name in settings.LANGUAGES]
    encoder.run(folder=model, socket=settings.DATA / "encoder.sock", threads=2, languages=languages)


def receive_mail(port: int) -> None:
    """Receive mail on loopback and keep it in the data folder, until a signal comes."""
    from koinon.config import settings
    from koinon.kit import mailbox

    mailbox.serve(folder=settings.DATA / "mail", port=port)


def take_letters() -> None:
    """Receive what people answer by e-mail, and bounces, until a signal comes."""
    from django.conf import settings

    from koinon.kit.inbox import server

    server.serve(settings.KOINON_INBOX_LISTEN)
