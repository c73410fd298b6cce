"""Matching: a network of 36,000 organisations by the night's job, and `koinon match` on a spreadsheet of 1,000 rows."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import synthetic, world
from bench.measures import rounded
from koinon.kit import memory

ROWS = 1000
HEADINGS = ["Name", "Kind", "Country", "City", "Language", "Need", "Need text", "Offer", "Offer text"]


def network(size: int) -> dict[str, Any]:
    """Seconds and MB to match a whole network: read from the index, match, write. In a process of its own."""
    url, known = world.database(size)
    environment = world.environment(url, DJANGO_SETTINGS_MODULE="koinon.config.settings")
    command = [sys.executable, "-m", "bench.matching", known.network]
    done = subprocess.run(command, env=environment, cwd=world.ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"organisations": size, "vectors": "synthetic (bench/README.md)", **found}


def spreadsheet(rows: int = ROWS) -> dict[str, Any]:
    """Seconds of `koinon match` on a spreadsheet with a need and an offer in each row, start and encoding included."""
    world.encoder_folder()
    folder = world.DATA / "match"
    folder.mkdir(parents=True, exist_ok=True)
    file, out = folder / f"{rows}.xlsx", folder / "report"
    _write(file, rows)
    environment = world.environment("", KOINON_ENCODER_FOLDER=str(world.DATA / "encoder"))
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "koinon", "match", str(file), "--out", str(out)]
    subprocess.run(command, env=environment, cwd=world.ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    written = [path for path in folder.glob("report.*") if path.suffix in (".html", ".xlsx")]
    return {
        "rows": rows,
        "texts": 2 * rows,
        "seconds": rounded(time.perf_counter() - begun, 1),
        "CPU seconds": rounded(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "written KB": {path.suffix[1:]: rounded(path.stat().st_size / 1024, 0) for path in written},
    }


def _write(file: Path, rows: int) -> None:
    """Each row another town, kind and pair of texts; every text occurs with other words around it."""
    import xlsxwriter

    texts = synthetic.said()
    abouts = synthetic.abouts(texts)
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("Organisations")
    sheet.write_row(0, 0, HEADINGS)
    for body in synthetic.bodies(rows, texts, abouts, seed=11):
        own = [each for each in texts if each.language == body.language]
        need, offer = texts[body.listing], own[body.number % len(own)]
        town = body.place.native
        cells = [
            body.name, body.kind, body.place.country, body.place.name, body.language,
            f"{need.title} {town}", need.text, f"{offer.title} {town}", offer.text,
        ]  # fmt: skip
        sheet.write_row(body.number + 1, 0, cells)
    book.close()


def main(slug: str) -> None:
    """Match the network in this process; prints one line of JSON."""
    import django

    django.setup()
    from koinon.kit.verbs import machine
    from koinon.matching.clock.refresh import match_network
    from koinon.matching.models import Listing
    from koinon.network.models import Network

    key = Network.objects.values_list("pk", flat=True).get(slug=slug)
    sides = {side: Listing.objects.running().filter(network=key, side=side).count() for side in ("need", "offer")}
    wall, cpu = time.perf_counter(), time.process_time()
    matches = match_network(key, by=machine("bench"), refit=False)
    found = {
        **{f"{side}s": count for side, count in sides.items()},
        "matches": matches,
        "seconds": rounded(time.perf_counter() - wall, 1),
        "CPU seconds": rounded(time.process_time() - cpu, 1),
        "MB": memory.peak(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koinon.config.settings")
    main(sys.argv[1])
