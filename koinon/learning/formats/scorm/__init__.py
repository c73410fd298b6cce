"""SCORM 1.2 and 2004: the package stays whole and plays from the second origin; its manifest is read into settings."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine import manifests, xml
from koinon.learning.engine.archives import Archive
from koinon.learning.engine.documents import Document
from koinon.learning.engine.drafts import Draft, line
from koinon.learning.engine.manifests import Manifest, Place
from koinon.learning.engine.reports import Refused, Report, reasons
from koinon.learning.formats import Format, Progress

reasons(
    no_sequencing=_(
        "The package has several parts and rules for their order: the parts play, the rules are not followed."
    ),
    no_start=_("The package does not say which file it starts with."),
    not_asked=_("What must be done before is not enforced: the learner may choose the order."),
)


def looks(path: Path) -> bool:
    found = manifests.raw(path)
    return found is not None and (b"adlcp" in found or b"ADL SCORM" in found)


def read(path: Path, report: Report, language: str, progress: Progress) -> Document:
    """One package node; settings {"asset", "standard", "version", "organisations", "launch", "mastery", "minutes"}."""
    with Archive.at(path) as archive:
        manifest = manifests.read(archive)
        settings = described(manifest, archive)
        draft = Draft(f"scorm {manifest.id}", manifest.language or language, report)
    progress(1, 2)
    title = settings["title"] or path.stem
    settings["asset"] = draft.package(path)
    several = settings["standard"] == "scorm2004" and (len(settings["items"]) > 1 or settings["is_sequenced"])
    passed = settings["mastery"] is not None
    draft.node(
        manifests.NAME, "package", title, settings=settings, rule={"played": "passed" if passed else "completed"},
        code="no_sequencing" if several else "",
    )  # fmt: skip
    for item in settings["items"]:
        _report(report, item)
    progress(2, 2)
    return draft.document(title, summary=manifest.description, credit=line(manifest.rights))


def described(manifest: Manifest, archive: Archive) -> dict[str, Any]:
    """The facts of a package that the player and the page need. Raises Refused("no_start") without a file to start."""
    organisation = manifest.organisations[0] if manifest.organisations else None
    places = [place for place in organisation.walk() if place.resource] if organisation else []
    items = [item for place in places if (item := _item(place, manifest, archive))]
    if not items:
        items = [{"key": r.id, "title": manifest.title, "href": found} for r in manifest.resources.values()
                 if r.href and (found := archive.find(manifests.address("", r.href)))][:1]  # fmt: skip
    if not items:
        raise Refused("no_start")
    is_2004 = "2004" in manifest.version or "CAM" in manifest.version or b"adlcp_v1p3" in _head(archive)
    title = line((organisation.title if organisation else "") or manifest.title or str(items[0]["title"]))
    mastery = [item["mastery"] for item in items if item.get("mastery") is not None]
    return {
        "title": title,
        "standard": "scorm2004" if is_2004 else "scorm12",
        "version": line(manifest.version),
        "identifier": line(manifest.id),
        "organisations": [{"key": each.id, "title": line(each.title)} for each in manifest.organisations],
        "items": items,
        "launch": items[0]["href"],
        "mastery": mastery[0] if mastery else None,
        "minutes": next((item["minutes"] for item in items if item.get("minutes")), None),
        "is_sequenced": bool(xml.every(manifest.root, "sequencingRules") or xml.every(manifest.root, "rollupRules")),
    }


def _item(place: Place, manifest: Manifest, archive: Archive) -> dict[str, Any] | None:
    resource = manifest.resources.get(place.resource)
    name = archive.find(manifests.address("", resource.href)) if resource and resource.href else None
    if resource is None or name is None:
        return None
    tail = resource.href[len(resource.href.split("?", 1)[0].split("#", 1)[0]) :]
    said = {
        "key": place.id,
        "title": line(place.title) or name,
        "href": name + tail + _joined(tail, place.parameters),
        "is_visible": place.is_visible,
        "is_sco": xml.attribute(resource.element, "scormtype").lower() != "asset",
        "mastery": _mastery(place),
        "minutes": _minutes(xml.text(place.element, "maxtimeallowed") or _limit(place)),
        "prerequisites": xml.text(place.element, "prerequisites"),
        "data": xml.text(place.element, "datafromlms") or xml.text(place.element, "dataFromLMS"),
        "at_time_limit": xml.text(place.element, "timelimitaction") or xml.text(place.element, "timeLimitAction"),
    }
    return {key: value for key, value in said.items() if value not in ("", None)}


def _joined(tail: str, parameters: str) -> str:
    parameters = parameters.lstrip("?&")
    if not parameters or parameters.startswith("#"):
        return parameters
    return ("&" if "?" in tail else "?") + parameters


def _mastery(place: Place) -> float | None:
    """The share that passes: masteryscore (0 to 100) of 1.2, or the primary objective's measure (-1 to 1) of 2004."""
    said, scale = xml.text(place.element, "masteryscore"), 100.0
    if not said:
        found = xml.every(
            xml.child(place.element, "sequencing", "objectives", "primaryObjective"), "minNormalizedMeasure"
        )
        said, scale = (xml.text(found[0]) if found else ""), 1.0
    try:
        share = float(said) / scale
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None


def _limit(place: Place) -> str:
    return xml.attribute(xml.child(place.element, "sequencing", "limitConditions"), "attemptAbsoluteDurationLimit")


def _minutes(said: str) -> float | None:
    """Minutes of "HH:MM:SS" (1.2) or of a duration as "PT1H30M" (2004)."""
    import re

    if found := re.fullmatch(r"(\d{1,4}):(\d\d):(\d\d(?:\.\d+)?)", said):
        hours, minutes, seconds = found.groups()
    elif found := re.fullmatch(r"PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6}(?:\.\d+)?)S)?", said):
        hours, minutes, seconds = (each or "0" for each in found.groups())
    else:
        return None
    return round(int(hours) * 60 + int(minutes) + float(seconds) / 60, 2)


def _head(archive: Archive) -> bytes:
    return archive.read(archive.find(manifests.NAME) or manifests.NAME)[:4_000]


def _report(report: Report, item: dict[str, Any]) -> None:
    if item.get("prerequisites"):
        report.changed(item["href"], item["title"], "part", "not_asked")
    else:
        report.kept(item["href"], item["title"], "part")


FORMAT = Format(name="scorm", title="SCORM", looks=looks, read=read, suffix=".zip", order=20)
