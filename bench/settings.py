"""Koinon's settings as they are, with the yardstick mounted beside its pages."""

from koinon.config.settings import *  # noqa: F403
from koinon.config.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "bench.bare"]
ROOT_URLCONF = "bench.urls"
