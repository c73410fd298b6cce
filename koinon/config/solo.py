"""`koinon match` and `koinon quality`: the matcher alone, on a file, with no server and no database."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import click

from koinon.config import environment
from koinon.kit.meaning.build import BuildError
from koinon.kit.meaning.port import EncoderUnavailable

Progress = Callable[[str], Callable[[int, int], None]]


def encoder_folder() -> Path:
    """Where the encoder model lies; made now if it is not there."""
    from koinon.kit.meaning import build

    folder = Path(environment.text("KOINON_ENCODER_FOLDER") or environment.data() / "encoder")
    if not build.is_built(folder):
        click.echo("Making the encoder model from its weights: about a minute, once …", err=True)
        build.build(folder)
    return folder


def quality(*, file: Path, raw: bool, progress: Progress) -> int:
    """Print the measures as JSON; 2 when the file cannot be used."""
    from koinon.kit.meaning.local import Encoder
    from koinon.matching.engine import quality as engine

    try:
        measured = engine.measure(
            file,
            raw=raw,
            encoder=Encoder(encoder_folder(), threads=os.cpu_count() or 1),
            progress=progress("texts"),
        )
    except (ValueError, OSError, BuildError, EncoderUnavailable) as problem:
        click.echo(f"{file}: {problem}", err=True)
        return 2
    click.echo(json.dumps(measured, ensure_ascii=False, indent=2))
    return 0


def partners(*, file: Path, split: int, progress: Progress) -> int:
    """Print how well new partners are found in a record cut at a year, as JSON; 2 when the file cannot be used."""
    from koinon.matching.engine import partners_measured, partners_record

    step = progress("parts")
    try:
        record = partners_record.read(file)
        measured = partners_measured.measure(record, split, progress=lambda part: step(part, 3))
    except partners_record.RecordError as problem:
        click.echo(f"{file}: {problem}", err=True)
        return 2
    click.echo(json.dumps({"file": file.name} | measured, ensure_ascii=False, indent=2))
    return 0


def match(*, file: Path, out: Path, language: str, progress: Progress) -> int:
    """Write <out>.html and <out>.xlsx; 2 when the file cannot be used."""
    from koinon.kit.meaning.local import Encoder
    from koinon.matching.engine import report

    try:
        written = report.run(
            file=file,
            out=out,
            language=language,
            encoder=Encoder(encoder_folder(), threads=os.cpu_count() or 1),
            progress=progress("rows"),
        )
    except (ValueError, OSError, BuildError, EncoderUnavailable) as problem:
        click.echo(f"{file}: {problem}", err=True)
        return 2
    for path in written:
        click.echo(str(path))
    return 0
