"""S51: what is counted in Redis is counted by this worker alone while Redis is away, and by all when it is back."""

import pytest
from django.conf import settings as project
from redis.exceptions import ConnectionError as RedisAway

from chatproject.cache import FallbackCache, _absences
from tests.harness.logs import said_by


@pytest.fixture
def cache(monkeypatch):
    caches = [FallbackCache(project.REDIS_URL, {"KEY_PREFIX": "shared-cache-test"}) for _worker in range(2)]
    caches[0].clear()
    yield caches
    monkeypatch.undo()
    _absences.clear()
    FallbackCache(project.REDIS_URL, {"KEY_PREFIX": "shared-cache-test"}).clear()


@pytest.fixture
def redis_goes(monkeypatch):
    def away(*_arguments, **_options):
        raise RedisAway

    def go(cache):
        for name in ("add", "get", "set", "touch", "delete", "incr", "clear"):
            monkeypatch.setattr(cache._shared, name, away)

    return go


def test_s51_workers_see_what_the_others_have_counted(cache):
    one, other = cache

    assert one.add("guesses", 1)
    assert not other.add("guesses", 1)
    assert other.incr("guesses") == 2
    assert one.get("guesses") == 2


def test_s51_a_worker_counts_alone_while_redis_is_away(cache, redis_goes, caplog):
    one, other = cache
    redis_goes(one)
    redis_goes(other)

    assert one.add("guesses", 1)
    assert one.incr("guesses") == 2
    assert not one.add("guesses", 1)
    assert other.get("guesses") in {None, 2}  # Two workers in one process may share the memory.
    assert len(said_by("chat.cache", caplog)) == 1


def test_s51_the_next_request_does_not_wait_for_a_redis_that_was_away_a_moment_ago(cache, redis_goes):
    one, _other = cache
    redis_goes(one)
    one.get("guesses")

    next_one = FallbackCache(project.REDIS_URL, {"KEY_PREFIX": "shared-cache-test"})
    next_one._shared = None

    assert next_one.add("guesses", 1)
    next_one._own.clear()


def test_s78_guesses_at_many_accounts_do_not_push_out_the_count_of_one(cache, redis_goes, caplog):
    one, _other = cache
    redis_goes(one)
    one.add("guesses", 9)

    for account in range(2000):
        one.add(f"guesses-{account}", 1)

    assert one.get("guesses") == 9
    one._own.clear()


def test_s51_redis_is_asked_again_after_a_while(cache, redis_goes, monkeypatch):
    one, other = cache
    clock = [1000.0]
    monkeypatch.setattr("chatproject.optional_redis.time.monotonic", lambda: clock[0])
    other.set("word", "together")
    with monkeypatch.context() as trouble:
        for name in ("set", "get"):
            trouble.setattr(one._shared, name, lambda *_: (_ for _ in ()).throw(RedisAway()))
        one.set("word", "alone")

    assert one.get("word") == "alone"
    clock[0] += 6
    assert one.get("word") == "together"


@pytest.mark.parametrize("operation", ["touch", "delete"])
def test_every_operation_is_answered_while_redis_is_away(cache, redis_goes, operation):
    one, _other = cache
    redis_goes(one)
    one.set("word", 1)

    assert getattr(one, operation)("word") is True
    one.clear()
    assert one.get("word") is None
