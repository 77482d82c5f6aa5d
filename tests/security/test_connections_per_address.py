"""S46 and S51: one address holds so many sockets and no more, across workers while Redis is there."""

import asyncio

import pytest
from asgiref.sync import async_to_sync
from redis import Redis as Client

from chatproject import optional_redis
from tests.harness.logs import said_by
from tests.harness.services import Redis
from tests.security.sockets import Gate
from tests.security.test_handshake import token_of

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 20.0


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A busy machine is no sign that Redis is away."""
    monkeypatch.setattr("chatproject.optional_redis.REDIS_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr("chatproject.addresses.LATE_SECONDS", 0.01)


@pytest.fixture
def token(ana, log_in, settings):
    settings.CONNECTIONS_PER_ADDRESS = 3
    return token_of(log_in(ana))


@pytest.mark.parametrize("redis_url", ["", "redis://127.0.0.1:1/0"])
def test_s46_one_more_than_allowed_is_refused_until_somebody_leaves(token, settings, redis_url):
    settings.REDIS_URL = redis_url

    @async_to_sync
    async def scenario():
        gate = Gate()
        crowd = [await gate.knock(token) for _ in range(3)]

        assert all(knock.is_in for knock in crowd)
        assert not (await gate.knock(token)).is_in
        other = await gate.knock(token, client=["198.51.100.1", 1])
        assert other.is_in

        await crowd.pop().leave()
        crowd.append(await gate.knock(token))
        assert crowd[-1].is_in
        for knock in [*crowd, other]:
            await knock.leave()

    scenario()


def test_s46_a_network_of_ipv6_addresses_counts_as_one(token, settings):
    settings.REDIS_URL = ""

    @async_to_sync
    async def scenario():
        gate = Gate()
        crowd = [await gate.knock(token, client=[f"2001:db8::{n}", 1]) for n in range(1, 5)]

        assert [knock.is_in for knock in crowd] == [True, True, True, False]
        for knock in crowd[:3]:
            await knock.leave()

    scenario()


def test_s51_workers_count_together(token):
    @async_to_sync
    async def scenario():
        one, other = Gate(), Gate()
        crowd = [await one.knock(token), await other.knock(token), await one.knock(token)]

        assert all(knock.is_in for knock in crowd)
        assert not (await other.knock(token)).is_in
        await crowd.pop(0).leave()
        crowd.append(await other.knock(token))
        assert crowd[-1].is_in
        for knock in crowd:
            await knock.leave()

    scenario()


def test_s51_nobody_at_the_door_waits_long_for_a_redis_that_is_frozen(
    token, settings, own_redis: Redis, monkeypatch, caplog
):
    settings.REDIS_URL = own_redis.url

    @async_to_sync
    async def scenario():
        gate = Gate()
        crowd = [await gate.knock(token)]
        own_redis.freeze()
        monkeypatch.setattr(optional_redis, "REDIS_SECONDS", 0.05)
        monkeypatch.setattr(optional_redis, "AWAY_SECONDS", 600.0)

        crowd += [await gate.knock(token) for _ in range(3)]

        assert [knock.is_in for knock in crowd] == [True, True, True, False]
        assert [
            record.getMessage()
            for record in said_by("chat.handshake", caplog)
            if record.levelname == "WARNING"
        ] == ["connections are counted by this worker alone: TimeoutError"], "asked once, and then left alone"
        for knock in crowd[:3]:
            await knock.leave()

    scenario()


def test_s46_a_crowd_at_the_door_asks_redis_through_few_connections(token, settings, own_redis: Redis):
    settings.REDIS_URL, settings.CONNECTIONS_PER_ADDRESS = own_redis.url, 60

    @async_to_sync
    async def scenario():
        gate = Gate()
        crowd = await asyncio.gather(*(gate.knock(token) for _ in range(60)))

        assert all(knock.is_in for knock in crowd)
        with Client.from_url(own_redis.url) as client:
            assert 1 < len(client.client_list()) <= 1 + optional_redis.REDIS_CONNECTIONS
        await asyncio.gather(*(knock.leave() for knock in crowd))

    scenario()


def test_s51_who_left_while_redis_was_away_is_not_counted_when_it_is_back(
    token, settings, own_redis: Redis, monkeypatch
):
    settings.REDIS_URL = own_redis.url
    monkeypatch.setattr(optional_redis, "AWAY_SECONDS", 0.0)
    monkeypatch.setattr("chatproject.addresses.BEAT_SECONDS", 0.05)

    @async_to_sync
    async def scenario():
        one, other = Gate(), Gate()
        crowd = [await one.knock(token) for _ in range(3)]
        stays = await one.knock(token, client=["198.51.100.1", 1])
        assert not (await other.knock(token)).is_in
        monkeypatch.setattr(optional_redis, "REDIS_SECONDS", 0.05)
        own_redis.freeze()
        for knock in crowd:
            await knock.leave()
        monkeypatch.setattr(optional_redis, "REDIS_SECONDS", PATIENCE_SECONDS)
        own_redis.thaw()

        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (knock := await other.knock(token)).is_in:
                pass

        await knock.leave()
        await stays.leave()

    scenario()


def test_s51_workers_count_together_again_when_redis_was_emptied(
    token, settings, own_redis: Redis, monkeypatch
):
    settings.REDIS_URL = own_redis.url
    monkeypatch.setattr("chatproject.addresses.BEAT_SECONDS", 0.05)

    @async_to_sync
    async def scenario():
        one, other = Gate(), Gate()
        crowd = [await one.knock(token) for _ in range(3)]
        with Client.from_url(own_redis.url) as client:
            client.flushall()

        async with asyncio.timeout(PATIENCE_SECONDS):
            while (knock := await other.knock(token)).is_in:
                await knock.leave()

        for knock in crowd:
            await knock.leave()

    scenario()


def test_an_address_that_pushes_on_is_refused_late_but_only_so_many_at_once(token, settings, monkeypatch):
    monkeypatch.setattr("chatproject.addresses.LATE_SECONDS", 1.0)
    settings.REDIS_URL = ""
    answered = []

    @async_to_sync
    async def scenario():
        gate = Gate()
        crowd = [await gate.knock(token) for _ in range(3)]

        async def push(number):
            assert not (await gate.knock(token)).is_in
            answered.append(number)

        await asyncio.gather(*(push(number) for number in range(8)))
        for knock in crowd:
            await knock.leave()

    scenario()

    assert sorted(answered[-3:]) == [0, 1, 2]


def test_without_limits_nobody_counts(token, settings):
    settings.LIMITS = False

    @async_to_sync
    async def scenario():
        gate = Gate()
        crowd = [await gate.knock(token) for _ in range(6)]
        assert all(knock.is_in for knock in crowd)
        for knock in crowd:
            await knock.leave()

    scenario()
