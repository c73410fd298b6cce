"""A Moodle backup as files: its XML by path, and its stored files, which are named by their sums in files.xml."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from koinon.learning.engine import xml
from koinon.learning.engine.archives import MB, Archive
from koinon.learning.engine.drafts import Draft, line
from koinon.learning.engine.names import safe_name
from koinon.learning.engine.reports import Refused

NULL = "$@NULL@$"
_PLUGIN = "@@PLUGINFILE@@/"


@dataclass(frozen=True)
class Stored:
    """A line of files.xml: where Moodle kept the file, and where its bytes are in the archive."""

    context: str
    component: str
    area: str
    item: str
    path: str
    name: str
    media_type: str
    licence: str
    place: str


class Backup:
    """The XML and files of one backup; `draft` collects the course."""

    def __init__(self, archive: Archive, draft: Draft) -> None:
        self.archive, self.draft = archive, draft
        self.files = self._stored()

    def root(self, path: str) -> Any:
        """The root of an XML file of the backup, or None when the backup has none."""
        name = self.archive.find(path)
        return xml.parse(self.archive.read(name, limit=64 * MB), path) if name else None

    def kept(self, context: str, component: str, area: str = "", item: str = "") -> list[Stored]:
        """Files of one context and component, in the order of files.xml."""
        found = self.files.get((context, component), [])
        return [each for each in found if area in ("", each.area) and item in ("", each.item)]

    def asset(self, stored: Stored) -> str:
        """The asset of a stored file. Raises Refused("missing") when the archive does not hold its bytes."""
        return self.draft.asset(stored.place, stored.name, stored.media_type)

    def resolver(self, context: str, component: str, where: str, item: str = "") -> Callable[[str], str | None]:
        """Finds what @@PLUGINFILE@@ addresses of a text mean; says in the report which are not there, once each."""
        table = {each.path + each.name: each for each in reversed(self.kept(context, component, item=item))}
        said: set[str] = set()

        def resolve(address: str) -> str | None:
            if not address.startswith(_PLUGIN):
                return None
            name = "/" + unquote(address[len(_PLUGIN) :].split("?", 1)[0].split("#", 1)[0]).lstrip("/")
            if stored := table.get(name):
                try:
                    return self.asset(stored)
                except Refused as refused:
                    if refused.code != "missing":
                        raise
            if name not in said:
                said.add(name)
                shown = line(name.lstrip("/"))
                self.draft.report.dropped(where, shown, "file", "file_missing", name=shown)
            return None

        return resolve

    def section_resolver(self, context: str, where: str) -> Callable[[str], str | None]:
        """The same for the words of a section, whose files are told apart by its id only."""
        item = where.rsplit("_", 1)[-1]
        contexts = [context] if context else [each for each, part in self.files if part == "course"]
        found = [self.resolver(each, "course", where, item) for each in contexts]
        return found[0] if found else self.resolver("", "course", where)

    def _stored(self) -> dict[tuple[str, str], list[Stored]]:
        found: dict[tuple[str, str], list[Stored]] = {}
        for element in xml.children(self.root("files.xml"), "file"):
            said = {name: value(element, name) for name in ("contenthash", "filename", "contextid", "component")}
            mark, name = said["contenthash"], said["filename"]
            if name in (".", "") or len(mark) != 40 or not mark.isalnum():
                continue
            stored = Stored(
                said["contextid"], said["component"], value(element, "filearea"), value(element, "itemid"),
                value(element, "filepath") or "/", _last(name), value(element, "mimetype").lower(),
                value(element, "license"), f"files/{mark[:2]}/{mark}",
            )  # fmt: skip
            found.setdefault((stored.context, stored.component), []).append(stored)
        return found


def value(element: Any, *path: str) -> str:
    """The text along a path; Moodle's sign for nothing is nothing."""
    found = xml.text(element, *path)
    return "" if found == NULL else found


def number(element: Any, *path: str) -> float:
    """The number along a path; 0 when there is none."""
    try:
        found = float(value(element, *path))
    except ValueError:
        return 0.0
    return found if abs(found) < 1e12 else 0.0


def _last(name: str) -> str:
    try:
        return safe_name(name).rsplit("/", 1)[-1]
    except Refused:
        return "file"
