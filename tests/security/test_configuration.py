"""S4, S95, S96: what must not be started, and what a public chat says to browsers."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatproject.checks import configuration
from tests.harness.environment import knobs

ROOT = Path(__file__).resolve().parent.parent.parent
PUBLIC = {"PUBLIC_URL": "https://chat.example.org", "TRUSTED_PROXIES": "127.0.0.1"}


def manage(*arguments, data_dir, **environment):
    """Run a command as on a machine that has nothing but these variables."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**inherited, "DATA_DIR": str(data_dir), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def settings_of(data_dir, *names, **environment):
    listed = f"[str(getattr(settings, name)) for name in {names}]"
    code = f"import json; from django.conf import settings; print(json.dumps({listed}))"
    answer = manage("shell", "--no-imports", "-c", code, data_dir=data_dir, **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])


def ids():
    return {problem.id for problem in configuration()}


def test_a_fresh_checkout_has_nothing_to_complain_about(tmp_path):
    answer = manage("check", data_dir=tmp_path)

    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout + answer.stderr


def test_s95_a_public_chat_comes_out_of_djangos_own_checks_clean(tmp_path):
    answer = manage("check", "--deploy", "--fail-level", "WARNING", data_dir=tmp_path, **PUBLIC)

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "localhost,*"}, "ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "chat.example.org"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "ftp://chat.example.org"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://chat.example.org"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://example.org/chat"}, "PUBLIC_URL"),
        ({**PUBLIC, "DEBUG": "on"}, "DEBUG"),
        ({**PUBLIC, "LIMITS": "off"}, "LIMITS"),
        ({"ALLOWED_HOSTS": "192.168.1.7", "LIMITS": "off"}, "LIMITS"),
        ({"TRUSTED_PROXIES": "everybody"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES"),
        ({"PERMANENT_ROOMS": "nobody"}, "PERMANENT_ROOMS"),
        ({"MESSAGE_RATE": "20"}, "MESSAGE_RATE"),
        ({"MESSAGE_RATE": "0/10"}, "MESSAGE_RATE"),
        ({"PORT": "http"}, "PORT"),
        ({"ROOM_GRACE_SECONDS": "long"}, "ROOM_GRACE_SECONDS"),
        ({"CONNECTIONS_PER_PERSON": "0"}, "CONNECTIONS_PER_PERSON"),
        ({"ROOM_GRACE_SECONDS": "15m"}, "ROOM_GRACE_SECONDS"),
        ({"ROOM_GRACE_SECONDS": "-1"}, "ROOM_GRACE_SECONDS"),
        ({"ROOM_GRACE_SECONDS": "9e99"}, "ROOM_GRACE_SECONDS"),
        ({"ROOM_GRACE_SECONDS": "nan"}, "ROOM_GRACE_SECONDS"),
        ({"DEFAULT_ROOM_NAME": "x" * 41}, "DEFAULT_ROOM_NAME"),
        ({"DEFAULT_ROOM_NAME": "<b>Hall</b>"}, "DEFAULT_ROOM_NAME"),
        ({"DEFAULT_ROOM_NAME": "Gеneral"}, "DEFAULT_ROOM_NAME"),
        ({"DEFAULT_ROOM_NAME": "Hall\u200b"}, "DEFAULT_ROOM_NAME"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "x1y2z3" * 10}, "SECRET_KEY"),
    ],
)
def test_s4_s95_a_configuration_that_is_unsafe_or_makes_no_sense_is_refused_by_name(
    tmp_path, variables, named
):
    answer = manage("check", data_dir=tmp_path, **variables)

    assert answer.returncode != 0
    assert named in answer.stderr


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"MESSAGE_RATE": "fast"}, "MESSAGE_RATE"),
        ({"CONNECTIONS_PER_PERSON": "many"}, "CONNECTIONS_PER_PERSON"),
        ({"DATABASE_URL": "hello"}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL"),
        ({"LOG_LEVEL": "loud"}, "LOUD"),
        ({"DATA_DIR": "/dev/null"}, "DATA_DIR"),
        ({"DATA_DIR": "/proc/nothing"}, "DATA_DIR"),
    ],
)
def test_a_knob_that_cannot_be_used_is_named_without_a_traceback(tmp_path, variables, named):
    answer = manage("serve", **{"data_dir": tmp_path, **variables})

    assert answer.returncode == 1
    assert named in answer.stderr
    assert "Traceback" not in answer.stderr


def test_why_a_knob_cannot_be_used_is_said_once(tmp_path):
    answer = manage("serve", data_dir=tmp_path, CONNECTIONS_PER_PERSON="many")

    assert answer.stderr.count("invalid literal") == 1


def test_a_port_that_does_not_exist_is_refused_and_no_other_taken(tmp_path):
    answer = manage("serve", "--port", "99999", data_dir=tmp_path)

    assert answer.returncode == 1
    assert "65535" in answer.stderr


def test_s78_without_redis_there_is_room_for_the_counts_of_many_accounts(tmp_path):
    (caches,) = settings_of(tmp_path, "CACHES")

    assert "'MAX_ENTRIES': 50000" in caches


def test_a_database_behind_a_network_that_swallows_everything_is_given_up_in_seconds(tmp_path):
    (databases,) = settings_of(tmp_path, "DATABASES", DATABASE_URL="postgres://chat@localhost/chat")

    for option in (
        "'connect_timeout': 2",
        "'tcp_user_timeout': 5000",
        "'keepalives_idle': 5",
        "'keepalives_count': 2",
    ):
        assert option in databases


def test_a_knob_that_is_empty_is_not_set(tmp_path):
    empty = dict.fromkeys(set(knobs()) - {"DATA_DIR"}, "")

    answer = manage("check", data_dir=tmp_path, **empty)

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("key", ["$" + "k1" * 30, "$$HOME" + "k1" * 30, r"k\$" + "$k1" * 30 + r"\\$"])
def test_a_dollar_in_a_secret_key_is_a_character_like_any_other(tmp_path, key):
    former = f"{key}former"

    values = settings_of(
        tmp_path, "SECRET_KEY", "SECRET_KEY_FALLBACKS", SECRET_KEY=key, SECRET_KEY_FALLBACKS=former
    )

    assert values == [key, str([former])]


@pytest.mark.parametrize(
    "url", ["http://192.168.1.7:8000", "http://chat.local", "http://localhost:8000", "http://chatbox"]
)
def test_plain_http_is_accepted_inside_the_local_network(tmp_path, url):
    assert manage("check", data_dir=tmp_path, PUBLIC_URL=url).returncode == 0


def test_plain_http_under_a_public_name_takes_a_flag(tmp_path):
    assert (
        manage("check", data_dir=tmp_path, PUBLIC_URL="http://chat.example.org", ALLOW_HTTP="on").returncode
        == 0
    )


@pytest.mark.parametrize(
    ("layer", "problem"),
    [
        ({"BACKEND": "channels.layers.InMemoryChannelLayer"}, "chat.E009"),
        ({"BACKEND": "channels_redis.core.RedisChannelLayer"}, "chat.E009"),
        ({"CONFIG": {"hosts": [{"address": "redis://a", "socket_timeout": 3}] * 2}}, "chat.E010"),
        ({"CONFIG": {"hosts": ["redis://a"]}}, "chat.E011"),
        ({"CONFIG": {"hosts": [{"address": "redis://a"}]}}, "chat.E011"),
    ],
)
def test_a_layer_that_loses_messages_is_refused(settings, layer, problem):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "rooms.delivery.layers.ClusterChannelLayer", **layer}}

    assert ids() == {problem}


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"CONN_MAX_AGE": 60}, "chat.E012"), ({"OPTIONS": {"transaction_mode": None}}, "chat.E013")],
)
def test_a_database_that_would_leak_or_lock_is_refused(settings, monkeypatch, change, problem):
    database = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"}}
    monkeypatch.setitem(settings.DATABASES, "other", {**database, **change})

    assert ids() == {problem}


def test_the_layers_of_both_modes_are_those_that_the_checks_know(tmp_path):
    for variables in ({}, {"REDIS_URL": "redis://127.0.0.1:1/0"}):
        assert manage("check", data_dir=tmp_path, **variables).returncode == 0


def test_s95_processes_that_start_at_once_agree_on_one_secret_key(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: settings_of(tmp_path, "SECRET_KEY")[0], range(4)))

    assert len(keys) == 1
    file = tmp_path / "secret_key"
    assert keys == {file.read_text().strip()}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "secret" in path.name] == ["secret_key"]


def test_s17_behind_tls_cookies_are_secure_and_bound_to_the_host(tmp_path):
    names = (
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "ALLOWED_HOSTS",
    )

    values = settings_of(tmp_path, *names, **PUBLIC)

    assert values == ["__Host-sessionid", "__Host-csrftoken", "True", "True", "['chat.example.org']"]


def test_s96_browsers_are_told_to_come_by_tls_for_a_year(tmp_path):
    code = (
        "from django.test import Client\n"
        "c = Client(headers={'host': 'chat.example.org'})\n"
        "plain, safe = c.get('/accounts/login/'), c.get('/healthz', secure=True)\n"
        "print(plain.status_code, plain['Location'])\n"
        "print(safe.status_code, safe['Strict-Transport-Security'])\n"
        "print(c.get('/healthz').status_code)\n"
    )

    answer = manage("shell", "--no-imports", "-c", code, data_dir=tmp_path, **PUBLIC)

    assert answer.stdout.splitlines()[-3:] == [
        "301 https://chat.example.org/accounts/login/",
        "200 max-age=31536000",
        "200",
    ]
