"""Long work of exports: the spreadsheet of a large network is written by a job and kept a week for who asked."""

import shutil
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import files, jobs
from koinon.kit.verbs import NOBODY
from koinon.network.models import Network
from koinon.network.queries import exports


@jobs.work("network.export")
def write_members(track: jobs.Track, network: str, kind: str, language: str) -> dict[str, Any]:
    """Write the members, as the person sees them at this moment, into a file of theirs."""
    person = Person.objects.get(pk=track.work.person or NOBODY)
    me = actor_of(person=person)
    row = Network.objects.filter(pk__in=list(me.roles)).get(pk=UUID(network))
    track.begin(exports.count(row))
    with tempfile.TemporaryDirectory(dir=files.drafts()) as folder:
        draft = Path(folder) / "members"
        made = exports.as_file(network=row, me=me, kind=kind, language=language, step=track.step)
        with draft.open("wb") as target, made as source:
            shutil.copyfileobj(source, target)
        name, media_type = f"{row.slug}.{kind}", files.SHEETS[f".{kind}"]
        upload = files.keep_made(file=draft, name=name, person=person.pk, scope=row.pk, media_type=media_type)
    return {"upload": str(upload.pk)}
