"""Addresses for devices without a connection, all below /learn/, where their worker is."""

from django.urls import URLPattern, path

from koinon.learning.views import offline, rolls

urlpatterns: list[URLPattern] = [
    path("learn/sw.js", offline.worker, name="worker"),
    path("learn/manifest.webmanifest", offline.manifest, name="manifest"),
    path("learn/offline/", offline.device, name="offline"),
    path("learn/out/", offline.signed_out, name="signed_out"),
    path("learn/outbox/", offline.outbox_box, name="outbox"),
    path("learn/rolls/<uuid:key>/", rolls.roll_sheet, name="roll_sheet"),
    path("learn/rolls/<uuid:key>/saved/", rolls.saved_roll, name="saved_roll"),
    path("learn/<uuid:key>/save/", offline.save, name="save"),
    path("learn/<uuid:key>/saved/", offline.saved_run, name="saved_run"),
    path("learn/<uuid:key>/offline.json", offline.listing, name="offline_list"),
    path("learn/<uuid:key>/print/", offline.print_course, name="print_course"),
    path("learn/<uuid:key>/<uuid:node>/saved/", offline.saved_lesson, name="saved_lesson"),
]
