"""Addresses of learning, by who walks them."""

from koinon.learning.urls import authoring, credentials, learning, offline, packages, teaching

app_name = "learning"
urlpatterns = [
    *authoring.urlpatterns,
    *packages.urlpatterns,
    *teaching.urlpatterns,
    *credentials.urlpatterns,
    *learning.urlpatterns,
    *offline.urlpatterns,
]
