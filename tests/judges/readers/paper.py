"""paper.py PDF: what pikepdf finds in it. Its validator knows PDF/A-2b (all of 2a but the tags, which are read here).

stdout: {"facts": {…}, "findings": [[rule, message], …]}.
"""

import json
import sys

import pikepdf
from pikepdf import pdfa

MARKS = {
    "part": "{http://www.aiim.org/pdfa/ns/id/}part",
    "level": "{http://www.aiim.org/pdfa/ns/id/}conformance",
    "accessible": "{http://www.aiim.org/pdfua/ns/id/}part",
    "title": "{http://purl.org/dc/elements/1.1/}title",
}


def walk(element):
    """All elements of the tree of tags."""
    yield element
    below = element.get("/K", [])
    for each in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield from walk(each)


def facts_of(pdf):
    root = pdf.Root
    tags = [each for each in walk(root.StructTreeRoot) if "/S" in each]
    with pdf.open_metadata() as metadata:
        marks = {name: str(metadata.get(key)) for name, key in MARKS.items()}
    return marks | {
        "is_tagged": bool(root.MarkInfo.Marked), "language": str(root.Lang),
        "shows_title": bool(root.ViewerPreferences.DisplayDocTitle), "kinds": sorted({str(each.S) for each in tags}),
        "figures": [str(each.get("/Alt", "")) for each in tags if each.S == "/Figure"],
    }  # fmt: skip


def main():
    with pikepdf.open(sys.argv[1]) as pdf:
        facts = facts_of(pdf)
    # Kinds it says it cannot look at are no verdict; nor is its short list of XMP, nor that 2a is not called 2b.
    found = [each for each in pdfa.validate_written(sys.argv[1], "2b").findings if each.kind == "violation"]
    findings = [[each.rule, each.message] for each in found if ":6.6." not in each.rule]
    json.dump({"facts": facts, "findings": findings}, sys.stdout)


main()
