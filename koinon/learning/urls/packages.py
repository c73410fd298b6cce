"""Addresses for files taken over, given away and played."""

from django.urls import URLPattern, path

from koinon.learning.views import exports, imports, launches

urlpatterns: list[URLPattern] = [
    path("course-imports/", imports.course_imports, name="imports"),
    path("course-imports/<uuid:key>/", imports.course_import, name="course_import"),
    path("course-imports/<uuid:key>/report.json", imports.course_import_report, {"kind": "json"}, "course_import_json"),
    path("course-imports/<uuid:key>/report.csv", imports.course_import_report, {"kind": "csv"}, "course_import_csv"),
    path("course-imports/<uuid:key>/original/", imports.course_import_original, name="course_import_original"),
    path("course-imports/<uuid:key>/<slug:step>/", imports.course_import_step, name="course_import_step"),
    path("courses/<slug:slug>/export/", exports.course_export, name="course_export"),
    path("courses/<slug:slug>/export/<uuid:node>/<slug:form>/", exports.quiz_export, name="quiz_export"),
    path("questions/export/<uuid:key>/<slug:form>/", exports.bank_export, name="bank_export"),
    path("learn/<uuid:key>/<uuid:node>/play/", launches.play, name="play"),
    path("courses/<slug:slug>/write/<uuid:node>/play/", launches.play_preview, name="play_preview"),
]
