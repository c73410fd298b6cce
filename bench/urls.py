"""The addresses of the site, and two of the yardstick: as a view of the site, and without middleware (see wsgi.py)."""

from django.urls import path

from bench.bare.views import page
from koinon.config import urls as koinon

handler400 = koinon.handler400
urlpatterns = [
    path("bare/<int:key>/", page, name="bare"),
    path("naked/<int:key>/", page, name="naked"),
    *koinon.urlpatterns,
]
