"""Every setting an operator may give, with its default and one sentence; `koinon check` lists them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Setting:
    """One environment variable: `kind` is text, flag, number or list (comma separated)."""

    name: str
    default: str
    says: str
    kind: str = "text"
    is_secret: bool = False


def _default_data() -> str:
    inside = ROOT / "pyproject.toml"
    return str(ROOT / "var") if inside.exists() else str(Path.home() / ".koinon")


SETTINGS = [
    Setting("KOINON_DATA", _default_data(), "Folder of the embedded database, files, mail and the encoder model."),
    Setting(
        "DATABASE_URL",
        "",
        "Address of a PostgreSQL 15 or later with pgvector; empty: the embedded one.",
        is_secret=True,
    ),
    Setting("KOINON_URL", "http://127.0.0.1:8000", "Public address of this site, as people type it."),
    Setting(
        "KOINON_FORMER_URLS",
        "",
        "Addresses this site had before, with commas between: badges given there are still answered for.",
    ),
    Setting(
        "KOINON_PLAY_URL",
        "",
        "A second address of this site, with another host name, where packages of others play; empty: they do not.",
    ),
    Setting("KOINON_HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("KOINON_PORT", "8000", "Port the web server listens on.", "number"),
    Setting("KOINON_WORKERS", "2", "Web processes.", "number"),
    Setting(
        "KOINON_SECRET",
        "",
        "Secret of sessions and links; empty: made once and kept in the data folder.",
        is_secret=True,
    ),
    Setting("KOINON_DEBUG", "", "Show errors in pages (never on a public site).", "flag"),
    Setting(
        "KOINON_DEMO",
        "",
        "Demo network, sign-in by one click, local mailbox. Never on a public site.",
        "flag",
    ),
    Setting("KOINON_NAME", "Koinon", "Name of this site."),
    Setting(
        "KOINON_SMTP",
        "",
        "Mail server as smtp://user:password@host:port or smtps://…; empty: mail is refused.",
        is_secret=True,
    ),
    Setting(
        "KOINON_INBOX",
        "",
        "Address whose letters come to `koinon inbox`, e.g. replies@example.org; empty: no answers by e-mail.",
    ),
    Setting("KOINON_INBOX_LISTEN", "lmtp://127.0.0.1:8024", "Where `koinon inbox` listens: lmtp:// or smtp://."),
    Setting(
        "KOINON_INBOX_AUTHSERV",
        "",
        "Name (authserv-id) under which your mail server says who sent a letter; empty: the sender line is believed.",
    ),
    Setting("KOINON_MAIL_FROM", "Koinon <koinon@localhost>", "Sender of letters."),
    Setting("KOINON_BEHIND_PROXY", "", "Trust X-Forwarded-For and X-Forwarded-Proto of a proxy in front.", "flag"),
    Setting(
        "KOINON_ENCODER",
        "",
        "Address of an OpenAI-compatible embedding server; empty: the encoder of this machine.",
    ),
    Setting("KOINON_ENCODER_KEY", "", "Key for that server.", is_secret=True),
    Setting("KOINON_ENCODER_MODEL", "", "Model name at that server, or a folder with another ONNX encoder."),
    Setting(
        "KOINON_ENCODER_FOLDER",
        "",
        "Folder of the encoder model for `koinon match` and `koinon quality`; empty: in the data folder.",
    ),
    Setting("KOINON_TRANSLATOR", "", "Machine translation: libretranslate:URL, openai:URL, or empty for none."),
    Setting("KOINON_TRANSLATOR_KEY", "", "Key for the translation server.", is_secret=True),
    Setting("KOINON_TRANSLATOR_MODEL", "", "Model name for an OpenAI-compatible translator."),
    Setting(
        "KOINON_OIDC",
        "",
        "Sign-in by OpenID Connect: name|server address|client id|secret; several with blanks; _ in a name is a blank.",
        is_secret=True,
    ),
    Setting("KOINON_METRICS_KEY", "", "Bearer key for /metrics; empty: only from this machine.", is_secret=True),
    Setting("KOINON_MAX_UPLOAD_MB", "20", "Largest file that may be uploaded, in MB.", "number"),
    Setting("KOINON_LIMITS", "1", "Rate limits on forms and sign-in.", "flag"),
]
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def text(name: str) -> str:
    """The value of a declared setting. An undeclared name is a mistake and raises KeyError."""
    return os.environ.get(name, "").strip() or _BY_NAME[name].default


def data() -> Path:
    """The data folder."""
    return Path(text("KOINON_DATA")).expanduser().resolve()


def flag(name: str) -> bool:
    return text(name).lower() in {"1", "true", "yes", "on"} if name in os.environ else _BY_NAME[name].default == "1"


def number(name: str) -> int:
    """Raises SystemExit with a sentence when it is not a whole number."""
    value = text(name)
    if not value.isdigit():
        raise SystemExit(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def faults() -> Iterator[str]:
    """What is wrong with the addresses that were given, one sentence each."""
    sites = ["KOINON_URL", "KOINON_PLAY_URL", "KOINON_FORMER_URLS"]
    for name, schemes in {**dict.fromkeys(sites, WEB), "KOINON_SMTP": MAIL, "KOINON_ENCODER": (*WEB, "unix")}.items():
        for given in text(name).split(","):
            if given.strip() and not _is_address(given.strip(), schemes):
                yield f"{name} must be an address that begins with {' or '.join(f'{each}:' for each in schemes)}."
    kind, _, address = text("KOINON_TRANSLATOR").partition(":")
    if kind and (kind not in TRANSLATORS or not _is_address(address, WEB)):
        yield f"KOINON_TRANSLATOR must be {' or '.join(f'{each}:URL' for each in TRANSLATORS)}."
    if not _is_database(text("DATABASE_URL")):
        yield "DATABASE_URL must be an address like postgresql://user:password@host/database."


WEB, MAIL, TRANSLATORS = ("http", "https"), ("smtp", "smtps", "smtp+tls"), ("libretranslate", "openai")


def _is_address(given: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(given)
        return parts.scheme in schemes and bool(parts.hostname or parts.scheme == "unix") and parts.port != 0
    except ValueError:
        return False


def _is_database(given: str) -> bool:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return not given or bool(conninfo_to_dict(given))
    except ProgrammingError:
        return False
