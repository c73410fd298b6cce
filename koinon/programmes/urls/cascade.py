"""Addresses of programmes: who qualifies, who holds a grant, what is delivered, who takes part."""

from django.urls import URLPattern, path

from koinon.programmes.views import deliveries, entering, grants, participants, visits

urlpatterns: list[URLPattern] = [
    path("programmes/<slug:slug>/ask/", grants.ask, name="ask"),
    path("programmes/<slug:slug>/people/", grants.people, name="people"),
    path("programmes/<slug:slug>/deliver/", deliveries.new, name="deliver"),
    path("programmes/<slug:slug>/deliveries/", deliveries.of_programme, name="deliveries"),
    path("programmes/ways/<uuid:key>/", grants.way, name="way"),
    path("programmes/ways/<uuid:key>/practice/", grants.practice, name="practice"),
    path("programmes/ways/<uuid:key>/step/<slug:step>/", grants.way_step, name="way_step"),
    path("programmes/grants/<uuid:key>/", grants.grant, name="grant"),
    path("programmes/grants/<uuid:key>/step/<slug:step>/", grants.grant_step, name="grant_step"),
    path("programmes/begin/<str:token>/", entering.begin, name="begin"),
    path("deliveries/join/<str:secret>/", entering.join, name="join"),
    path("deliveries/survey/<str:token>/", entering.survey, name="survey"),
    path("deliveries/next/<str:token>/", entering.accept, name="next"),
    path("deliveries/participants/<uuid:key>/", participants.participant, name="participant"),
    path("deliveries/participants/<uuid:key>/step/<slug:step>/", participants.step, name="participant_step"),
    path("deliveries/visits/<uuid:key>/", visits.visit, name="visit"),
    path("deliveries/visits/<uuid:key>/step/<slug:step>/", visits.step, name="visit_step"),
    path("deliveries/<uuid:key>/", deliveries.delivery, name="delivery"),
    path("deliveries/<uuid:key>/settings/", deliveries.settings, name="delivery_settings"),
    path("deliveries/<uuid:key>/step/<slug:step>/", deliveries.step, name="delivery_step"),
    path("deliveries/<uuid:key>/helpers/<uuid:person>/leave/", deliveries.helper_leaves, name="helper_leave"),
    path("deliveries/<uuid:key>/course/", deliveries.course, name="delivery_course"),
    path("deliveries/<uuid:key>/report/", deliveries.report, name="report"),
    path("deliveries/<uuid:key>/report/changed/", deliveries.propose, name="propose"),
    path("deliveries/<uuid:key>/people/", participants.listed, name="participants"),
    path("deliveries/<uuid:key>/people/add/", participants.add, name="participant_add"),
    path("deliveries/<uuid:key>/people/finished/", participants.finished, name="participants_finished"),
    path("deliveries/<uuid:key>/people/list/", participants.read_list, name="participant_list"),
    path("deliveries/<uuid:key>/people/list/add/", participants.add_list, name="participant_list_add"),
    path("deliveries/<uuid:key>/people.csv", participants.export, name="participants_file"),
    path("deliveries/<uuid:key>/visits/", visits.plan, name="visit_plan"),
]
