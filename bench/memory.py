"""Memory of each process of a site at work: web, worker, encoder, PostgreSQL, in the network of 36,000."""

from typing import Any
from urllib.parse import quote_plus

from bench import load, pages, site, world
from bench.measures import rounded
from bench.processes import Memory, family, memory, memory_of_family

JOBS = 40
QUESTIONS = {
    "en": "school looking for partners in digital learning",
    "sq": "shkolla kërkon partnerë për mësimin digjital",
    "lt": "mokykla ieško skaitmeninio mokymosi partnerių",
    "mk": "училиште бара партнери за дигитално учење",
    "el": "σχολείο ψάχνει συνεργάτες για ψηφιακή μάθηση",
}


def measure(size: int) -> dict[str, dict[str, float]]:
    """RSS and PSS in MB of each part, after it has done what it is there for."""
    url, known = world.database(size)
    pages.prepare(url)
    with site.encoder(url) as encoder, site.serving(url, "koinon", "serve") as web:
        environment = world.environment(url)
        with site.process("koinon", "worker", environment=environment, name="worker") as worker:
            _ask_pages(web, known)
            _search(web, known)
            _do_jobs(url)
            roots = {"web": web.pid, "worker": worker.pid, "encoder": encoder.pid, "postgres": site.postmaster()}
            found = {name: _said(memory_of_family(root), root) for name, root in roots.items()}
    return found


def _ask_pages(web: site.Site, known: world.World) -> None:
    """Every page of the measurements, by 16 clients, until both web processes have met all of them."""
    for subject in pages.subjects(web, known, yardstick=False):
        load.run(
            host=site.HOST,
            port=web.port,
            addresses=subject.addresses,
            headers=subject.headers,
            requests=300,
            seconds=3,
        )


def _search(web: site.Site, known: world.World) -> None:
    """Searches in the languages of the site, each by readers of that language."""
    directory = f"/networks/{known.network}/organisations/?q="
    for language, question in QUESTIONS.items():
        words = question.split()
        load.run(
            host=site.HOST,
            port=web.port,
            addresses=[directory + quote_plus(f"{first} {second}") for first in words for second in words],
            headers={"Cookie": f"session={known.member}; csrftoken={pages.CSRF}; language={language}"},
            requests=100,
            seconds=3,
        )


def _do_jobs(url: str) -> None:
    """Organisations and listings of which the worker makes the index anew, as after changes; waits until it is done."""
    import subprocess
    import sys

    environment = world.environment(url, DJANGO_SETTINGS_MODULE="koinon.config.settings")
    command = [sys.executable, "-m", "bench.queueing", str(JOBS)]
    subprocess.run(command, env=environment, cwd=world.ROOT, check=True, timeout=90)


def _said(total: Memory, root: int) -> dict[str, float]:
    sizes = [memory(pid) for pid in family(root)]
    largest = max(sizes, key=lambda each: each.pss, default=Memory(0, 0))
    return {
        "processes": len(sizes),
        "rss MB": rounded(total.rss, 0),
        "pss MB": rounded(total.pss, 0),
        "largest pss MB": rounded(largest.pss, 0),
    }


def said(found: dict[str, Any]) -> list[str]:
    """Lines for people."""
    return [
        f"  {name:<9} {parts['processes']:>3} processes  RSS {parts['rss MB']:>6.0f} MB  PSS {parts['pss MB']:>6.0f} MB"
        for name, parts in found.items()
    ]
