"""S8: what proxies say about a visitor is believed from the configured ones only."""

import pytest
from asgiref.sync import async_to_sync

from tests.security.sockets import Gate

FORGED = ("X-Forwarded-For", "6.6.6.6")
TLS = ("X-Forwarded-Proto", "https")


@async_to_sync
async def page(*headers, **changes):
    return await Gate().page(*headers, **changes)


def test_s8_a_visitor_cannot_choose_an_address():
    seen = page(FORGED, TLS, ("X-Real-IP", "6.6.6.6"))

    assert seen["client"][0] == "192.0.2.7"
    assert seen["scheme"] == "http"
    assert not [name for name, _value in seen["headers"] if b"forward" in name or b"real" in name]


def test_s8_a_trusted_proxy_is_believed(settings):
    settings.TRUSTED_PROXIES = ["192.0.2.0/24"]

    seen = page(("X-Forwarded-For", "203.0.113.9"), TLS)

    assert seen["client"][0] == "203.0.113.9"
    assert seen["scheme"] == "https"


@pytest.mark.parametrize(
    ("hops", "visitor"),
    [
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 192.0.2.9", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("203.0.113.9, unknown", "192.0.2.7"),
        ("<script>", "192.0.2.7"),
        ("", "192.0.2.7"),
    ],
)
def test_s8_only_the_nearest_hop_that_is_no_proxy_counts(settings, hops, visitor):
    settings.TRUSTED_PROXIES = ["192.0.2.0/24"]

    assert page(("X-Forwarded-For", hops))["client"][0] == visitor


def test_no_visitor_chooses_the_root_path():
    assert page(root_path="//evil.example")["root_path"] == ""
