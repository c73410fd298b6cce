"""Organisations by a part of a name, for forms that choose one."""

from django.db.models import Q

from koinon.kit.verbs import Actor
from koinon.network.models import Organisation

MOST = 12


def found_by(me: Actor, words: str) -> list[Organisation]:
    """Those the reader sees whose name has these words, or whose page has this address; one that is called so alone."""
    said = " ".join(words.replace("\0", " ").split())[:200]
    if not said:
        return []
    slug = said.rstrip("/").rsplit("/", 1)[-1]
    seen = Organisation.objects.visible_to(me).order_by("slug")
    rows = list(seen.filter(Q(names__icontains=said) | Q(slug=slug))[:MOST])
    called = [row for row in rows if row.slug == slug or said in row.names.values()]
    return called if len(called) == 1 else rows
