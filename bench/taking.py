"""How long a course file takes to be read and to become a course: `python -m bench.taking MB`, one line of JSON."""

import hashlib
import io
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

from bench.measures import rounded

PARTS, ASKED = 120, 100
WORDS = "<p>A budget says what a town does with its money, from whom it comes, and who decides.</p>" * 20


def main(megabytes: int) -> None:
    django.setup()
    from koinon.learning import formats

    document = _document(megabytes)
    found = {}
    for name in ("koinon_json", "cartridge"):
        form = next(each for each in formats.all_formats() if each.name == name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"course{form.suffix}"
            if form.write is not None:
                form.write(document, path, "en")
                found[name] = _taken(path)
    print(json.dumps(found))


def _taken(path: Path) -> dict[str, Any]:
    from koinon.kit.verbs import machine
    from koinon.learning import formats
    from koinon.learning.actions import taking
    from koinon.network.models import Organisation

    size = path.stat().st_size / 2**20
    begun = time.perf_counter()
    document, report = formats.read(path, language="en")
    read = time.perf_counter()
    if document is None:
        raise RuntimeError(f"refused: {report.refusal}")
    owner = Organisation.objects.get(slug="library")
    course = taking.take(by=machine("demo"), organisation=owner, document=document)
    done = time.perf_counter()
    nodes = course.versions.get().nodes.count()
    return {
        "MB": rounded(size, 1), "read s": rounded(read - begun), "written s": rounded(done - read),
        "s/MB": rounded((done - begun) / size), "parts": nodes, "questions": len(document.questions),
    }  # fmt: skip


def _document(megabytes: int) -> Any:
    """Pages, questions and pictures of so many MB; pictures are noise, so that nothing packs them away."""
    from koinon.learning.engine import blocks, documents

    draw = random.Random(7)
    assets = [_picture(documents, draw, number) for number in range(max(1, megabytes * 8))]
    questions = [_question(documents, number) for number in range(ASKED)]
    nodes = []
    for number in range(PARTS):
        asset = assets[number % len(assets)]
        said, _codes = blocks.from_html(WORDS, seed=str(number))
        said = [*said, {"id": f"picture{number}", "type": "image", "data": {"asset": asset.key, "caption": "A leaf"}}]
        nodes.append(documents.Node(f"n{number}", "page", texts={"en": {"title": f"Page {number}", "blocks": said}}))
    settings = {"questions": [each.key for each in questions]}
    nodes.append(documents.Node("quiz", "quiz", texts={"en": {"title": "Quiz", "blocks": []}}, settings=settings))
    return documents.Document(
        key="measured", language="en", texts={"en": {"title": "Measured"}}, nodes=tuple(nodes),
        questions=tuple(questions), assets=tuple(assets),
    )  # fmt: skip


def _picture(documents: Any, draw: random.Random, number: int) -> Any:
    from PIL import Image

    out = io.BytesIO()
    Image.frombytes("RGB", (210, 210), draw.randbytes(210 * 210 * 3)).save(out, "PNG")
    data = out.getvalue()
    key = hashlib.sha256(data).hexdigest()
    return documents.Asset(key, f"leaf{number}.png", "image/png", len(data), {"en": "A leaf"}, {}, "", "", lambda: data)


def _question(documents: Any, number: int) -> Any:
    parts = tuple(documents.Part(key, float(key == "a")) for key in "abcd")
    said = {"stem": f"<p>Question {number}?</p>", **{f"{key}.text": f"Answer {key} {number}" for key in "abcd"}}
    return documents.Question(f"q{number}", "single", parts, {"en": said})


if __name__ == "__main__":
    main(int(sys.argv[1]))
