"""XML of strangers: no entities, no document types, nothing fetched, a bounded depth."""

from typing import Any

from lxml import etree

from koinon.learning.engine.reports import Refused

_LARGEST = 64 * 1024 * 1024


def parse(data: bytes, name: str) -> Any:
    """The root element (lxml). Raises Refused("not_xml") for what is not XML, is too large, or defines entities."""
    if len(data) > _LARGEST or b"<!ENTITY" in data or b"<\x00!\x00E\x00N\x00T" in data:
        raise Refused("not_xml", name=name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as trouble:
        raise Refused("not_xml", name=name) from trouble
    if root is None:
        raise Refused("not_xml", name=name)
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, name: str) -> list[Any]:
    """Elements directly below, by local name: writers disagree about namespaces."""
    return [each for each in element if local(each) == name] if element is not None else []


def child(element: Any, *path: str) -> Any:
    """The first element along a path of local names, or None."""
    for name in path:
        found = children(element, name)
        if not found:
            return None
        element = found[0]
    return element


def every(element: Any, name: str) -> list[Any]:
    """All elements below, at any depth, by local name."""
    return [each for each in element.iter() if local(each) == name] if element is not None else []


def text(element: Any, *path: str) -> str:
    """The text of the element along a path, all of it, stripped; "" when there is none."""
    found = child(element, *path) if path else element
    return "".join(found.itertext()).strip() if found is not None else ""


def attribute(element: Any, name: str) -> str:
    """An attribute by local name, whatever its namespace; "" when there is none."""
    for key, value in element.attrib.items() if element is not None else ():
        if key.rsplit("}", 1)[-1] == name:
            return str(value)
    return ""
