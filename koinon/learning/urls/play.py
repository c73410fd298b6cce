"""Addresses of the second origin, where packages of strangers run: nothing else answers there, and these only there."""

from django.urls import path

from koinon.learning.views import playing

urlpatterns = [
    path("play/<str:token>/", playing.shell),
    path("play/<str:token>/commit/", playing.commit),
    path("play/<str:token>/renew/", playing.renew),
    path("files/<str:mark>/<path:name>", playing.file),
]
