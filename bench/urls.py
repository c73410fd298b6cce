"""The addresses of the site, and two of the yardstick: without any middleware, and within all of ours (see wsgi.py)."""

from django.urls import path

from bench.bare.views import page
from koinon.config import urls as koinon

handler400 = koinon.handler400
urlpatterns = [
    path("bare/<int:key>/", page, name="bare"),
    path("within/<int:key>/", page, name="within"),
    *koinon.urlpatterns,
]
