"""Everything that must be there before pages can be served: tables, static files, catalogues, places, the encoder."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from koinon.config import catalogues, schema


def prepare(*, with_encoder: bool = True) -> Iterator[str]:
    """Bring everything up to date and say what was done, one sentence each; nothing to do is silent."""
    if catalogues.compile_all():
        yield "Compiled the translations."
    yield from schema.bring_up_to_date()
    if _collect():
        yield "Collected the static files."
    yield from _places()
    yield from _frameworks()
    if with_encoder:
        yield from _encoder()


def _collect() -> bool:
    """Collect static files when any of them changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}:{facts.st_size}:{facts.st_mtime_ns}".encode())
    mark = Path(settings.STATIC_ROOT) / ".collected"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(digest.hexdigest())
    return True


def _places() -> Iterator[str]:
    from koinon.kit.verbs import machine
    from koinon.network.actions.places import load_places
    from koinon.network.models import Place

    if not Place.objects.exists():
        load_places(by=machine("set-up"))
        yield f"Loaded the gazetteer ({Place.objects.count():,} places)."


def _frameworks() -> Iterator[str]:
    from koinon.kit.verbs import machine
    from koinon.learning.actions.competences import ship
    from koinon.learning.models import Framework

    if not Framework.objects.filter(organisation=None).exists():
        framework = ship(by=machine("set-up"))
        yield f"Loaded {framework.name} ({framework.competences.count()} competences)."


def _encoder() -> Iterator[str]:
    from koinon.kit.meaning import build, detect

    detect.prepare(Path(settings.KOINON_DATA) / "language")
    folder = Path(settings.KOINON_DATA) / "encoder"
    if settings.KOINON_ENCODER or settings.KOINON_ENCODER_MODEL:
        return
    if not build.is_built(folder):
        yield "Making the encoder model from its weights …"
        build.build(folder)
        yield "The encoder model is ready."
    yield from _themes(folder)


def _themes(encoder: Path) -> Iterator[str]:
    """What the themes mean, once, so that a writer is given the fitting ones."""
    from koinon.kit.meaning import themes
    from koinon.kit.meaning.local import Encoder
    from koinon.kit.vocabularies import eurovoc

    folder = Path(settings.KOINON_DATA) / "themes"
    if any(folder.glob("themes-*.npz")):
        return
    concepts = ((each.id, each.labels) for each in eurovoc.default_concepts())
    themes.Themes(concepts, cache=folder).prepare(Encoder(encoder, threads=2))
    yield "Learnt what the themes mean."
