"""Django's settings, all taken from the environment (see environment.py)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from koinon.config import environment as env
from koinon.config import secret
from koinon.kit.postgres import Cluster

if _fault := next(env.faults(), ""):
    raise SystemExit(_fault)

PACKAGE = Path(__file__).resolve().parent.parent
DATA = env.data()

SECRET_KEY = env.text("KOINON_SECRET") or secret.kept(DATA)
DEBUG = env.flag("KOINON_DEBUG")
KOINON_DEMO = env.flag("KOINON_DEMO")
KOINON_DATA = DATA
KOINON_NAME = env.text("KOINON_NAME")
KOINON_URL = env.text("KOINON_URL").rstrip("/")
KOINON_FORMER_URLS = [each.strip().rstrip("/") for each in env.text("KOINON_FORMER_URLS").split(",") if each.strip()]
KOINON_PLAY_URL = env.text("KOINON_PLAY_URL").rstrip("/")
KOINON_LIMITS = env.flag("KOINON_LIMITS")
KOINON_BEHIND_PROXY = env.flag("KOINON_BEHIND_PROXY")
KOINON_METRICS_KEY = env.text("KOINON_METRICS_KEY")
KOINON_ENCODER = env.text("KOINON_ENCODER")
KOINON_ENCODER_KEY = env.text("KOINON_ENCODER_KEY")
KOINON_ENCODER_MODEL = env.text("KOINON_ENCODER_MODEL")
KOINON_TRANSLATOR = env.text("KOINON_TRANSLATOR")
KOINON_TRANSLATOR_KEY = env.text("KOINON_TRANSLATOR_KEY")
KOINON_TRANSLATOR_MODEL = env.text("KOINON_TRANSLATOR_MODEL")
KOINON_MAX_UPLOAD = env.number("KOINON_MAX_UPLOAD_MB") * 2**20
KOINON_METRICS_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
_SITE = urlsplit(KOINON_URL)
KOINON_MAIL_DOMAIN = _SITE.hostname or "localhost"

ALLOWED_HOSTS = [_SITE.hostname or "localhost", "127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS += [urlsplit(KOINON_PLAY_URL).hostname or "localhost"]
ALLOWED_HOSTS += [urlsplit(each).hostname or "" for each in KOINON_FORMER_URLS]
CSRF_TRUSTED_ORIGINS = [KOINON_URL]
IS_SECURE = _SITE.scheme == "https"

INSTALLED_APPS = [
    "koinon.kit",
    "koinon.accounts",
    "koinon.network",
    "koinon.matching",
    "koinon.projects",
    "koinon.events",
    "koinon.learning",
    "koinon.programmes",
    "procrastinate.contrib.django",
    "django.contrib.postgres",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    # Its libraries (3 MB in each web process) only where somebody signs in through another site; it has no tables.
    *(["allauth.socialaccount.providers.openid_connect"] if env.text("KOINON_OIDC") else []),
]

MIDDLEWARE = [
    "koinon.kit.middleware.observe",
    "django.middleware.security.SecurityMiddleware",
    "koinon.learning.middleware.second_origin",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "koinon.kit.middleware.Compress",
    "django.middleware.http.ConditionalGetMiddleware",
    "koinon.kit.middleware.anonymous_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "koinon.kit.middleware.choose_language",
    "koinon.kit.middleware.readable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "koinon.accounts.middleware.who",
    "koinon.accounts.middleware.at_home",
    "django.contrib.messages.middleware.MessageMiddleware",
    "koinon.accounts.middleware.second_factor",
    "koinon.accounts.middleware.only_learning",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "koinon.config.urls"
WSGI_APPLICATION = "koinon.config.wsgi.application"
FORM_RENDERER = "koinon.kit.design.FormRenderer"
APPEND_SLASH = True

_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "koinon.kit.middleware.page_facts",
                "koinon.accounts.context.account",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "koinon.kit.templatetags.kit",
            ],
        },
    }
]

CLUSTER = Cluster(DATA / "postgres")
DATABASE_URL = env.text("DATABASE_URL") or CLUSTER.url
_CONNECTION = conninfo_to_dict(DATABASE_URL)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _CONNECTION.pop("dbname", "koinon"),
        "USER": _CONNECTION.pop("user", ""),
        "PASSWORD": _CONNECTION.pop("password", ""),
        "HOST": _CONNECTION.pop("host", ""),
        "PORT": str(_CONNECTION.pop("port", "")),
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {**_CONNECTION, "prepare_threshold": 3, "pool": {"min_size": 1, "max_size": 12, "timeout": 10}},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
    "remembered": {  # what sign-in counts must hold over all processes: tries, codes used once
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_remembered",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# Languages. Every language has a complete catalogue; adding one is adding a folder in locale/ and a line here.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("sq", "Shqip"),
    ("lt", "Lietuvių"),
    ("mk", "Македонски"),
    ("el", "Ελληνικά"),
]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "UTC"

# People.
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["koinon.accounts.adapter.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/learn/out/"  # there the worker of a device empties what it has saved
ACCOUNT_ADAPTER = "koinon.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "koinon.accounts.adapter.SocialAccountAdapter"
ACCOUNT_FORMS = {
    "login": "koinon.accounts.forms.Login",
    "signup": "koinon.accounts.forms.Signup",
    "reset_password": "koinon.accounts.forms.ResetPassword",
    "request_login_code": "koinon.accounts.forms.RequestCode",
    "add_email": "koinon.accounts.forms.NewAddress",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # the same work for every address: time does not tell, either
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
SIGN_IN_LIMITS = dict.fromkeys(("reset_password", "request_login_code"), "20/m/ip,5/h/key")
ACCOUNT_RATE_LIMITS = SIGN_IN_LIMITS if KOINON_LIMITS else False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_FORMS = {"add_webauthn": "koinon.accounts.forms.AddPasskey"}
MFA_ADAPTER = "koinon.accounts.adapter.MFAAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = KOINON_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
USERSESSIONS_TRACK_ACTIVITY = False


def oidc_apps(text: str) -> list[dict[str, object]]:
    """Sign-in providers from `name|server|client id|secret`, several with blanks; _ in a name is a blank."""
    entries = [entry.split("|") for entry in text.split()]
    if any(len(parts) != 4 for parts in entries):
        raise SystemExit(
            "KOINON_OIDC: write each provider as name|server address|client id|secret, with blanks between."
        )
    return [
        {
            "provider_id": f"oidc-{number}",
            "name": name.replace("_", " "),
            "client_id": client,
            "secret": secret,
            "settings": {"server_url": server},
        }
        for number, (name, server, client, secret) in enumerate(entries, start=1)
    ]


SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": oidc_apps(env.text("KOINON_OIDC")), "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

OIDC_ORIGINS = sorted(
    {
        f"{address.scheme}://{address.netloc}"
        for entry in env.text("KOINON_OIDC").split()
        if (address := urlsplit(entry.split("|")[1]))
    }
)

# Security.
SESSION_ENGINE = "koinon.kit.sessions"
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KOINON_BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],
        "frame-src": [SELF, KOINON_PLAY_URL] if KOINON_PLAY_URL else [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Files.
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "koinon.kit.assets.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = [
    "koinon.kit.files.RefuseTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail.
_SMTP = urlsplit(env.text("KOINON_SMTP"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _SMTP.hostname or "127.0.0.1"
EMAIL_PORT = _SMTP.port or (465 if _SMTP.scheme == "smtps" else 25)
EMAIL_HOST_USER = _SMTP.username or ""
EMAIL_HOST_PASSWORD = _SMTP.password or ""
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
EMAIL_USE_TLS = _SMTP.scheme == "smtp+tls"
EMAIL_TIMEOUT = 20
KOINON_INBOX = env.text("KOINON_INBOX").strip()
KOINON_INBOX_AUTHSERV = env.text("KOINON_INBOX_AUTHSERV")
KOINON_INBOX_LISTEN = env.text("KOINON_INBOX_LISTEN")
DEFAULT_FROM_EMAIL = env.text("KOINON_MAIL_FROM")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
PROCRASTINATE_ON_APP_READY = "koinon.config.start.joined"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "clock"

LOGGING_CONFIG = "koinon.kit.logs.configure"
LOGGING = {"is_debug": DEBUG}
SILENCED_SYSTEM_CHECKS: list[str] = []
