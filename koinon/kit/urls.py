"""Addresses of the tools: language, colour theme, health, design page, files, work under way."""

from django.urls import path

from koinon.kit import views

app_name = "kit"
urlpatterns = [
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("health", views.health, name="health"),
    path("ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path("design/", views.design, name="design"),
    path("files/<uuid:key>/", views.file, name="file"),
    path("work/<uuid:key>/", views.work, name="work"),
    path("work/<uuid:key>/cancel/", views.cancel, name="cancel"),
]
