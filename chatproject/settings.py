"""Every knob of the project, from the environment or `.env`, each with a default that works on a fresh checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from chatproject.secret import load_or_make

BASE_DIR = Path(__file__).resolve().parent.parent


class _Knobs(environ.Env):  # type: ignore[misc]
    """The environment, where a value that cannot be read is refused by the name of its knob."""

    def get_value(self, var: str, *arguments: Any, **options: Any) -> Any:  # Any: passed through
        try:
            return super().get_value(var, *arguments, **options)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}: {error}") from error


env = _Knobs()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")  # What the environment says already, holds.
# Empty, as compose files pass it on, is not set. `$` is a character like any other: unescaped at the beginning of a
# value it would make django-environ read the variable of that name.
env.escape_proxy = True
env.ENVIRON = {name: value.replace("$", r"\$") for name, value in os.environ.items() if value}

# Where it runs

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default="") or BASE_DIR / "var").absolute()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
SECRET_KEY = env.str("SECRET_KEY", default="") or load_or_make(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

PORT = env.int("PORT", default=8000)
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if PUBLIC_URL and (_public.scheme not in {"http", "https"} or not _public.hostname):
    raise ImproperlyConfigured(f"PUBLIC_URL must look like https://chat.example.org, not {PUBLIC_URL!r}.")
IS_SECURE = _public.scheme == "https"
ALLOW_HTTP = env.bool(
    "ALLOW_HTTP", default=False
)  # A public name without TLS, in a network where all are trusted.

# Names under which the server answers. Without PUBLIC_URL it is a chat on this machine or on the local network:
# `serve --host 0.0.0.0` adds the machine's own addresses.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if _public.hostname and _public.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_public.hostname)
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

# Addresses or networks of the proxies in front; only they are believed about X-Forwarded-For and X-Forwarded-Proto.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# What it is made of

INSTALLED_APPS = [
    "daphne",
    "chatproject.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.usersessions",  # Without its middleware, which would note every request: one write for each.
    "csp",
    "chatproject.apps.ProjectConfig",
    "accounts",
    "rooms.apps.RoomsConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the headers that only a page needs: repeated for each module they weighed more than the modules.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chatproject.headers.ContentPolicy",
    "chatproject.headers.SafetyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RefuseDeepJson",
    "chatproject.zones.LocalAdministration",
]
ROOT_URLCONF = "chatproject.urls"
ASGI_APPLICATION = "chatproject.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chatproject.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Database

DATABASES: dict[str, dict[str, Any]] = {  # Django's own shape of free-form options.
    "default": env.db_url_config(
        env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'chat.sqlite3'}"
    )
}
_database = DATABASES["default"]
if _database.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
    raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name.")
_database["CONN_MAX_AGE"] = 0  # Under ASGI a kept connection belongs to a thread that never comes back.
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # A read lock that wants to become a write lock fails at once, unretried.
        "timeout": 10,
        # FULL: what was acknowledged survives a power cut.
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "connect_timeout": 2,
        # A network that swallows everything ends the call: the kernel alone would try for a quarter of an hour, with
        # pauses of two minutes, and the one thread that writes would wait for it long after the network is back.
        "tcp_user_timeout": 5000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        # Below the three seconds after which an ended session must be cut: nothing may wait longer than that. And
        # what is acknowledged is on the disk, whatever a role or a database has been set to.
        # A worker that stands still in the middle of a transaction would keep everybody from what it has locked.
        "options": "-c statement_timeout=2500 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=2500"
        " -c synchronous_commit=on",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Between the workers

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
    raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379/0.")
CHANNEL_LAYERS: dict[str, dict[str, Any]]  # Django's own shape of free-form options.
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "rooms.delivery.layers.ClusterChannelLayer",
            "CONFIG": {
                # redis-py 8 has a default socket_timeout that ends idle subscriptions: always say it.
                "hosts": [{"address": REDIS_URL, "socket_timeout": 3, "socket_connect_timeout": 2}],
                "prefix": "chat",
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "chatproject.cache.FallbackCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "chat",
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "rooms.delivery.layers.LocalChannelLayer"}}
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Django's own 300 would let a stranger push out the count of guesses at an account.
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }

# Talking


def _number(text: str) -> float:
    """Read a number as it is written; django-environ's `float` leaves out what is no digit, and takes 15m for 15."""
    return float(text)


ROOM_GRACE_SECONDS = env.get_value("ROOM_GRACE_SECONDS", cast=_number, default=15.0)
PERMANENT_ROOMS = env.str("PERMANENT_ROOMS", default="everybody")
DEFAULT_ROOM_NAME = env.str("DEFAULT_ROOM_NAME", default="General")


def _rate(name: str, default: str) -> tuple[int, int]:
    """Read `count/seconds`."""
    text = env.str(name, default=default)
    count, _slash, seconds = text.partition("/")
    if not (count.isdecimal() and seconds.isdecimal() and int(count) and int(seconds)):
        raise ImproperlyConfigured(
            f"{name} must look like {default} (how many in how many seconds), not {text!r}."
        )
    return int(count), int(seconds)


# Off only for tests and benchmarks on loopback; the server refuses it together with a public host.
LIMITS = env.str("LIMITS", default="on").lower() != "off"
MESSAGE_RATE = _rate("MESSAGE_RATE", "20/10")
ROOM_RATE = _rate("ROOM_RATE", "20/3600")
CONNECTIONS_PER_PERSON = env.int("CONNECTIONS_PER_PERSON", default=10)
CONNECTIONS_PER_ADDRESS = env.int("CONNECTIONS_PER_ADDRESS", default=100)

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.LoginBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.UnlikeOneselfValidator"},
    {"NAME": "accounts.passwords.UncommonValidator"},
    {"NAME": "accounts.passwords.ContextValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1 / 24  # A link in a letter is good for an hour, whatever it is for.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*", "email"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "change_password": "accounts.login_forms.ChangePasswordForm",
    "login": "accounts.login_forms.LoginForm",
    "reauthenticate": "accounts.login_forms.ReauthenticateForm",
}
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = "strict"  # Sign-up does not tell whether an e-mail address is known either.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
# A class signs up at once from one address; failures stay at allauth's own few.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    {"signup": "60/m/ip", "login": "120/m/ip", "change_name": "5/h/user"} if LIMITS else False
)
HEADLESS_CLIENTS = ("app",)
SESSION_ENGINE = (
    "accounts.session_store"  # In the database: a cached one would hide what was ended elsewhere.
)

# Mail: into files of DATA_DIR until a server is given; nothing waits for it.
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
    MAIL_CARRIER = vars()["EMAIL_BACKEND"]
else:
    MAIL_CARRIER = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_BACKEND = "accounts.mail.QueuedMail"
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"chat@{_public.hostname or 'localhost'}")

# Safety

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "chatproject.forgery.refuse"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = (
    "same-origin" if IS_SECURE else None
)  # Meaningless, and warned about, on http.
if IS_SECURE:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [
        r"^healthz$",
        r"^readyz$",
    ]  # Asked by the proxy and the container over plain http.
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    # Other hosts below this name are not ours to bind, unless the operator says so.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("HSTS_SUBDOMAINS", default=False)
    SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],  # And on the chat's page the hash of its import map.
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
HTTP_CONCURRENCY = 8  # Requests in work at once in one worker; each may hold a database connection.

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
SITE_NAME = env.str("SITE_NAME", default="") or _("Chat")

# Files

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or DATA_DIR / "static").absolute()
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "chatproject.storage.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = (
    True  # What has not been collected (tests, a first `runserver`) is served from where it is.
)
WHITENOISE_ALLOW_ALL_ORIGINS = False  # Other sites have no business with them.
MEDIA_ROOT = DATA_DIR / "media"

# Logs

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "chatproject.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"of_strangers": {"()": "chatproject.logs.OfStrangers"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["of_strangers"]}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO").upper()},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
