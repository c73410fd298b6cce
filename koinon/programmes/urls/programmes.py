"""Addresses of programmes: the programme itself and its toolkit."""

from django.urls import URLPattern, path

from koinon.programmes.views import programmes, toolkits, translating

urlpatterns: list[URLPattern] = [
    path("networks/<slug:slug>/programmes/", programmes.of_network, name="of_network"),
    path("programmes/", programmes.home, name="home"),
    path("programmes/new/", programmes.new, name="new"),
    path("programmes/handouts/<uuid:key>/", toolkits.handout, name="handout"),
    path("programmes/<slug:slug>/", programmes.programme, name="programme"),
    path("programmes/<slug:slug>/edit/", programmes.edit, name="edit"),
    path("programmes/<slug:slug>/translate/", translating.translate, name="translate"),
    path("programmes/<slug:slug>/questions/", programmes.asked, name="asked"),
    path("programmes/<slug:slug>/step/<slug:step>/", programmes.step, name="step"),
    path("programmes/<slug:slug>/toolkit/", toolkits.newest, name="toolkit"),
    path("programmes/<slug:slug>/toolkit/<int:number>/", toolkits.version, name="version"),
    path("programmes/<slug:slug>/toolkit/<int:number>/print/", toolkits.paper, name="toolkit_print"),
    path("programmes/<slug:slug>/toolkit/<int:number>/changes/", toolkits.changes, name="toolkit_changes"),
    path("programmes/<slug:slug>/write/", toolkits.draft, name="toolkit_draft"),
    path("programmes/<slug:slug>/write/step/<slug:step>/", toolkits.step, name="toolkit_step"),
    path("programmes/<slug:slug>/write/new/", toolkits.add, name="activity_new"),
    path("programmes/<slug:slug>/write/<uuid:key>/", toolkits.activity, name="activity"),
    path("programmes/<slug:slug>/write/<uuid:key>/handouts/", toolkits.hand_out, name="handout_new"),
    path("programmes/<slug:slug>/write/<uuid:key>/step/<slug:step>/", toolkits.activity_step, name="activity_step"),
    path("programmes/<slug:slug>/write/<uuid:key>/in/<slug:language>/", toolkits.translate, name="activity_translate"),
    path("programmes/<slug:slug>/write/handouts/<uuid:key>/", toolkits.take_back, name="handout_remove"),
    path("programmes/<slug:slug>/proposals/", toolkits.proposals, name="proposals"),
    path("programmes/<slug:slug>/proposals/<uuid:key>/", toolkits.answer, name="proposal_answer"),
]
