"""Addresses of projects, by subject."""

from koinon.projects.urls import calls, doing, plans

app_name = "projects"
urlpatterns = [
    *plans.urlpatterns,
    *calls.urlpatterns,
    *doing.urlpatterns,
]
