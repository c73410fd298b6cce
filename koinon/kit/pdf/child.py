"""Runs alone, in a process with little memory and time: sets one template with its data and writes the PDF out.

Called by the package as a script with: bytes of memory, seconds of CPU; the order comes as JSON on standard input.
"""

import json
import sys
from pathlib import Path

import typst

try:
    import resource
except ImportError:  # not on Windows: there the parent's time limit is all
    resource = None  # type: ignore[assignment]

EMBEDDED_ONLY = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def main(memory: int, seconds: int) -> None:
    """Fonts of the wheel only, files of the template's folder only, no packages from anywhere."""
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    order = json.load(sys.stdin)
    template = Path(order["template"])
    nowhere = template.parent / "no-packages"
    compiler = typst.Compiler(
        template,
        root=template.parent,
        font_paths=EMBEDDED_ONLY,
        sys_inputs={"data": order["data"], "language": order["language"]},
        package_path=nowhere,
        package_cache_path=nowhere,
    )
    sys.stdout.buffer.write(made(compiler))


def made(compiler: typst.Compiler) -> bytes:
    """Archival and accessible (PDF/A-2a, PDF/UA-1); a letter without a font costs the marks, not the paper."""
    try:
        written = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    except typst.TypstError:
        written = compiler.compile(format="pdf")
    return bytes(written)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
