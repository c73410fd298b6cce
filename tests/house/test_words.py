"""What must not stand in the project: names of registries, paths of one machine, secrets."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.",
    "registry." + "npm",
    "deb.debian" + ".org",
    "crates" + ".io",
]
PATHS = re.compile(r"(?<![\w.])/(work|opt|root)/\w")


def tracked():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    files = [ROOT / name for name in names.split("\0") if name]
    return [f for f in files if f.is_file() and f.stat().st_size < 2**20]


def test_nothing_names_a_registry_or_a_path_of_one_machine():
    guilty = []
    for file in tracked():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        if "vendor" in file.parts or file.suffix in (".jsonl", ".csv", ".svg", ".geojson"):
            continue
        guilty += [f"{file.relative_to(ROOT)}: {host}" for host in HOSTS if host in text]
        guilty += [f"{file.relative_to(ROOT)}: {m.group(0)}" for m in PATHS.finditer(text)]
    assert not guilty
