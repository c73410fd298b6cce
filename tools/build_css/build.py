"""Build the stylesheet and the script of every page from these sources, the picked parts of Bootstrap, and htmx.

Run by hand when a source changed (`python tools/build_css/build.py`), needs npm; the results are committed, so that
neither installing nor running Koinon needs Node. With --check it says whether the committed results are up to date.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KIT = HERE.parents[1] / "koinon" / "kit" / "static" / "kit"
PACKAGES = ("sass@1.108.2", "bootstrap@5.3.9")
CACHE = Path(tempfile.gettempdir()) / "koinon-build-css"
SILENT = ("import", "global-builtin", "if-function")


def stylesheet() -> str:
    """Everything of koinon.scss in one compressed file."""
    if not (CACHE / "node_modules" / "bootstrap").exists():
        CACHE.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(CACHE), *PACKAGES], check=True)
    sass = str(CACHE / "node_modules" / ".bin" / "sass")
    command = [sass, "--style=compressed", "--no-source-map", "--quiet-deps", f"--load-path={CACHE / 'node_modules'}"]
    command += [f"--silence-deprecation={name}" for name in SILENT]
    built = subprocess.run([*command, str(HERE / "koinon.scss")], check=True, capture_output=True, text=True).stdout
    return built.removeprefix("\ufeff")


def script() -> str:
    """htmx and what the site adds, in one file: a first visit may take eight files, and fonts need some of them."""
    htmx = (KIT / "vendor" / "htmx.min.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in (HERE / "kit.js").read_text(encoding="utf-8").splitlines())
    own = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f"/* htmx 2.0.11, 0BSD */\n{htmx};\n{own}\n"


def main() -> int:
    """Write both; 1 when --check finds a difference."""
    different = 0
    for name, built in (("koinon.css", stylesheet()), ("koinon.js", script())):
        target = KIT / name
        if "--check" in sys.argv:
            different |= target.read_text(encoding="utf-8") != built
        else:
            target.write_text(built, encoding="utf-8")
            print(f"{name}: {len(built.encode())} bytes")
    return int(different)


if __name__ == "__main__":
    raise SystemExit(main())
