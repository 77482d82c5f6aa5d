"""S68: one record is one line, whatever a stranger has put into it."""

import logging

import pytest

from chatproject.logs import LineFormatter, OfStrangers


def line(text, *arguments, **options):
    record = logging.LogRecord("chat", logging.INFO, "", 0, text, arguments, options.get("exc_info"))
    return LineFormatter("%(levelname)s %(message)s").format(record)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ana\n2026 ERROR forged", "ana\\n2026 ERROR forged"),
        ("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"),
        ("a\rb\x08c", "a\\x0db\\x08c"),
        ("\x9b31m", "\\x9b31m"),
        ("Ñandú 🦊 привет", "Ñandú 🦊 привет"),
    ],
)
def test_s68_no_text_of_a_user_forges_a_line_or_moves_the_terminal(said, written):
    assert line("refused %s", said) == f"INFO refused {written}"


def test_s68_a_traceback_keeps_its_lines_and_nothing_else():
    try:
        raise ValueError("\x1b[31mred")
    except ValueError as error:
        text = line("broken", exc_info=(type(error), error, error.__traceback__))

    assert "\n" in text
    assert "\x1b" not in text


FORM = "multipart/form-data; boundary="


@pytest.mark.parametrize(
    ("status", "request_of"),
    [
        (400, lambda client: client.get("/accounts/login/", headers={"host": "evil.example"})),
        (400, lambda client: client.get("/accounts/login/", headers={"host": "x" * 9000})),
        (400, lambda client: client.post("/accounts/login/", {f"f{n}": "" for n in range(1100)})),
        (400, lambda client: client.post("/accounts/login/", b"x", content_type=FORM)),
        (404, lambda client: client.get("/nothing/here/" + "x" * 9000)),
        (404, lambda client: client.get("/nothing%0A2026-11-20 ERROR forged")),
        (405, lambda client: client.put("/accounts/logout/")),
        (403, lambda client: client.get("/admin/accounts/user/")),
        (403, lambda client: client.get("/admin/accounts/user/add/")),
        (403, lambda client: client.post("/admin/accounts/user/", {"action": "close_accounts"})),
        (403, lambda client: without_token(client).post("/accounts/login/")),
    ],
)
def test_a_stranger_writes_one_short_line_into_the_log(ana, client, caplog, status, request_of):
    strangers = OfStrangers()
    ana.is_staff = True  # and nothing that staff may do has been allowed
    ana.save()
    client.force_login(ana)

    assert request_of(client).status_code == status

    records = [record for record in said_about_requests(caplog) if strangers.filter(record)]
    written = [LineFormatter("%(levelname)s %(message)s").format(record) for record in records]
    assert [text.partition(" ")[0] for text in written] == ["WARNING"]
    assert "\n" not in written[0]
    assert len(written[0]) < 400


def said_about_requests(caplog):
    return [record for record in caplog.records if record.name.startswith("django.")]


def without_token(client):
    client.handler.enforce_csrf_checks = True
    return client


def test_a_fault_of_ours_keeps_its_traceback(client, caplog, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("accounts.views.identify", None)

    assert client.get("/session", headers={"X-Session-Token": "x"}).status_code == 500

    records = [record for record in said_about_requests(caplog) if OfStrangers().filter(record)]
    assert [record.exc_info is not None for record in records] == [True]


def test_the_log_of_the_server_goes_through_that_filter(settings):
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["of_strangers"]


def test_times_are_utc():
    assert LineFormatter.converter(0).tm_hour == 0
