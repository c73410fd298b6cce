"""SCORM and H5P packages inside a Moodle backup: described as if they had come alone."""

import json
import tempfile
from pathlib import Path
from typing import Any

from koinon.learning.engine import manifests
from koinon.learning.engine.archives import Archive
from koinon.learning.engine.reports import Refused
from koinon.learning.formats import h5p, scorm


def described(kind: str, content: bytes) -> dict[str, Any]:
    """The settings of a package node. Raises Refused when the package inside could not be taken alone either."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(content)
        file.flush()
        with Archive.at(Path(file.name)) as archive:
            if kind == "scorm":
                return scorm.described(manifests.read(archive), archive)
            try:
                facts = json.loads(archive.read(archive.find("h5p.json") or "h5p.json"))
            except (ValueError, RecursionError) as trouble:
                raise Refused("not_json", name="h5p.json") from trouble
            return h5p.described(facts, archive)
