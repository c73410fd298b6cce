"""Addresses that exist in demo mode only: sign in by one click, the local mailbox."""

from django.urls import path

from koinon.accounts.views import demo

app_name = "demo"
urlpatterns = [
    path("", demo.people, name="people"),
    path("mailbox/", demo.letters, name="mailbox"),
    path("mailbox/<str:name>/", demo.letter, name="letter"),
    path("mailbox/<str:name>/html/", demo.letter_html, name="letter_html"),
    path("mailbox/<str:name>/answer/", demo.answer, name="letter_answer"),
]
