"""One app, one grammar: known files, short files, short functions, short views, words we do not use."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "koinon"
APPS = ("accounts", "network", "matching", "projects", "events", "learning", "programmes")
FILES = {
    "__init__", "apps", "seams", "models", "rules", "queries", "notices", "actions", "forms", "views", "api", "clock",
    "lends", "admin", "urls",
}  # fmt: skip
FOLDERS = FILES | {
    "engine", "demo", "data", "tests", "migrations", "management", "templates", "templatetags", "static", "formats",
    "locale", "exports",
}  # fmt: skip
ALLOWED = {
    "accounts": {"middleware", "adapter", "context", "demo_urls", "demo_views", "entrance", "ratelimits"},
    "network": set(),
    "matching": set(),
    "learning": {"middleware"},
}
FORBIDDEN = re.compile(r"(^|_)(utils?|helpers?|common|misc|service|services|manager|managers)$")
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VIEW = 400, 40, 15


def sources(*, tests: bool = False) -> list[Path]:
    return [
        file
        for file in sorted(HOUSE.rglob("*.py"))
        if "migrations" not in file.parts and (tests or "tests" not in file.parts)
    ]


def functions(file: Path):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_only_the_files_of_the_grammar(app):
    folder = HOUSE / app
    names = {
        path.stem if path.suffix == ".py" else path.name for path in folder.iterdir() if path.name != "__pycache__"
    }
    assert not names - FILES - FOLDERS - ALLOWED.get(app, set()), f"{app} has files that the grammar does not know"


def test_every_app_says_what_it_is():
    for app in (*APPS, "kit", "config"):
        assert len((ast.get_docstring(ast.parse((HOUSE / app / "__init__.py").read_text())) or "").split()) > 8


def test_no_junk_drawers():
    names = [path.stem for path in sources(tests=True)]
    assert not [name for name in names if FORBIDDEN.search(name)]


def test_files_are_short():
    long = {
        str(file.relative_to(ROOT)): lines for file in sources(tests=True) if (lines := _lines(file)) > LONGEST_FILE
    }
    assert not long, f"longer than {LONGEST_FILE} lines: make it a package of the same name"


def test_functions_are_short():
    long = {
        f"{file.relative_to(ROOT)}:{node.name}": length
        for file in sources()
        for node in functions(file)
        if (length := _body_lines(node)) > LONGEST_FUNCTION
    }
    assert not long, f"longer than {LONGEST_FUNCTION} lines"


def test_views_are_short():
    long = {}
    for file in sources():
        if "views" in (file.stem, file.parent.name):
            for node in functions(file):
                if _body_lines(node) > LONGEST_VIEW:
                    long[f"{file.relative_to(ROOT)}:{node.name}"] = _body_lines(node)
    assert not long, f"views longer than {LONGEST_VIEW} lines: fetch, form, do, render"


def test_public_modules_have_a_docstring():
    silent = [
        str(f.relative_to(ROOT))
        for f in sources()
        if f.read_text().strip() and not ast.get_docstring(ast.parse(f.read_text()))
    ]
    assert not silent


def test_models_have_few_methods():
    for file in sources():
        if "models" in (file.stem, file.parent.name):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ClassDef):
                    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                    assert len(methods) <= 12, f"{file.name}: {node.name} has {len(methods)} methods"


def test_only_actions_write():
    """Views, forms, rules, queries and templates do not write rows: every write is a verb."""
    writes = re.compile(
        r"\.(objects|_default_manager)\b[^\n]*\.(create|update|delete|bulk_create|bulk_update|get_or_create|update_or_create)\("
    )
    saves = re.compile(r"(?<!form)\b\w+\.(save|delete)\(\)")
    guilty = []
    for file in sources():
        part = file.stem if file.stem in FILES else file.parent.name
        if file.parts[len(HOUSE.parts)] in APPS and part in ("views", "forms", "rules", "queries", "api", "lends"):
            text = file.read_text()
            guilty += [f"{file.relative_to(ROOT)}: {m.group(0)}" for p in (writes, saves) for m in p.finditer(text)]
    assert not guilty


def test_no_signal_receivers_of_our_own():
    for file in sources():
        assert "@receiver(" not in file.read_text(), f"{file}: lend through a seam instead"


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno - body[0].lineno + 1) if body else 0
