"""Rate limits hold over processes and restarts, because PostgreSQL counts."""

from datetime import timedelta
from threading import Thread

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from koinon.kit import limits
from koinon.kit.models import Tally

HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_the_limit_is_exact():
    assert [limits.spend("try:me", times=3, per=HOUR) for _ in range(5)] == [True, True, True, False, False]
    assert limits.spend("try:you", times=3, per=HOUR)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_spend_no_more_than_allowed():
    passed = []

    def spend():
        try:
            passed.append(limits.spend("flood", times=5, per=HOUR))
        finally:
            connection.close()

    crowd = [Thread(target=spend) for _ in range(12)]
    [thread.start() for thread in crowd]
    [thread.join(10) for thread in crowd]
    assert sum(passed) == 5


@pytest.mark.django_db
def test_a_view_answers_429_in_words(settings):
    settings.KOINON_LIMITS = True

    @limits.limited("test", times=1, per=HOUR)
    def view(request):
        return HttpResponse("ok")

    def post():
        request = RequestFactory().post("/", REMOTE_ADDR="127.0.0.9")
        request.user = type("Visitor", (), {"is_authenticated": False})()
        return view(request)

    assert post().status_code == 200
    assert post().status_code == 429


@pytest.mark.django_db
def test_only_a_declared_proxy_is_believed(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 7.7.7.7")
    assert limits.address_of(request) == "10.0.0.1"
    settings.KOINON_BEHIND_PROXY = True
    assert limits.address_of(request) == "7.7.7.7"


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("local", "local"),
    ],
)
def test_addresses_of_one_household_are_one_asker(rf, given, counted):
    request = rf.post("/", REMOTE_ADDR=given)
    request.user = AnonymousUser()
    assert limits.asker(request) == counted


@pytest.mark.django_db
def test_old_windows_are_swept():
    limits.spend("old", times=1, per=HOUR)
    Tally.objects.update(window="2020-01-01T00:00:00Z")
    limits.spend("new", times=1, per=HOUR)
    assert limits.sweep() == 1
