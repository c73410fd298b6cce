"""Addresses of events: places and the waiting list."""

from django.urls import URLPattern, path

from koinon.events.views import houses, places, waiting

urlpatterns: list[URLPattern] = [
    path("events/offers/<str:token>/", waiting.offer, name="offer"),
    path("registrations/<uuid:key>/offer/", waiting.offer_mine, name="offer_mine"),
    path("events/<slug:slug>/places/", places.quotas, name="quotas"),
    path("events/<slug:slug>/places/organisations/", houses.houses, name="houses"),
    path("events/<slug:slug>/places/<uuid:key>/", places.quota, name="quota"),
    path("events/<slug:slug>/places/<uuid:key>/remove/", places.remove, name="quota_remove"),
    path("events/<slug:slug>/waiting/", waiting.waiting, name="waiting"),
    path("events/<slug:slug>/waiting/<uuid:key>/<slug:step>/", waiting.step, name="waiting_step"),
]
