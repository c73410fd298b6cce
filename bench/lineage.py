"""Pages of a lineage of 50,000 participants in six generations beside the bare view, and the bytes of its picture.

A database of its own, filled anew in some seconds (multiplying.py), so that no other figure depends on it.
"""

import gzip
from collections.abc import Callable
from typing import Any

from bench import learning, multiplying, pages, site, world
from bench.measures import rounded

NAME = "lineage"
NOTE = world.DATA / "cascade.json"


def measure(*, quick: bool = False, tell: Callable[[str], None] = print) -> dict[str, Any]:
    """`pages`: a line each, as pages.py has them; `picture KB` (gzipped) and `page KB`; `rows`."""
    url, cascade = filled()
    tell("  " + ", ".join(f"{number:,} {name}" for name, number in cascade.rows.items()))
    with site.serving(url) as web:
        meter = pages.Meter(web.pid, site.postmaster())
        tell(pages.TITLES.replace("organisations", " participants"))
        lines = [_compared(web, cascade, each, meter, 1 if quick else pages.ROUNDS, tell) for each in subjects(cascade)]
        sizes = _sizes(web, cascade)
    tell(f"  picture {sizes['picture KB']} KB, page {sizes['page KB']} KB, both gzipped")
    return {"pages": lines, "rows": cascade.rows, **sizes}


def filled() -> tuple[str, multiplying.Cascade]:
    """A fresh database with the cascade in it."""
    url = world.address(NAME)
    world._admin(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
    learning._process("bench.multiplying", str(NOTE), url=url)
    pages.prepare(url)
    return url, multiplying.read(NOTE)


def subjects(cascade: multiplying.Cascade) -> list[pages.Subject]:
    """What those who run a programme look at, and a facilitator of its second generation."""
    here = f"/programmes/{cascade.programme}/lineage/"
    sorts = [f"{here}?sort={sort}&after={after}" for sort in ("people", "after", "new") for after in (0, 25)]
    return [
        pages.Subject("lineage, the whole", [here], cascade.runner),
        pages.Subject("lineage, a branch", [f"{here}?branch={key}" for key in cascade.branches], cascade.runner),
        pages.Subject("lineage, sorted", sorts, cascade.runner),
        pages.Subject("lineage, filtered", [f"{here}?language={code}" for code in ("en", "sq", "mk")], cascade.runner),
        pages.Subject("lineage, map", [f"{here}map/"], cascade.runner),
        pages.Subject("lineage of a facilitator", [here], cascade.facilitator),
    ]


def _compared(
    web: site.Site, cascade: multiplying.Cascade, subject: pages.Subject, meter: pages.Meter, rounds: int,
    tell: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    line = {"organisations": cascade.rows["participants"], **pages.compare(web, cascade, subject, meter, rounds)}
    tell(pages.said(line))
    return line


def _sizes(web: site.Site, cascade: multiplying.Cascade) -> dict[str, Any]:
    client = web.client(Cookie=f"session={cascade.runner}; csrftoken={pages.CSRF}")
    page = client.get(f"/programmes/{cascade.programme}/lineage/").body
    drawing = client.get(f"/programmes/{cascade.programme}/lineage/tree.svg").body
    client.close()
    packed = {"page KB": page, "picture KB": drawing}
    return {name: rounded(len(_gzipped(body)) / 1024, 1) for name, body in packed.items()}


def _gzipped(body: bytes) -> bytes:
    return body if body[:2] == b"\x1f\x8b" else gzip.compress(body)
