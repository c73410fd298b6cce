"""Addresses for who writes courses, questions and frameworks."""

from django.urls import path

from koinon.learning.views import (
    assets,
    authors,
    bank,
    courses,
    frameworks,
    pages,
    translations,
    versions,
    writing,
)  # fmt: skip

_WRITE = "courses/<slug:slug>/write/"
_NODE = f"{_WRITE}parts/<uuid:key>/"
_LANGUAGE = f"{_WRITE}languages/<slug:language>/"

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.course_new, name="course_new"),
    path("networks/<slug:slug>/courses/", courses.courses_of, name="courses_of"),
    path("courses/<slug:slug>/", courses.course, name="course"),
    path("courses/<slug:slug>/copy/", courses.course_copy, name="course_copy"),
    path("courses/<slug:slug>/files/<str:key>", courses.course_file, name="course_file"),
    path(_WRITE, writing.write, name="write"),
    path(f"{_WRITE}step/", writing.write_step, name="write_step"),
    path(f"{_WRITE}about/", writing.write_about, name="write_about"),
    path(f"{_WRITE}shelf/<slug:step>/", writing.write_shelf, name="write_shelf"),
    path(f"{_WRITE}files/", assets.write_files, name="write_files"),
    path(f"{_WRITE}files/upload/", assets.write_upload, name="write_upload"),
    path(f"{_WRITE}files/<uuid:key>/", assets.write_file, name="write_file"),
    path(f"{_WRITE}people/", authors.write_people, name="write_people"),
    path(f"{_WRITE}people/<uuid:key>/remove/", authors.write_people_remove, name="write_people_remove"),
    path(f"{_WRITE}proposals/", authors.proposals, name="proposals"),
    path(f"{_WRITE}proposals/<uuid:key>/<slug:step>/", authors.proposal_answer, name="proposal_answer"),
    path(f"{_WRITE}languages/", translations.write_languages, name="write_languages"),
    path(_LANGUAGE, translations.write_language, name="write_language"),
    path(f"{_LANGUAGE}<slug:key>/", translations.write_translate, name="write_translate"),
    path(f"{_LANGUAGE}<slug:key>/step/", translations.write_translate_step, name="write_translate_step"),
    path(f"{_WRITE}check/", versions.write_check, name="write_check"),
    path(f"{_WRITE}check/<slug:step>/", versions.write_publish, name="write_publish"),
    path(f"{_WRITE}begin/", versions.write_begin, name="write_begin"),
    path(f"{_WRITE}changes/<int:number>/", versions.write_changes, name="write_changes"),
    path(_NODE, pages.write_node, name="write_node"),
    path(f"{_NODE}settings/", writing.write_settings, name="write_settings"),
    path(f"{_NODE}rubric/", writing.write_rubric, name="write_rubric"),
    path(f"{_NODE}competences/", writing.write_competences, name="write_competences"),
    path(f"{_NODE}preview/", writing.write_preview, name="write_preview"),
    path(f"{_NODE}propose/", authors.write_propose, name="write_propose"),
    path(f"{_NODE}questions/", bank.write_quiz, name="write_quiz"),
    path(f"{_NODE}questions/<uuid:placed>/step/", bank.write_quiz_step, name="write_quiz_step"),
    path("questions/", bank.questions, name="questions"),
    path("questions/new/<slug:kind>/", bank.question_new, name="question_new"),
    path("questions/<uuid:key>/", bank.question, name="question"),
    path("questions/<uuid:key>/try/", bank.question_try, name="question_try"),
    path("frameworks/", frameworks.frameworks, name="frameworks"),
    path("frameworks/new/", frameworks.framework_new, name="framework_new"),
    path("frameworks/<uuid:key>/", frameworks.framework, name="framework"),
]
