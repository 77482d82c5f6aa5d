"""Where a session is, in plain words."""

import pytest

from accounts.devices import device, place, plain_address

MOZILLA = "Mozilla/5.0 "


@pytest.mark.parametrize(
    ("user_agent", "kind", "name"),
    [
        ("(X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "computer", "Firefox on Linux"),
        (
            "(Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
            "computer",
            "Chrome on Windows",
        ),
        (
            "(Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "computer",
            "Edge on Windows",
        ),
        ("(Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36", "phone", "Chrome on Android"),
        (
            "(iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
            "phone",
            "Safari on iPhone",
        ),
        ("(Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15", "computer", "Safari on macOS"),
        ("(Something of its own)", "computer", "A browser"),
    ],
)
def test_a_browser_is_named_with_its_system(user_agent, kind, name):
    assert (device(MOZILLA + user_agent).kind, device(MOZILLA + user_agent).name) == (kind, name)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("curl/8.1", "A program (curl)"),
        ("Python-urllib/3.11", "A program (Python-urllib)"),
        ("", "A program"),
        ("<b>bold</b>", "A program"),
        ("x" * 200, f"A program ({'x' * 40})"),
    ],
)
def test_whatever_is_no_browser_is_a_program(user_agent, name):
    assert (device(user_agent).kind, device(user_agent).name) == ("program", name)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "0.0.0.0"),
        ("", "0.0.0.0"),
    ],
)
def test_every_address_is_one_that_a_database_takes(said, kept):
    assert plain_address(said) == kept


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "on the computer of this chat"),
        ("192.168.1.5", "in the local network"),
        ("fe80::1", "in the local network"),
        ("203.0.114.9", ""),
        ("0.0.0.0", ""),
    ],
)
def test_a_place_is_named_as_far_as_nobody_has_to_be_asked(address, words):
    assert place(address) == words
