"""Addresses of events: attending."""

from django.urls import URLPattern, path

from koinon.events.views import certificates, online, presence, scans

urlpatterns: list[URLPattern] = [
    path("attendance/", presence.attendance, name="attendance"),
    path("events/sw.js", scans.worker, name="worker"),
    path("events/signed-out.html", scans.signed_out, name="signed_out"),
    path("events/<slug:slug>/door/", scans.door, name="door"),
    path("events/<slug:slug>/door/kept/", scans.kept, name="door_kept"),
    path("events/<slug:slug>/door/people.json", scans.people, name="door_people"),
    path("events/<slug:slug>/door/mark/", scans.mark, name="door_mark"),
    path("events/<slug:slug>/scans/", scans.scans, name="scans"),
    path("events/<slug:slug>/presence/", presence.sheet, name="presence"),
    path("events/<slug:slug>/presence/many/<slug:step>/", presence.decide, name="presence_many"),
    path("events/<slug:slug>/presence/<uuid:key>/", presence.person, name="presence_of"),
    path("events/<slug:slug>/presence/<uuid:key>/<slug:step>/", presence.person_step, name="presence_step"),
    path("events/<slug:slug>/online/", online.online, name="online"),
    path("events/<slug:slug>/online/keep/", online.keep, name="online_keep"),
    path("events/<slug:slug>/certificates/", certificates.listed, name="certificates"),
    path("events/<slug:slug>/certificates/<uuid:key>/revoke/", certificates.revoke, name="certificate_revoke"),
    path("events/<slug:slug>/name-badges/", certificates.badges, name="badges"),
    path("certificates/<slug:code>/", certificates.certificate, name="certificate"),
    path("certificates/<slug:code>/<slug:key>.pdf", certificates.paper, name="certificate_file"),
]
