"""The processes of a machine: web, worker, encoder, and the demo's mail server."""

import asyncio
import gc
import os
from pathlib import Path

from koinon.config import environment


def serve(target: str = "koinon.config.wsgi:application") -> None:
    """Run granian until a signal comes. `target`: the entry that is served (the benches serve their own beside it)."""
    from django.conf import settings

    metrics = Path(settings.KOINON_DATA) / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    from granian import Granian
    from granian.constants import Interfaces

    _load_what_is_shared()
    gc.collect()
    gc.freeze()  # what is loaded is shared by the workers: the collector of each would else make it its own
    Granian(
        target,
        address=environment.text("KOINON_HOST"),
        port=environment.number("KOINON_PORT"),
        interface=Interfaces.WSGI,
        workers=environment.number("KOINON_WORKERS"),
        blocking_threads=6,
        backlog=1024,
        log_enabled=True,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
    ).serve()


def _load_what_is_shared() -> None:
    """Addresses, views and catalogues before the workers begin: each would else load its own."""
    from django.conf import settings
    from django.urls import get_resolver
    from django.utils import translation

    resolver = get_resolver()
    resolver.reverse_dict, resolver.namespace_dict  # noqa: B018  (asking is what loads them)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")


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
