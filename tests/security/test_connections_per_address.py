"""S46 and S51: one address holds so many sockets and no more, across workers while Redis is there."""

import pytest
from asgiref.sync import async_to_sync

from tests.security.sockets import Gate
from tests.security.test_handshake import token_of

pytestmark = pytest.mark.django_db(transaction=True)


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
