"""Serves the site as `koinon serve` does, with the yardstick beside it: `python -m bench.serving`."""

import os


def main() -> None:
    import django

    django.setup()
    from koinon.config import processes

    processes.serve("bench.wsgi:application")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    main()
