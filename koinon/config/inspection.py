"""`koinon check`: settings, what is ready, the chronicle's proof, licences."""

import os
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import click

from koinon.config import environment

COMPATIBLE = (
    "mit", "bsd", "apache", "isc", "mpl", "lgpl", "psf", "python", "gpl", "eupl", "unlicense", "zlib", "hpnd", "0bsd",
    "cc0", "public domain", "zpl", "cnri", "libpng",
)  # fmt: skip


def run(*, chronicle: bool, licences: bool) -> int:
    """Print what was asked for; returns the exit code."""
    if licences:
        return _licences()
    if chronicle:
        return _chronicle()
    return _settings() or _ready()


def _settings() -> int:
    click.echo("Settings (from the environment)")
    for setting in environment.SETTINGS:
        value = environment.text(setting.name)
        shown = "(set)" if setting.is_secret and os.environ.get(setting.name) else value
        origin = "" if setting.name in os.environ else "  [default]"
        click.echo(f"  {setting.name:<24} {shown or '—'}{origin}\n      {setting.says}")
    if faults := list(environment.faults()):
        click.secho("\n".join(faults), fg="red")
        return 1
    if environment.flag("KOINON_DEMO") and environment.text("KOINON_URL").startswith("https"):
        click.secho("KOINON_DEMO must be off on a public site.", fg="red")
        return 1
    if environment.text("KOINON_INBOX") and not environment.text("KOINON_INBOX_AUTHSERV"):
        click.secho("Answers by e-mail: the sender line is believed; name your mail server in KOINON_INBOX_AUTHSERV.")
    play, home = (urlsplit(environment.text(name)).hostname for name in ("KOINON_PLAY_URL", "KOINON_URL"))
    if play and play == home:
        click.secho("KOINON_PLAY_URL needs another host name than KOINON_URL: cookies do not know ports.", fg="red")
        return 1
    return 0


def _ready() -> int:
    from koinon.config import settings
    from koinon.kit.meaning import build

    click.echo("Ready?")
    folder = Path(settings.DATA)
    is_ours = os.access(folder, os.W_OK)
    facts = {"data folder": "ok" if is_ours else f"{folder} cannot be written"}
    is_built = is_ours and build.is_built(folder / "encoder")
    facts["encoder model"] = "ok" if is_built else "not made yet: koinon migrate"
    if environment.text("DATABASE_URL") or settings.CLUSTER.is_running():
        import django

        django.setup()
        from koinon.kit.health import readiness

        facts.update(readiness())
    else:
        facts["database"] = "the embedded one is not running"
    for name, state in facts.items():
        click.echo(f"  {name:<24} {state}")
    return int(any(state not in ("ok", "the embedded one is not running") for state in facts.values()))


def _chronicle() -> int:
    from koinon.config.cli import with_database

    @with_database
    def prove() -> int:
        from koinon.kit import chronicle
        from koinon.kit.models import Seal

        problems = list(chronicle.check())
        for problem in problems:
            click.secho(problem, fg="red")
        if not problems:
            click.echo(
                f"The chronicle is whole: {Seal.objects.count()} seals follow each other and fit their statements."
            )
        return int(bool(problems))

    return int(prove())


def _licences() -> int:
    """Every installed distribution with its licence; 1 when one is not known to go with EUPL-1.2."""
    doubtful = 0
    for found in sorted(metadata.distributions(), key=lambda one: (one.metadata["Name"] or "").lower()):
        licence = _licence_of(found)
        fits = any(word in licence.lower() for word in COMPATIBLE)
        doubtful += not fits
        click.echo(f"{found.metadata['Name']:<32} {found.version:<16} {licence}{'' if fits else '   ← not known'}")
    return int(bool(doubtful))


def _licence_of(found: metadata.Distribution) -> str:
    """The licence as the package states it: expression, classifiers, or the first line of the field."""
    facts = found.metadata
    if facts.get("License-Expression"):
        return str(facts["License-Expression"])
    classified = [line.split(" :: ")[-1] for line in facts.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [name for name in classified if name != "OSI Approved"]
    return "; ".join(named) or (facts.get("License") or "").strip().split("\n")[0][:80] or "not stated"
