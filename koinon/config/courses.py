"""`koinon course check` and `koinon course import`: one file, or a folder of them with all that is in it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

Progress = Callable[[int, int], None]


def check(*, path: Path, language: str, progress: Progress) -> int:
    """Print the report of a file, or a list of reports, each with its file; 0 importable, 2 when one is refused."""
    found = [(name, _report(file, language, progress)) for name, file in _files(path)]
    said = [{"file": name, **report} for name, report in found] if path.is_dir() else found[0][1]
    _say(said)
    return 0 if all(report["is_importable"] for _name, report in found) else 2


def bring(*, path: Path, organisation: str, language: str) -> int:
    """Send files for an organisation as its page does; its reports are read and decided there. 2: no such one, none."""
    from django.core.files.uploadedfile import UploadedFile

    from koinon.kit.verbs import machine
    from koinon.learning.actions import imports
    from koinon.network.models import Organisation

    home = Organisation.objects.filter(slug=organisation).first()
    files = list(_files(path))
    if home is None or not files:
        click.echo(f"{organisation}: no such organisation" if home is None else f"{path}: no files", err=True)
        return 2
    sent = []
    for name, file in files:
        with file.open("rb") as bytes_:
            given = UploadedFile(bytes_, name=file.name, size=file.stat().st_size)
            made = imports.send(by=machine("import"), organisation=home, upload=[given], language=language)
        sent.append({"file": name, "import": str(made[0].pk)})
    _say(sent)
    return 0


def _report(file: Path, language: str, progress: Progress) -> dict[str, Any]:
    from koinon.learning import formats

    return formats.read(file, language=language, progress=progress)[1].as_json()


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Names below the folder and files, hidden ones and links left out; or the one file."""
    if not path.is_dir():
        yield path.name, path
        return
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path)
        if file.is_file() and not file.is_symlink() and not any(part.startswith(".") for part in name.parts):
            yield str(name), file


def _say(said: Any) -> None:
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))
