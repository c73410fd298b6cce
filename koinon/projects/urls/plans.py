"""Addresses of projects: plans."""

from django.urls import URLPattern, path

from koinon.projects.views import lists, plans, teams

urlpatterns: list[URLPattern] = [
    path("networks/<slug:slug>/projects/", lists.projects_of, name="projects_of"),
    path("networks/<slug:slug>/projects/new/", plans.new, name="new"),
    path("my-projects/", lists.mine, name="mine"),
    path("project-invitations/<str:token>/", teams.invitation, name="invitation"),
    path("project-teams/<uuid:key>/<slug:step>/", teams.team_step, name="team_step"),
    path("project-parts/tick/<uuid:key>/", plans.tick, name="tick"),
    path("project-parts/<slug:part>/<uuid:key>/", plans.part, name="part"),
    path("project-parts/<slug:part>/<uuid:key>/drop/", plans.part_drop, name="part_drop"),
    path("projects/<slug:slug>/", plans.project, name="project"),
    path("projects/<slug:slug>/picture.webp", plans.picture, name="picture"),
    path("projects/<slug:slug>/plan/", plans.plan, name="plan"),
    path("projects/<slug:slug>/plan/<slug:part>/", plans.part_add, name="part_add"),
    path("projects/<slug:slug>/step/<slug:step>/", plans.project_step, name="project_step"),
    path("projects/<slug:slug>/team/", teams.team, name="team"),
    path("projects/<slug:slug>/team/choose/", teams.choose, name="team_choose"),
]
