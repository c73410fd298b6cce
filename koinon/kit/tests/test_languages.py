"""Translations: origin, staleness, people before machines, and real translation servers on this machine."""

import datetime as dt
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import IntegrityError, transaction

from koinon.kit.languages import http, machine, texts
from koinon.kit.models import MachineText, Translation
from koinon.kit.moments import long_day
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return factories.organisation(language="mk", about="Учиме заедно.")


def test_without_a_translation_the_original_is_read(city):
    reading = texts.read(city, "about", "sq")
    assert (reading.text, reading.language, reading.is_original) == ("Учиме заедно.", "mk", True)


def test_a_person_beats_the_machine(city):
    texts.write(noun=city, field="about", language="sq", text="Mësojmë bashkë.")
    texts.write(noun=city, field="about", language="sq", text="Mësojmë së bashku.", engine="x 1")
    reading = texts.read(city, "about", "sq")
    assert (reading.text, reading.origin) == ("Mësojmë bashkë.", "human")


def test_a_person_corrects_the_machine(city):
    texts.write(noun=city, field="about", language="sq", text="makine", engine="x 1")
    assert texts.read(city, "about", "sq").origin == "machine"
    texts.write(noun=city, field="about", language="sq", text="njeri")
    assert texts.read(city, "about", "sq").origin == "human"


def test_a_changed_original_marks_its_translations_stale(city):
    texts.write(noun=city, field="about", language="sq", text="Mësojmë bashkë.")
    city.about = "Учиме и работиме заедно."
    assert texts.read(city, "about", "sq").is_stale
    assert [reading.is_stale for reading in texts.all_of(city, "about")] == [True]


def test_an_empty_text_removes_the_translation(city):
    texts.write(noun=city, field="about", language="sq", text="Mësojmë bashkë.")
    texts.write(noun=city, field="about", language="sq", text=" ")
    assert not Translation.objects.exists()


def test_many_rows_are_read_in_one_query(city, django_assert_num_queries):
    others = [factories.organisation(language="mk", about=f"Текст {n}") for n in range(3)]
    with django_assert_num_queries(1):
        assert len(texts.of_many([city, *others], "about", "el")) == 4


def test_the_database_wants_a_machine_to_name_its_engine(city):
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.create(
            kind="x", noun=city.pk, field="about", language="sq", text="x", origin="machine", source_hash="x"
        )


class Server(BaseHTTPRequestHandler):
    """A translation server as small as it gets: it speaks both APIs and counts what it was asked."""

    asked = 0

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked += 1
        if self.path == "/translate":
            answer = {"translatedText": f"{body['target']}:{body['q']}"}
        elif self.path == "/v1/chat/completions":
            answer = {"choices": [{"message": {"content": "said: " + body["messages"][1]["content"]}}]}
        elif self.path == "/dirty/translate":
            answer = {"translatedText": "go\x00od \ud800"}
        elif self.path == "/empty/translate":
            answer = {"translatedText": "\x00 "}
        elif self.path == "/refusing/chat/completions":
            answer = {"choices": [{"message": {"content": None}}]}
        else:
            answer = {"something": "else"}
        data = b" " * 3_000_000 if self.path.startswith("/huge") else json.dumps(answer).encode()
        self.send_response(500 if self.path.startswith("/broken") else 200)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    running = HTTPServer(("127.0.0.1", 0), Server)
    Server.asked = 0
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.fixture
def use(settings):
    def choose(value):
        settings.KOINON_TRANSLATOR = value
        machine.translator.cache_clear()

    yield choose
    machine.translator.cache_clear()


def test_a_libretranslate_server_is_asked_once(server, use):
    use(f"libretranslate:{server}")
    for _ in range(2):
        said, engine = machine.translate("mirë", source="sq", target="en", agreed=True)
    assert (said, engine, Server.asked) == ("en:mirë", "libretranslate", 1)
    assert MachineText.objects.count() == 1


def test_an_openai_compatible_server_translates(server, use):
    use(f"openai:{server}/v1")
    assert machine.translate("mirë", source="sq", target="en", agreed=True)[0] == "said: mirë"


@pytest.mark.parametrize(
    ("kind", "path"),
    [("libretranslate", "/broken"), ("libretranslate", "/odd"), ("libretranslate", "/empty"),
     ("libretranslate", "/huge"), ("openai", "/refusing")],
)  # fmt: skip
def test_trouble_is_said_and_nothing_is_kept(server, use, kind, path):
    use(f"{kind}:{server}{path}")
    with pytest.raises(machine.Unavailable):
        machine.translate("mirë", source="sq", target="en", agreed=True)
    assert not MachineText.objects.exists()


def test_what_no_database_keeps_is_left_out(server, use):
    use(f"libretranslate:{server}/dirty")
    assert machine.translate("mirë", source="sq", target="en", agreed=True)[0] == "good"


def test_a_server_that_drips_is_left(monkeypatch, use):
    """Each byte would begin the time-out of a socket anew; here the bytes never end."""
    is_left = threading.Event()

    class Dripping(Server):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            try:
                while not is_left.wait(0.02):
                    self.wfile.write(b" ")
            except OSError:
                is_left.set()

    monkeypatch.setattr(http, "SECONDS", 0.3)
    with HTTPServer(("127.0.0.1", 0), Dripping) as running:
        asked = threading.Thread(target=running.handle_request, daemon=True)
        asked.start()
        use(f"libretranslate:http://127.0.0.1:{running.server_port}")
        with pytest.raises(machine.Unavailable):
            machine.translate("mirë", source="sq", target="en", agreed=True)
        assert is_left.wait(30)
        asked.join(30)


def test_no_text_leaves_without_consent_or_provider(server, use):
    use(f"libretranslate:{server}")
    with pytest.raises(machine.Unavailable, match="not agreed"):
        machine.translate("mirë", source="sq", target="en", agreed=False)
    use("")
    with pytest.raises(machine.Unavailable, match="configured"):
        machine.translate("mirë", source="sq", target="en", agreed=True)
    assert Server.asked == 0


def test_a_day_does_not_part_from_its_short_word():
    assert long_day(dt.date(2026, 11, 22), "lt") == "2026 m. lapkričio 22\u00a0d."
