"""The `koinon` command: serve, worker, encoder, migrate, demo, import, match, quality, course, badge, check, shell.

Settings come from the environment; the few options here only set it before Django is loaded.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from koinon import __version__

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koinon.config.settings")
ENDS = (signal.SIGTERM, signal.SIGHUP)
STOPS = (*ENDS, signal.SIGINT)


def main() -> None:
    """Entry point."""
    tell(lambda: cli(prog_name="koinon"))


def tell(run: Callable[[], Any]) -> None:
    """Do it; trouble is said in one sentence, without a traceback, and ends this process."""
    from koinon.kit.postgres import Trouble

    try:
        run()
    except Trouble as trouble:
        click.secho(str(trouble), fg="red", err=True)
        sys.exit(1)
    except Exception as problem:
        if not (said := _said_by_the_database(problem)):
            raise
        click.secho(said, fg="red", err=True)
        sys.exit(1)


def _said_by_the_database(problem: Exception) -> str:
    """One sentence when it cannot be reached, or holds no tables yet; nothing for a mistake of ours."""
    from django.db import OperationalError, ProgrammingError
    from psycopg.errors import UndefinedTable

    if isinstance(problem, OperationalError):
        return f"The database cannot be reached: {' '.join(str(problem).split())}"
    is_empty = isinstance(problem, ProgrammingError) and isinstance(problem.__cause__, UndefinedTable)
    return "The database has no tables yet: koinon migrate" if is_empty else ""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="koinon")
def cli() -> None:
    """Koinon: the self-hosted home of a network of places that learn."""


def with_database(function: Callable[..., Any]) -> Callable[..., Any]:
    """The embedded database, when it is the one in use, runs at least as long as this command."""
    from functools import wraps

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        import django

        with database():
            django.setup()
            return function(*args, **kwargs)

    return run


def embedded() -> AbstractContextManager[None]:
    """In here the embedded database runs; with DATABASE_URL there is nothing to do. Raises Trouble."""
    from koinon.config import environment
    from koinon.kit.postgres import Cluster

    return nullcontext() if environment.text("DATABASE_URL") else Cluster(environment.data() / "postgres").used()


@contextmanager
def database() -> Iterator[None]:
    """The same for a command that listens to nobody yet: who asks it to stop leaves no database behind.

    While the database starts and stops a request is noted; in between it ends the command in order.
    """
    asked: list[int] = []
    before = _on_request(dict.fromkeys(STOPS, lambda number, _frame: asked.append(number)))
    try:
        with embedded():
            noting = _on_request(before | dict.fromkeys(ENDS, _leave))
            try:
                if asked:
                    sys.exit(128 + asked[0])
                yield
            finally:
                _on_request(noting)
    finally:
        _on_request(before)


def _on_request(handlers: dict[int, Any]) -> dict[int, Any]:
    return {number: signal.signal(number, handler) for number, handler in handlers.items()}


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


@cli.command()
def serve() -> None:
    """Run the web server (needs: koinon migrate; beside it: koinon worker, koinon encoder)."""
    from koinon.config import processes

    with database():
        processes.serve()


@cli.command()
@with_database
def worker() -> None:
    """Run jobs and the clock. Several may run, on several machines."""
    from koinon.config import processes

    processes.work()


@cli.command()
def encoder() -> None:
    """Run the encoder process: texts become vectors, for the web and the worker of this machine."""
    from koinon.config import processes

    processes.encode()


@cli.command()
@with_database
def inbox() -> None:
    """Receive answers by e-mail and bounces (SMTP or LMTP; needs KOINON_INBOX)."""
    from koinon.config import processes

    processes.take_letters()


@cli.command(hidden=True)
@click.argument("port", type=int)
def mailbox(port: int) -> None:
    """The demo's mail server: keeps every letter in the data folder."""
    from koinon.config import processes

    processes.receive_mail(port)


@cli.command()
@with_database
def migrate() -> None:
    """Bring the database, static files and the encoder model up to date. Safe to repeat."""
    from koinon.config import preparation

    for line in preparation.prepare():
        click.echo(line)


@cli.command()
@click.option("--port", type=int, default=8000, show_default=True, help="Port of the web server.")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: var/).")
def demo(port: int, data: Path | None) -> None:
    """Start everything with the demo network, until Ctrl-C."""
    from koinon.config import demonstration

    sys.exit(demonstration.run(port=port, data=data))


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--network", required=True, help="Slug of the network.")
@click.option("--dry-run", is_flag=True, help="Only check: print the faults of each row.")
@click.option(
    "--twins",
    type=click.Choice(["ask", "same", "new"]),
    default="ask",
    show_default=True,
    help="Rows that may be organisations we know: a fault, the same organisation, or a new one.",
)
@with_database
def import_(file: Path, network: str, dry_run: bool, twins: str) -> None:
    """Import organisations with offers and needs from XLSX, ODS or CSV: all rows or none."""
    from koinon.kit.verbs import machine
    from koinon.network.actions import intake

    report = intake.run_file(
        path=file, network=network, by=machine("import"), dry_run=dry_run, twins=twins, progress=_progress("rows")
    )
    click.echo(json.dumps(report, ensure_ascii=False, indent=2, default=str))
    sys.exit(0 if not report.get("faults") else 1)


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Where to write: REPORT.html and REPORT.xlsx.",
)
@click.option("--language", default="en", show_default=True, help="Language of the report.")
def match(file: Path, out: Path, language: str) -> None:
    """Match the offers and needs of a spreadsheet, with no server: an HTML page (table, map, clusters) and an XLSX."""
    from koinon.config import solo

    sys.exit(solo.match(file=file, out=out, language=language, progress=_progress))


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--raw", is_flag=True, help="Without calibration: plain cosines.")
@click.option(
    "--partners",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Measure the finding of new partners on a record of who took part with whom (CSV, gzipped or not).",
)
@click.option("--split", type=int, help="With --partners: known is what began before this year.")
def quality(file: Path | None, raw: bool, partners: Path | None, split: int | None) -> None:
    """Measure the matcher on a file of cases (JSON lines), or on a record of partners; prints JSON."""
    from koinon.config import solo

    if (file is None) == (partners is None):
        raise click.UsageError("Give a file of cases, or --partners FILE --split YEAR.")
    if (partners is None) != (split is None):
        raise click.UsageError("--partners and --split go together.")
    if partners is not None and split is not None:
        sys.exit(solo.partners(file=partners, split=split, progress=_progress))
    if file is not None:
        sys.exit(solo.quality(file=file, raw=raw, progress=_progress))


@cli.group()
def badge() -> None:
    """Open Badges."""


@badge.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--issuer",
    "issuers",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of an issuer's DID document (did.json). May be given several times.",
)
@click.option(
    "--status",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of a status list. May be given several times.",
)
@click.option("--holder", default="", help="E-mail address of the person who should hold it.")
@click.option("--online", is_flag=True, help="Read what is missing from the public internet (https only).")
def badge_verify(file: Path, issuers: tuple[Path, ...], lists: tuple[Path, ...], holder: str, online: bool) -> None:
    """Verify an Open Badge 3.0 (token, JSON, PNG or SVG) and print the verdict as JSON.

    Exits 0 when it is valid, 1 when it is not, 2 when it cannot be verified.
    """
    from koinon.config import badges

    sys.exit(badges.verify(file=file, issuers=issuers, lists=lists, holder=holder, online=online))


@cli.command()
@click.option("--chronicle", is_flag=True, help="Prove the seals of the chronicle.")
@click.option("--licences", is_flag=True, help="List everything installed with its licence.")
def check(chronicle: bool, licences: bool) -> None:
    """List the settings and what is ready; exit 1 when something is wrong."""
    from koinon.config import inspection

    sys.exit(inspection.run(chronicle=chronicle, licences=licences))


@cli.group()
def course() -> None:
    """Courses as files, or folders of them: what would come of an import; take them over."""


@course.command("check")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--language", default="en", show_default=True, help="Language of texts that do not say theirs.")
def check_course(path: Path, language: str) -> None:
    """Print as JSON what an import would keep, change and drop; exit 0 importable, 2 refused with a reason.

    Of a folder: a list with a report for each file in it; exit 2 when one of them is refused.
    """
    import django

    django.setup()
    from koinon.config import courses

    sys.exit(courses.check(path=path, language=language, progress=_progress("items")))


@course.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--organisation", required=True, help="Slug of the organisation that takes them over.")
@click.option("--language", default="en", show_default=True, help="Language of texts that do not say theirs.")
@with_database
def import_course(path: Path, organisation: str, language: str) -> None:
    """Send a file, or all files of a folder; the worker reads them, who speaks for the organisation decides."""
    from koinon.config import courses

    sys.exit(courses.bring(path=path, organisation=organisation, language=language))


@cli.command()
@with_database
def shell() -> None:
    """A Python shell with the models loaded."""
    from django.core.management import call_command

    call_command("shell")


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, hidden=True)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@with_database
def manage(words: tuple[str, ...]) -> None:
    """Django's own commands, for developers."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["koinon manage", *words])


def _progress(label: str) -> Callable[[int, int], None]:
    """A progress line on the error stream; quiet when nobody watches."""
    bar: list[Any] = []

    def step(done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        if not bar:
            bar.append(click.progressbar(length=total, label=label, file=sys.stderr))
        bar[0].update(done - bar[0].pos)
        if done >= total:
            bar[0].render_finish()

    return step
