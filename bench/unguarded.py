"""The site with its guard taken out, for race.py alone: count, see that there is room, insert. Never part of a site."""

from typing import Any

from bench import wsgi


def _count_then_insert(room: Any, registration: Any) -> Any:
    """What everybody writes first."""
    from koinon.events.models import Hold

    for key in room.needs(registration):
        counter = room.counters[key]
        if Hold.objects.filter(counter=counter).count() + registration.units > counter.capacity:
            return room.quotas[key[0]]
    for key in room.needs(registration):
        Hold.objects.create(registration=registration, counter=room.counters[key], units=registration.units)
    return None


def _no_hold(event: Any) -> Any:
    from koinon.events.models import Event

    return Event.objects.get(pk=event.pk)


def take_out() -> None:
    from koinon.events.actions import places

    places._take, places.hold = _count_then_insert, _no_hold


def application(environ: dict[str, Any], start: Any) -> Any:
    return wsgi.application(environ, start)


def main() -> None:
    import django

    django.setup()
    from koinon.config import processes

    take_out()
    processes.serve("bench.unguarded:application")


if __name__ == "__main__":
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    main()
else:
    take_out()
