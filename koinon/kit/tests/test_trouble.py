"""The database goes away, or a page breaks: people are told which, and monitors too."""

from threading import Thread

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from koinon.kit.views import trouble


def lose_the_database(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse("never")


def break_down(request):
    raise ZeroDivisionError


urlpatterns = [path("lost/", lose_the_database), path("broken/", break_down)]
handler500 = trouble


def answer_of(address):
    """Asked in a thread, so that the connection that is lost is its own."""
    answers = []

    def ask():
        answers.append(Client(raise_request_exception=False, headers={"accept-language": "sq"}).get(address))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join(30)
    return answers[0]


@pytest.mark.urls(__name__)
@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_503_and_says_when_to_come_back():
    answer = answer_of("/lost/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "<h1>" in answer.content.decode()
    assert 'lang="sq"' in answer.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.django_db(transaction=True)
def test_a_broken_page_is_500():
    answer = answer_of("/broken/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer


def test_the_site_uses_it():
    from koinon.config import urls

    assert urls.handler500 == "koinon.kit.views.trouble"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/accounts/password/reset/", "/nothing-here/"])
def test_another_sites_name_is_400_with_our_headers(address):
    answer = Client(raise_request_exception=False).get(address, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "evil" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/?q=%00", "/organisations/?q=a%00b", "/organisations/a%00b/", "/static/%00"])
def test_an_address_that_nobody_can_read_gets_the_page_for_it(address):
    answer = Client(raise_request_exception=False).get(address, headers={"accept-language": "sq"})
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()
    assert 'lang="sq"' in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/a%00b/", "/?q=%00"])
def test_the_address_of_packages_reads_no_such_address_either(settings, address):
    settings.KOINON_PLAY_URL = "http://play.example"
    settings.ALLOWED_HOSTS = ["*"]
    assert Client().get(address, headers={"host": "play.example"}).status_code == 404
