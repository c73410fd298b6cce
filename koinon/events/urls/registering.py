"""Addresses of events: registering, one's own registration, consents, nominations, the organiser's list of people."""

from django.urls import URLPattern, path

from koinon.events.views import consents, nominations, people, questions, registering

urlpatterns: list[URLPattern] = [
    path("my-events/", registering.my_events, name="my_events"),
    path("registrations/as/<str:token>/", registering.guest, name="guest"),
    path("registrations/as/<str:token>/change/", registering.guest_change, name="guest_change"),
    path("registrations/<uuid:key>/", registering.registration, name="registration"),
    path("registrations/<uuid:key>/change/", registering.change, name="registration_change"),
    path("registrations/<uuid:key>/sending/", nominations.sending, name="sending"),
    path("consents/<str:token>/", consents.consent, name="consent"),
    path("events/<slug:slug>/register/", registering.register, name="register"),
    path("events/<slug:slug>/nominate/", nominations.nominate, name="nominate"),
    path("events/<slug:slug>/nominate/<uuid:key>/withdraw/", nominations.withdraw, name="nomination_withdraw"),
    path("events/<slug:slug>/participants/", people.participants, name="participants"),
    path("events/<slug:slug>/people/", people.people, name="people"),
    path("events/<slug:slug>/people/decide/", people.decide, name="people_decide"),
    path("events/<slug:slug>/people/new/", people.put_down, name="person_new"),
    path("events/<slug:slug>/needs/", people.needs, name="needs"),
    path("events/<slug:slug>/people.<str:kind>", people.export, name="people_file"),
    path("events/<slug:slug>/people/<uuid:key>/", people.person, name="person"),
    path("events/<slug:slug>/people/<uuid:key>/<slug:step>/", people.step, name="person_step"),
    path("events/<slug:slug>/form/", questions.form, name="form"),
    path("events/<slug:slug>/form/<slug:key>/", questions.question, name="form_question"),
    path("events/<slug:slug>/form/<slug:key>/<slug:step>/", questions.step, name="form_step"),
]
