"""Writing to each other: on the page and by e-mail; who may, who no longer, what is held, what never begins a loop."""

from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from koinon.accounts.models import Notice
from koinon.accounts.seams import data_of, desk_items, forget
from koinon.kit import inbox
from koinon.kit.inbox import arrivals
from koinon.kit.verbs import Refused
from koinon.matching.actions import threads
from koinon.matching.models import Message, Thread
from koinon.matching.notices.threads import PURPOSE
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_inbox(settings):
    settings.KOINON_INBOX = "replies@koinon.example"


@pytest.fixture
def thread(network, organisation, other):
    row = factories.introduction(network=network, one=organisation, other=other, state="connected")
    return factories.thread(introduction=row)


def answer(person, thread, text="Po, të hënën.\n\nOn Monday K wrote:\n> old", sender="", **headers):
    """A letter of a person to the address that they were given, all the way into the thread."""
    made = EmailMessage()
    made["From"] = sender or person.email
    made["Message-ID"] = headers.pop("message_id", f"<{len(text)}-{person.pk}-{sender}@x>")
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    to = inbox.address_for(PURPOSE, person=person.pk, noun=thread.pk)
    row = inbox.receive(raw=made.as_bytes(), to=to, envelope=person.email)
    if row is not None:
        arrivals.take(arrival=str(row.pk))


def test_a_message_reaches_the_other_side_with_its_own_reply_address(acting, milos, ana, thread, organisation, left):
    threads.post(
        by=acting(milos), thread=thread, organisation=organisation, text="Hello <b>you</b>\n\n- one", person=milos
    )
    row = Message.objects.get()
    assert "<b>" not in row.html
    assert left("matching.message_posted") == 1
    job = ProcrastinateJob.objects.get(task_name="kit.deliver")
    assert (job.args["to"], inbox.is_ours(job.args["reply_to"])) == (ana.email, True)
    assert inbox.MARK in job.args["text"].splitlines()[0]
    assert milos.email not in job.args["text"] + job.args["html"], "no address of a person is in it"


@pytest.mark.parametrize("who", ["vesa", "stranger", "rival"])
def test_nobody_else_writes(request, acting, who, thread, organisation):
    with pytest.raises(Refused, match="two organisations"):
        threads.post(by=acting(request.getfixturevalue(who)), thread=thread, organisation=organisation, text="x")


def test_not_empty_not_endless(acting, milos, thread, organisation):
    for text in (" ", "x" * 20_000):
        with pytest.raises(ValidationError):
            threads.post(by=acting(milos), thread=thread, organisation=organisation, text=text)


def test_an_answer_by_mail_lands_in_the_thread_once(ana, milos, thread, other):
    answer(ana, thread)
    answer(ana, thread)
    row = Message.objects.get()
    assert (row.text, row.organisation, row.person, row.is_mail, row.state) == (
        "Po, të hënën.",
        other,
        ana,
        True,
        "posted",
    )
    assert Notice.objects.filter(person=milos, kind="matching.message").count() == 1


def test_from_another_address_it_waits_for_its_person(acting, enter, ana, milos, thread):
    answer(ana, thread, sender="somebody@elsewhere.example")
    row = Message.objects.get()
    assert (row.state, row.came_from) == ("held", "somebody@elsewhere.example")
    assert not Notice.objects.filter(person=milos).exists()
    assert not Message.objects.visible_to(acting(milos)).exists()
    assert "Po, të hënën" not in enter(milos).get(f"/threads/{thread.pk}/").content.decode()
    letter = ProcrastinateJob.objects.get(task_name="kit.deliver")
    assert letter.args["to"] == ana.email, "asked at the proven address, never at the one it came from"
    assert any(item.title == "Did you write this?" for lent in desk_items.gather(acting(ana)) for item in lent)
    page = enter(ana).get(f"/threads/{thread.pk}/").content.decode()
    assert "Po, të hënën" in page
    assert enter(milos).post(f"/messages/{row.pk}/release/").status_code == 404
    enter(ana).post(f"/messages/{row.pk}/release/")
    row.refresh_from_db()
    assert row.state == "posted"
    assert Notice.objects.filter(person=milos).count() == 1


def test_a_forged_sender_line_waits_where_the_mail_server_vouches(settings, ana, milos, thread):
    settings.KOINON_INBOX_AUTHSERV = "mx.koinon.example"
    said = f"dmarc=pass header.from={ana.email.rpartition('@')[2]}"
    answer(ana, thread, message_id="<forged@x>", **{"Authentication-Results": f"mx.evil.example; {said}"})
    row = Message.objects.get()
    assert (row.state, row.came_from) == ("held", ana.email)
    assert not Notice.objects.filter(person=milos).exists()
    answer(ana, thread, message_id="<real@x>", **{"Authentication-Results": f"mx.koinon.example; {said}"})
    assert Message.objects.filter(state="posted").count() == 1


def test_a_held_letter_that_was_not_theirs_leaves_no_words(enter, ana, thread):
    answer(ana, thread, sender="somebody@elsewhere.example")
    row = Message.objects.get()
    enter(ana).post(f"/messages/{row.pk}/drop/")
    row.refresh_from_db()
    assert (row.state, row.text, row.html) == ("dropped", "", "")


def test_a_former_representative_neither_reads_nor_writes_and_the_successor_does(
    acting, enter, ana, milos, thread, other
):
    threads.post(by=acting(ana), thread=thread, organisation=other, text="Before.", person=ana)
    ana.mandates.update(cut_at="2026-01-01T00:00Z")
    successor = factories.representative(other)
    assert enter(ana).get(f"/threads/{thread.pk}/").status_code == 404
    assert "Before." in enter(successor).get(f"/threads/{thread.pk}/").content.decode()
    answer(ana, thread)
    assert Message.objects.count() == 1, "a letter from a former speaker goes nowhere"
    answer(successor, thread)
    assert Message.objects.count() == 2


def test_one_persons_address_does_not_serve_another(ana, milos, thread):
    """Milos answers at the address that Ana was given: it is held in Ana's name and nobody reads it."""
    answer(ana, thread, sender=milos.email)
    assert Message.objects.get().state == "held"


@pytest.mark.parametrize("headers", [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List-Id": "<l.x>"}])
def test_automatic_answers_are_not_posted_and_nobody_is_told(ana, thread, headers):
    answer(ana, thread, **headers)
    assert not Message.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="kit.deliver").exists()


def test_a_loop_of_two_absent_people_ends_at_once(acting, milos, ana, thread, organisation):
    """Every letter we send says that a machine sent it; every automatic answer to it is dropped without a word."""
    threads.post(by=acting(milos), thread=thread, organisation=organisation, text="Hello", person=milos)
    sent = ProcrastinateJob.objects.filter(task_name="kit.deliver").count()
    for number in range(5):
        answer(ana, thread, text=f"I am away {number}", **{"Auto-Submitted": "auto-replied"})
    assert ProcrastinateJob.objects.filter(task_name="kit.deliver").count() == sent
    assert Message.objects.count() == 1


def test_files_come_on_the_page_and_are_named_when_they_come_by_mail(enter, acting, milos, ana, thread, organisation):
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")
    row = threads.post(by=acting(milos), thread=thread, organisation=organisation, text="See.", person=milos, file=file)
    served = enter(ana).get(f"/messages/{row.pk}/file/")
    assert b"".join(served.streaming_content) == b"%PDF-1.4 plan"
    assert "attachment" in served["Content-Disposition"]
    bad = SimpleUploadedFile("x.pdf", b"MZ program")
    with pytest.raises(ValidationError):
        threads.post(by=acting(milos), thread=thread, organisation=organisation, text="See.", person=milos, file=bad)


def test_asking_back_before_deciding(acting, enter, milos, ana, need, other, organisation):
    reply = factories.reply(listing=need, organisation=other)
    with pytest.raises(Refused):
        threads.ask_back(by=acting(ana), reply=reply)
    client = enter(milos)
    for _ in range(2):
        assert client.post(f"/replies/{reply.pk}/ask-back/").status_code == 302
    row = Thread.objects.get()
    assert (row.one, row.other, row.reply) == (organisation, other, reply)
    page = enter(ana).get(f"/threads/{row.pk}/").content.decode()
    assert milos.email not in page
    assert enter(ana).get(f"/replies/{reply.pk}/").status_code == 200


def test_my_words_are_mine_to_download_and_my_name_goes_when_i_go(acting, milos, thread, organisation):
    threads.post(by=acting(milos), thread=thread, organisation=organisation, text="Hello", person=milos)
    mine = {key: rows for lent in data_of.gather(milos) for key, rows in lent.items()}
    assert [row["text"] for row in mine["messages"]] == ["Hello"]
    forget.gather(milos)
    row = Message.objects.get()
    assert (row.person, row.text) == (None, "Hello")


def test_one_message_and_three_ask_the_same(enter, ana, thread, organisation):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = enter(ana), []
    for number in (1, 2):
        for _ in range(number):
            factories.message(thread=thread, organisation=organisation, person=factories.person())
        client.get(f"/threads/{thread.pk}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/threads/{thread.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
