"""Addresses for who learns."""

from django.urls import URLPattern, path

from koinon.learning.views import attempts, lessons, practice, reached

urlpatterns: list[URLPattern] = [
    path("learn/", lessons.home, name="home"),
    path("learn/competences/", reached.competences, name="my_competences"),
    path("learn/outcomes/", reached.outcomes, name="my_outcomes"),
    path("learn/outcomes.xlsx", reached.outcomes_sheet, name="my_outcomes_sheet"),
    path("learn/witness/<str:token>/", practice.witness, name="witness"),
    path("learn/attempts/<uuid:key>/", attempts.attempt_answer, name="attempt_answer"),
    path("learn/evidence/<uuid:key>/", practice.evidence_file, name="evidence_file"),
    path("learn/posts/<uuid:key>/take-back/", practice.talk_take_back, name="talk_take_back"),
    path("learn/posts/<uuid:key>/hide/", practice.talk_hide, name="talk_hide"),
    path("learn/<uuid:key>/", lessons.my_run, name="my_run"),
    path("learn/<uuid:key>/help/", lessons.help_asked, name="help_asked"),
    path("learn/<uuid:key>/language/", lessons.my_language, name="my_language"),
    path("learn/<uuid:key>/files/<str:asset>", lessons.lesson_file, name="lesson_file"),
    path("learn/<uuid:key>/<uuid:node>/", lessons.lesson, name="lesson"),
    path("learn/<uuid:key>/<uuid:node>/read/", lessons.lesson_viewed, name="lesson_viewed"),
    path("learn/<uuid:key>/<uuid:node>/begin/", attempts.attempt_begin, name="attempt_begin"),
    path("learn/<uuid:key>/<uuid:node>/answer/", attempts.survey_answer, name="survey_answer"),
    path("learn/<uuid:key>/<uuid:node>/show/", practice.evidence_hand_in, name="evidence_hand_in"),
    path("learn/<uuid:key>/<uuid:node>/say/", practice.talk_post, name="talk_post"),
]
