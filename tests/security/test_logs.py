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


@pytest.mark.parametrize(
    "request_of",
    [
        lambda client: client.get("/accounts/login/", HTTP_HOST="evil.example"),
        lambda client: client.post("/accounts/login/", {f"f{n}": "" for n in range(1100)}),
    ],
)
def test_a_forged_request_writes_no_traceback_into_the_log(client, caplog, request_of):
    strangers = OfStrangers()

    assert request_of(client).status_code == 400

    written = [
        LineFormatter("%(levelname)s %(message)s").format(r) for r in caplog.records if strangers.filter(r)
    ]
    assert written
    assert not [text for text in written if "Traceback" in text or "\n" in text or text.startswith("ERROR")]


def test_the_log_of_the_server_goes_through_that_filter(settings):
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["of_strangers"]


def test_times_are_utc():
    assert LineFormatter.converter(0).tm_hour == 0
