"""PDFs from a Typst template and plain data: PDF/A-2a and PDF/UA-1, with fonts that know our alphabets, no network.

    pdf.write(FOLDER / "letter.typ", {"title": "…", "paragraphs": ["…"]}, language="mk")

The data travels as JSON beside the template and is never put into its text, so nothing that people write can be read as
a command. Call it in a job: a letter takes a quarter of a second of a process of its own.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("child.py")
SECONDS = 20
MEMORY = 2**31


class PdfError(RuntimeError):
    """The template or its data cannot be set; the message is for developers."""


def write(template: Path, data: Mapping[str, Any], *, language: str = "en", seconds: int = SECONDS) -> bytes:
    """Set `data` (plain JSON values; dates as words already) with a template that reads `json(bytes(sys.inputs.data))`.

    `language` is there as `sys.inputs.language`. Raises PdfError when the template fails or takes more than `seconds`.
    """
    order = {"template": str(template), "data": json.dumps(data, ensure_ascii=False), "language": language[:2]}
    command = [sys.executable, "-I", str(_CHILD), str(MEMORY), str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, arguments as a list
            command, input=json.dumps(order).encode(), capture_output=True, timeout=seconds + 5, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise PdfError(f"{template.name} took longer than {seconds} seconds") from problem
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise PdfError(f"{template.name}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout
