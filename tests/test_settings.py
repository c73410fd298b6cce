"""Settings: all are listed by `koinon check`, and a wrong one is said in a sentence by every command."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from koinon.config import cli, environment, secret

ROOT = Path(__file__).resolve().parent.parent
WRONG = [
    ("KOINON_URL", "koinon.example.org"),
    ("KOINON_PLAY_URL", "//play.example.org"),
    ("KOINON_FORMER_URLS", "https://old.example.org,older"),
    ("KOINON_SMTP", "smtp://mail.example.org:abc"),
    ("KOINON_SMTP", "mail.example.org"),
    ("KOINON_ENCODER", "localhost:8000"),
    ("KOINON_TRANSLATOR", "deepl:https://translate.example.org"),
    ("KOINON_TRANSLATOR", "openai:translate.example.org"),
    ("DATABASE_URL", "nonsense"),
]
RIGHT = [
    ("KOINON_URL", "https://koinon.example.org"),
    ("KOINON_FORMER_URLS", "https://old.example.org, https://older.example.org"),
    ("KOINON_SMTP", "smtps://user:p%40ss@mail.example.org:465"),
    ("KOINON_SMTP", "smtp+tls://mail.example.org"),
    ("KOINON_ENCODER", "unix:/run/encoder.sock"),
    ("KOINON_TRANSLATOR", "libretranslate:http://localhost:5000"),
    ("DATABASE_URL", "host=/run/postgresql dbname=koinon"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_address_is_a_fault(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    [fault] = environment.faults()
    assert fault.startswith(f"{name} must be ")
    assert value not in fault  # some hold passwords


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_usual_address_is_none(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    assert not list(environment.faults())


@pytest.mark.parametrize("words", [["check"], ["worker"], ["check", "--chronicle"]])
def test_every_command_says_a_wrong_setting_in_a_sentence(words, tmp_path):
    said = koinon(*words, KOINON_SMTP="smtp://mail:abc", KOINON_DATA=str(tmp_path))
    assert said.returncode == 1
    assert (said.stdout + said.stderr).strip().endswith("KOINON_SMTP must be an address that begins with smtp: or "
                                                        "smtps: or smtp+tls:.")  # fmt: skip
    assert "Traceback" not in said.stderr


def test_a_database_that_is_away_is_said_without_a_traceback(monkeypatch, capsys):
    def ask(**_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(cli, "cli", ask)
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().err == "The database cannot be reached: connection refused\n"


def test_a_mistake_of_ours_is_not_hidden(monkeypatch):
    monkeypatch.setattr(cli, "cli", lambda **_: {}["missing"])
    with pytest.raises(KeyError):
        cli.main()


def test_what_the_code_reads_is_listed():
    read = set()
    for file in (ROOT / "koinon").glob("*/**/*.py"):
        if "tests" not in file.parts:
            read |= set(
                re.findall(r"""(?:text|flag|number|environ\.get)\(\s*"(KOINON_\w+|DATABASE_URL)\"""", file.read_text())
            )
    assert {"KOINON_PORT", "DATABASE_URL", "KOINON_ENCODER_FOLDER"} <= read
    assert read <= {setting.name for setting in environment.SETTINGS}


def koinon(*words, **settings):
    command = [sys.executable, "-m", "koinon", *words]
    return subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60, cwd=ROOT)


def test_processes_that_begin_at_once_have_one_secret_that_only_the_operator_reads(tmp_path):
    code = f"from pathlib import Path; from koinon.config import secret; print(secret.kept(Path({str(tmp_path)!r})))"
    begun = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) for _ in range(6)]
    said = {process.communicate(timeout=60)[0] for process in begun}
    assert [len(each) > 50 for each in said] == [True]
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_cannot_be_read_is_said_instead_of_made_anew(tmp_path):
    (tmp_path / "secret").mkdir()
    with pytest.raises(SystemExit, match="secret cannot be read"):
        secret.kept(tmp_path)


def test_where_no_file_can_be_made_each_process_has_its_own(tmp_path):
    (tmp_path / "file").write_text("")
    assert secret.kept(tmp_path / "file" / "secret-folder") != secret.kept(tmp_path / "file" / "secret-folder")
