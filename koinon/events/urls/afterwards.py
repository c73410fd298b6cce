"""Addresses of events: calendars, and what stays of an event."""

from django.urls import path

from koinon.events.views import calendars

urlpatterns = [
    path("networks/<slug:slug>/events.ics", calendars.network, name="network_ics"),
    path("my-events.ics", calendars.mine, name="mine_ics"),
    path("events/sessions/<uuid:key>.ics", calendars.session, name="session_ics"),
    path("events/<slug:slug>/programme.ics", calendars.programme, name="programme_ics"),
    path("events/<slug:slug>.ics", calendars.event, name="ics"),
]
