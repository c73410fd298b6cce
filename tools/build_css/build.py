"""Build koinon/kit/static/kit/koinon.css from these sources and the picked parts of Bootstrap.

Run by hand when a source changed (`python tools/build_css/build.py`), needs npm; the result is committed, so that neither
installing nor running Koinon needs Node. With --check it says whether the committed result is up to date.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULT = HERE.parents[1] / "koinon" / "kit" / "static" / "kit" / "koinon.css"
PACKAGES = ("sass@1.108.2", "bootstrap@5.3.9")
CACHE = Path(tempfile.gettempdir()) / "koinon-build-css"


def main() -> int:
    """Compile, compress, write; 1 when --check finds a difference."""
    if not (CACHE / "node_modules" / "bootstrap").exists():
        CACHE.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(CACHE), *PACKAGES], check=True)
    sass = CACHE / "node_modules" / ".bin" / "sass"
    command = [
        str(sass),
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        f"--load-path={CACHE / 'node_modules'}",
    ]
    command += [f"--silence-deprecation={name}" for name in ("import", "global-builtin", "if-function")]
    built = subprocess.run([*command, str(HERE / "koinon.scss")], check=True, capture_output=True, text=True).stdout
    built = built.removeprefix("\ufeff")
    if "--check" in sys.argv:
        return 0 if RESULT.read_text(encoding="utf-8") == built else 1
    RESULT.write_text(built, encoding="utf-8")
    print(f"{RESULT.name}: {len(built.encode())} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
