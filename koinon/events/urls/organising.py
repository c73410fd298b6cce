"""Addresses of events: finding one, its page, and the desk of those who organise it."""

from django.urls import URLPattern, path

from koinon.events.views import belonging, covers, events, messages, organising, series, sessions, team

urlpatterns: list[URLPattern] = [
    path("events/", events.events, name="events"),
    path("events/new/", organising.new, name="event_new"),
    path("events/series/<uuid:key>/", series.one, name="series_of"),
    path("events/speakers/<str:token>/", sessions.speaker_asked, name="speaker_asked"),
    path("events/speakers/<uuid:key>/mine/", sessions.speaker_me, name="speaker_me"),
    path("networks/<slug:slug>/events/", events.events_of, name="events_of"),
    path("events/<slug:slug>/", events.event, name="event"),
    path("events/<slug:slug>/picture.png", covers.picture, {"which": "social"}, name="picture"),
    path("events/<slug:slug>/picture.webp", covers.picture, {"which": "picture"}, name="picture_file"),
    path("events/<slug:slug>/small.webp", covers.picture, {"which": "small"}, name="picture_small"),
    path("events/<slug:slug>/programme/", events.programme, name="programme"),
    path("events/<slug:slug>/desk/", organising.desk, name="desk"),
    path("events/<slug:slug>/edit/", organising.edit, name="edit"),
    path("events/<slug:slug>/cover/", covers.cover, name="cover"),
    path("events/<slug:slug>/cover/remove/", covers.remove, name="cover_remove"),
    path("events/<slug:slug>/belonging/", belonging.belonging, name="belonging"),
    path("events/<slug:slug>/rules/", organising.rules, name="rules"),
    path("events/<slug:slug>/step/<slug:step>/", organising.step, name="step"),
    path("events/<slug:slug>/sessions/", sessions.sessions, name="sessions"),
    path("events/<slug:slug>/sessions/<uuid:key>/", sessions.session, name="session"),
    path("events/<slug:slug>/sessions/<uuid:key>/<slug:step>/", sessions.step, name="session_step"),
    path("events/<slug:slug>/team/", team.team, name="team"),
    path("events/<slug:slug>/team/<uuid:key>/leave/", team.leave, name="helper_leave"),
    path("events/<slug:slug>/messages/", messages.written, name="messages"),
    path("events/<slug:slug>/copy/", series.copy, name="copy"),
    path("events/<slug:slug>/series/", series.series, name="series"),
]
