"""Letters are carried by a thread of their own."""

import threading

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from accounts import mail as ours

WAIT_SECONDS = 5


class Carrier(BaseEmailBackend):
    """A mail server that takes as long as the test wants."""

    may_go = threading.Event()
    carried: list[str] = []
    threads: set[str] = set()
    arrived = threading.Semaphore(0)

    def send_messages(self, email_messages):
        assert Carrier.may_go.wait(WAIT_SECONDS)
        for message in email_messages:
            Carrier.threads.add(threading.current_thread().name)
            Carrier.carried.append(message.subject)
            Carrier.arrived.release()
            if message.subject == "lost":
                raise ConnectionRefusedError


@pytest.fixture
def carrier(settings):
    settings.EMAIL_BACKEND = "accounts.mail.QueuedMail"
    settings.MAIL_CARRIER = f"{__name__}.Carrier"
    Carrier.may_go.clear()
    Carrier.carried.clear()
    yield Carrier
    Carrier.may_go.set()


def test_nobody_waits_for_a_slow_mail_server(carrier):
    mail.send_mail("one", "", None, ["ana@example.org"])
    mail.send_mail("two", "", None, ["ana@example.org"])
    assert carrier.carried == []

    carrier.may_go.set()

    assert carrier.arrived.acquire(timeout=WAIT_SECONDS)
    assert carrier.arrived.acquire(timeout=WAIT_SECONDS)
    assert carrier.carried == ["one", "two"]
    assert threading.current_thread().name not in carrier.threads


def test_a_letter_that_fails_is_logged_without_its_address_and_the_next_one_goes(carrier, caplog):
    carrier.may_go.set()

    mail.send_mail("lost", "", None, ["ana@example.org"])
    mail.send_mail("next", "", None, ["ana@example.org"])

    assert carrier.arrived.acquire(timeout=WAIT_SECONDS)
    assert carrier.arrived.acquire(timeout=WAIT_SECONDS)
    assert carrier.carried == ["lost", "next"]
    assert "1 messages not sent: ConnectionRefusedError" in caplog.text
    assert "ana@example.org" not in caplog.text


def test_letters_that_are_too_many_are_not_kept(carrier, caplog, monkeypatch):
    monkeypatch.setattr(ours, "_postman", ours._Postman())
    monkeypatch.setattr(ours._postman, "_places", threading.BoundedSemaphore(1))

    assert mail.send_mail("kept", "", None, ["ana@example.org"]) == 1
    assert mail.send_mail("refused", "", None, ["ana@example.org"]) == 0

    assert "too many are waiting" in caplog.text
    carrier.may_go.set()
    assert carrier.arrived.acquire(timeout=WAIT_SECONDS)
