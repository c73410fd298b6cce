"""A course that comes as a file from elsewhere: the worker reads it, the report waits for who speaks for the city."""

import io
import tempfile
import zipfile
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from koinon.kit.verbs import Actor
from koinon.learning import formats
from koinon.learning.actions import imports
from koinon.learning.models import Course, CourseImport
from koinon.learning.queries.documents import document_of
from koinon.network.models import Organisation

NAME, LANGUAGE = "networking-for-hubs-demo.imscc", "el"
TOOL = b'<resource identifier="tool" type="imsbasiclti_xmlv1p3"><file href="tool.xml"/></resource>'
COURSE, HOUSE = "networking-for-hubs", "municipality-of-serres"


def load(*, by: Actor) -> bool:
    """Send the hubs' course to the city as a Common Cartridge; False when it is there, or its course is not."""
    course = Course.objects.filter(is_demo=True, slug=COURSE).first()
    house = Organisation.objects.filter(is_demo=True, slug=HOUSE).first()
    if course is None or house is None or CourseImport.objects.filter(organisation=house, name=NAME).exists():
        return False
    version = course.versions.published().select_related("course").first()
    kind = next(each for each in formats.all_formats() if each.suffix == Path(NAME).suffix)
    if version is None or kind.write is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / NAME
        kind.write(document_of(version), target, LANGUAGE)
        sent = SimpleUploadedFile(NAME, _with_a_tool(target.read_bytes()), content_type="application/zip")
    imports.send(by=by, organisation=house, upload=[sent], language=LANGUAGE)
    return True


def _with_a_tool(cartridge: bytes) -> bytes:
    """The same with a link to a tool elsewhere, which cannot come along: the report has something to tell."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(cartridge)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "imsmanifest.xml":
                data = data.replace(b"</resources>", TOOL + b"</resources>")
            new.writestr(name, data)
        new.writestr("tool.xml", "<cartridge_basiclti_link/>")
    return made.getvalue()
