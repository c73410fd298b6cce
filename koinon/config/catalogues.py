"""The catalogues of translations: compiled where the source is newer, collected by `make messages`.

Babel does both, so no gettext tools are needed on the machine.
"""

import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("sq", "lt", "mk", "el")


def sources() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def compile_all() -> int:
    """Compile every .po that is newer than its .mo; returns how many were."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = 0
    for source in sources():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        draft = target.with_suffix(".part")
        try:
            with draft.open("wb") as file:
                write_mo(file, catalogue)
            draft.replace(target)
        except OSError:
            if not target.exists():
                raise
        made += 1
    return made


if __name__ == "__main__":
    if "--collect" in sys.argv:
        from koinon.config import messages

        messages.collect()
    print(f"{compile_all()} catalogues compiled")
