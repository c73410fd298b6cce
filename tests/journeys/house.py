"""A site in this process: pages by Django's own server, letters by a real mail server on this machine.

Its jobs run when a journey waits for them, so that nothing is ever waited for in vain. No demo: a journey says itself
who is there.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from koinon.kit import mailbox
from tests import site


class House(site.Site):
    """What a walk needs to know of a site, and a worker that runs what waits."""

    def sign_in(self, page, email: str) -> None:
        """As after a letter with a link: a session of this person."""
        from django.test import Client

        from koinon.accounts.models import Person

        client = Client()
        client.force_login(Person.objects.get(email=email), backend="koinon.accounts.adapter.Backend")
        page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": self.url}])

    def wait_for_post(self, to: str, seconds: float = 20, after: int = 0):
        self.work()
        return super().wait_for_post(to, seconds, after)

    def work(self) -> None:
        """Everything that waits is done, by procrastinate's own worker."""
        problems: list[BaseException] = []

        def run() -> None:
            try:
                asyncio.run(_work())
            except BaseException as problem:
                problems.append(problem)

        worker = threading.Thread(target=run)
        worker.start()
        worker.join(60)
        assert not problems
        assert not worker.is_alive()


async def _work() -> None:
    from procrastinate.contrib.django import app

    ready = app.with_connector(app.connector.get_worker_connector())
    async with ready.open_async():
        await ready.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")


@contextmanager
def opened(url: str, folder: Path, settings) -> Iterator[House]:
    """The house at the address of a live server; settings are those of the test."""
    from koinon.events.views import scans

    settings.KOINON_URL, settings.CSRF_TRUSTED_ORIGINS = url, [url]
    settings.KOINON_DATA, settings.MEDIA_ROOT = folder, folder / "files"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", site.free_port()
    scans._worker.cache_clear()  # it names files as they were called in the test before
    keeper = mailbox.start(folder / "mail", settings.EMAIL_PORT)
    try:
        yield House(url, folder)
    finally:
        keeper.stop()
