"""Addresses of events: calendars, and what stays of an event."""

from django.urls import path

from koinon.events.views import calendar_files, calendars, feedback, lists, photos, reports, shown, slots

urlpatterns = [
    path("networks/<slug:slug>/events.ics", calendars.network, name="network_ics"),
    path("my-events.ics", calendars.mine, name="mine_ics"),
    path("events/sessions/<uuid:key>.ics", calendars.session, name="session_ics"),
    path("events/<slug:slug>/programme.ics", calendars.programme, name="programme_ics"),
    path("events/<slug:slug>.ics", calendars.event, name="ics"),
    path("events/new/from-a-calendar/", calendar_files.begin, name="event_from_file"),
    path("events/<slug:slug>/from-a-calendar/", calendar_files.add, name="sessions_from_file"),
    path("events/<slug:slug>/feedback/", feedback.feedback, name="feedback"),
    path("registrations/<uuid:key>/feedback/", feedback.answer, name="feedback_answer"),
    path("feedback/<str:token>/", feedback.by_link, name="feedback_link"),
    path("events/<slug:slug>/report/", reports.report, name="report"),
    path("events/<slug:slug>/report/draft/", reports.draft, name="report_draft"),
    path("events/<slug:slug>/report.pdf", reports.paper, name="report_paper"),
    path("events/<slug:slug>/report/<slug:step>/", reports.step, name="report_step"),
    path("report-parts/<uuid:key>/", reports.part, name="report_part"),
    path("events/<slug:slug>/photos/", photos.photos, name="photos"),
    path("photos/<uuid:key>/", photos.photo, name="photo"),
    path("photos/<uuid:key>/picture/", photos.picture, name="photo_picture"),
    path("photos/<uuid:key>/refuse/<str:token>/", photos.refuse_by_link, name="photo_refuse_by_link"),
    path("photos/<uuid:key>/refuse/", photos.refuse, name="photo_refuse"),
    path("photos/<uuid:key>/<slug:step>/", photos.step, name="photo_step"),
    path("events/<slug:slug>/shown/", shown.shown, name="shown"),
    path("shown/<uuid:key>/", shown.one, name="shown_one"),
    path("shown/<uuid:key>/remove/", shown.remove, name="shown_remove"),
    path("events/<slug:slug>/lists/", lists.lists, name="lists"),
    path("events/<slug:slug>/lists/<uuid:key>/told/", lists.told, name="list_told"),
    path("lists-given/<slug:mark>/", lists.held, name="list_held"),
    path("events/<slug:slug>/slots/", slots.slots, name="slots"),
    path("slots/<uuid:key>/", slots.slot, name="slot"),
    path("slots/<uuid:key>/take-back/", slots.take_back, name="slot_take_back"),
]
