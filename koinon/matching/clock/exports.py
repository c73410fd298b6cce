"""Large pictures as files, made by a job for one person."""

import tempfile
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone, translation

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import files, jobs
from koinon.kit.verbs import NOBODY
from koinon.matching.notices import exports as notices
from koinon.matching.queries import exports, picture
from koinon.network.models import Network

MANY = 5000
"""Above so many members a file is made by a job, in a ZIP."""


@jobs.work("matching.export_ties")
def export_ties(track: jobs.Track, network: str, kind: str, query: str, language: str) -> dict[str, Any]:
    """Write the file with what this person may see now, tell them where it is; gives the id of the file."""
    person = Person.objects.get(pk=track.work.person or NOBODY)
    me = actor_of(person=person)
    row = Network.objects.filter(pk__in=list(me.roles)).get(pk=UUID(network))
    question = picture.allowed(picture.asked(QueryDict(query)), row, me)
    name = f"{row.slug}-ties-{timezone.now():%Y-%m-%d}.{kind}"
    track.begin(1 + picture.ties_of(row, me, question).count())
    with tempfile.TemporaryDirectory(dir=files.drafts()) as folder, translation.override(language):
        draft = Path(folder) / "ties.zip"
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as out:
            for piece in exports.lines(kind, row, me, question, language=language):
                out.write(piece)
        upload = files.keep_made(file=draft, name=f"{name}.zip", person=person.pk, scope=row.pk)
    notices.ready(person, row, str(upload.pk))
    return {"upload": str(upload.pk)}
