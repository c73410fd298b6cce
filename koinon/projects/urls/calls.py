"""Addresses of projects: calls."""

from django.urls import URLPattern, path

from koinon.projects.views import asking, calls, lists

urlpatterns: list[URLPattern] = [
    path("networks/<slug:slug>/calls/", lists.calls_of, name="calls_of"),
    path("networks/<slug:slug>/calls/new/", calls.call_new, name="call_new"),
    path("call-criteria/<uuid:key>/drop/", calls.criterion_drop, name="criterion_drop"),
    path("call-jurors/<uuid:key>/leave/", calls.juror_leave, name="juror_leave"),
    path("project-letters/<str:token>/", asking.asked, name="asked"),
    path("judgements/<uuid:key>/", calls.judge, name="judge"),
    path("judgements/<uuid:key>/<slug:step>/", calls.judge_step, name="judge_step"),
    path("projects/<slug:slug>/decision/", calls.decision, name="decision"),
    path("calls/<slug:slug>/", calls.call, name="call"),
    path("calls/<slug:slug>/desk/", calls.call_desk, name="call_desk"),
    path("calls/<slug:slug>/step/<slug:step>/", calls.call_step, name="call_step"),
    path("calls/<slug:slug>/criteria/", calls.criterion_add, name="criterion_add"),
    path("calls/<slug:slug>/jurors/", calls.juror_name, name="juror_name"),
    path("calls/<slug:slug>/judging/", calls.judging_of, name="judging"),
    path("calls/<slug:slug>/ranking/", calls.ranking_of, name="ranking"),
]
