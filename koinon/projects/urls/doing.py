"""Addresses of projects: doing."""

from django.urls import URLPattern, path

from koinon.projects.views import doing, grants

urlpatterns: list[URLPattern] = [
    path("projects/<slug:slug>/check-ins/", doing.check_ins, name="check_ins"),
    path("projects/<slug:slug>/reflection/", doing.reflection, name="reflection"),
    path("projects/<slug:slug>/reflection/<slug:step>/", doing.reflection_step, name="reflection_step"),
    path("projects/<slug:slug>/result/", doing.result, name="result"),
    path("projects/<slug:slug>/grants/", grants.money, name="money"),
    path("check-ins/<uuid:key>/answer/", doing.check_in_answer, name="check_in_answer"),
    path("project-photos/<uuid:key>/", doing.photo, name="photo"),
    path("project-photos/<uuid:key>/<slug:step>/", doing.photo_step, name="photo_step"),
    path("small-grants/<uuid:key>/", grants.grant, name="grant"),
    path("small-grants/<uuid:key>/<slug:step>/", grants.grant_step, name="grant_step"),
    path("receipts/<uuid:key>/", grants.receipt, name="receipt"),
    path("receipts/<uuid:key>/file/", grants.receipt_file, name="receipt_file"),
    path("receipts/<uuid:key>/<slug:step>/", grants.receipt_step, name="receipt_step"),
]
