"""Addresses of this app: the desk, people, the account."""

from django.urls import path

from koinon.accounts.views import calendar, data, desk, entry, notices, profile

app_name = "accounts"
urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/read/", desk.read, name="read"),
    path("desk/acting/", desk.act, name="act"),
    path("people/<uuid:key>/", profile.person, name="person"),
    path("people/<uuid:key>/photo/", profile.photo, name="photo"),
    path("accounts/link/", entry.ask_link, name="ask_link"),
    path("accounts/link/<str:token>/", entry.sign_in, name="sign_in"),
    path("accounts/join/<str:token>/", entry.join, name="join"),
    path("accounts/welcome/", entry.welcome, name="welcome"),
    path("accounts/profile/", profile.profile, name="profile"),
    path("accounts/sights/", profile.sights, name="sights"),
    path("accounts/consents/", profile.consents, name="consents"),
    path("accounts/consents/<slug:matter>/agree/", profile.agree, name="agree"),
    path("accounts/consents/<slug:matter>/withdraw/", profile.withdraw, name="withdraw"),
    path("accounts/notices/", notices.notices, name="notices"),
    path("accounts/calendar/", calendar.calendar, name="calendar"),
    path("calendar/<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("accounts/unsubscribe/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("accounts/security/", data.security, name="security"),
    path("accounts/sessions/", data.sessions, name="sessions"),
    path("accounts/sessions/<int:key>/end/", data.end_session, name="end_session"),
    path("accounts/data/", data.data, name="data"),
    path("accounts/data/gather/", data.gather, name="gather"),
    path("accounts/forget/", data.forget, name="forget"),
]
