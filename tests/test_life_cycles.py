"""docs/life-cycles.md shows the life cycles of the code. `python -m tests.test_life_cycles` draws them anew."""

import re
from importlib import import_module
from pathlib import Path

from koinon.kit.steps import Steps

PAGE = Path(__file__).resolve().parents[1] / "docs" / "life-cycles.md"
SHOWN = re.compile(
    r"(?P<head>^`(?P<module>koinon[\w.]+)\.(?P<name>\w+_STEPS)`[^\n]*\n\n```mermaid\n)(?P<graph>.*?)(?=^```$)",
    re.M | re.S,
)
APPS = ("kit", "network", "matching", "projects", "events", "learning", "programmes")


def declared() -> dict[str, Steps]:
    """Every life cycle of the code, by the name of its constant."""
    found = {}
    for name in [f"koinon.{app}.models" for app in APPS]:
        package = import_module(name)
        parts = sorted(Path(folder) for folder in getattr(package, "__path__", []))
        modules = [package, *(import_module(f"{name}.{f.stem}") for folder in parts for f in folder.glob("[a-z]*.py"))]
        found |= {key: value for module in modules for key, value in vars(module).items() if isinstance(value, Steps)}
    return found


def test_the_page_shows_each_life_cycle_as_the_code_has_it():
    for each in SHOWN.finditer(PAGE.read_text()):
        assert each["graph"] == graph_of(each), f"{each['name']}: python -m tests.test_life_cycles"


def test_the_page_forgets_none():
    assert sorted(each["name"] for each in SHOWN.finditer(PAGE.read_text())) == sorted(declared())


def graph_of(each: re.Match[str]) -> str:
    """The diagram of the code; its ends come last and by name, for they are in no order there."""
    steps: Steps = getattr(import_module(each["module"]), each["name"])
    lines = steps.diagram().splitlines()
    moves = [line for line in lines if not line.endswith("[*]")]
    return "\n".join([*moves, *sorted(set(lines) - set(moves))]) + "\n"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koinon.config.settings")
    django.setup()
    PAGE.write_text(SHOWN.sub(lambda each: each["head"] + graph_of(each), PAGE.read_text()))
