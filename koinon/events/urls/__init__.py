"""Addresses of events, by subject."""

from koinon.events.urls import afterwards, attending, organising, places, registering

app_name = "events"
urlpatterns = [
    *places.urlpatterns,
    *registering.urlpatterns,
    *organising.urlpatterns,
    *attending.urlpatterns,
    *afterwards.urlpatterns,
]
