"""The web entry point: `granian --interface wsgi koinon.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koinon.config.settings")
application = get_wsgi_application()
