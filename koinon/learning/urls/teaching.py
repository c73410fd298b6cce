"""Addresses for who runs courses: cohorts, attendance, marking; and the ways into a run."""

from django.urls import URLPattern, path

from koinon.learning.views import announcing, cards, cohorts, enrolling, marking, runs, sessions

urlpatterns: list[URLPattern] = [
    path("enrol/<str:key>/", enrolling.join, name="join"),
    path("cards/<str:secret>/", cards.card, name="card"),
    path("courses/<slug:slug>/runs/new/", runs.new, name="run_new"),
    path("runs/", runs.mine, name="runs"),
    path("runs/invitation/<str:token>/", enrolling.invitation, name="invitation"),
    path("runs/learners/<uuid:key>/", cohorts.learner, name="learner"),
    path("runs/learners/<uuid:key>/<slug:step>/", cohorts.learner_step, name="learner_step"),
    path("runs/practice/<uuid:key>/", marking.evidence, name="evidence"),
    path("runs/answers/<uuid:key>/", marking.answer, name="answer"),
    path("runs/dates/<uuid:key>/", sessions.session, name="session"),
    path("runs/dates/<uuid:key>/roll/", sessions.roll, name="roll"),
    path("runs/dates/<uuid:key>/paper/", sessions.paper, name="roll_print"),
    path("runs/dates/<uuid:key>/call-off/", sessions.call_off, name="session_call_off"),
    path("runs/messages/<uuid:key>/", announcing.announcement, name="announcement"),
    path("runs/messages/<uuid:key>/take-back/", announcing.take_back, name="announcement_take_back"),
    path("runs/facilitators/<uuid:key>/<slug:step>/", runs.facilitator, name="facilitator"),
    path("runs/invited/<uuid:key>/take-back/", runs.take_back, name="invited_take_back"),
    path("runs/<uuid:key>/", enrolling.run, name="run"),
    path("runs/<uuid:key>/withdraw/", enrolling.withdraw, name="run_withdraw"),
    path("runs/<uuid:key>/dates.ics", sessions.ics, name="sessions_ics"),
    path("runs/<uuid:key>/teach/", cohorts.teach, name="teach"),
    path("runs/<uuid:key>/teach/mark/", marking.mark, name="mark"),
    path("runs/<uuid:key>/teach/learners/", cohorts.cohort, name="cohort"),
    path("runs/<uuid:key>/teach/learners.<str:kind>", cohorts.export, name="cohort_file"),
    path("runs/<uuid:key>/teach/sessions/", sessions.sessions, name="sessions"),
    path("runs/<uuid:key>/teach/messages/", announcing.written, name="messages"),
    path("runs/<uuid:key>/teach/results/", announcing.results, name="results"),
    path("runs/<uuid:key>/teach/people/", enrolling.people, name="run_people"),
    path("runs/<uuid:key>/teach/people/list/", enrolling.read_list, name="run_list"),
    path("runs/<uuid:key>/teach/people/list/invite/", enrolling.invite_list, name="run_list_invite"),
    path("runs/<uuid:key>/teach/cards/", cards.cards, name="cards"),
    path("runs/<uuid:key>/teach/cards/print/", cards.make, name="cards_make"),
    path("runs/<uuid:key>/teach/settings/", runs.settings, name="run_settings"),
    path("runs/<uuid:key>/teach/facilitators/", runs.facilitators, name="facilitators"),
    path("runs/<uuid:key>/teach/version/<int:number>/", runs.version, name="run_version"),
    path("runs/<uuid:key>/teach/step/<slug:step>/", runs.step, name="run_step"),
]
