"""Fixtures of the contract tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import redis

from rooms.delivery.layers import ClusterChannelLayer
from tests.contract.layer_tools import cluster_layer
from tests.harness.services import Redis


@pytest_asyncio.fixture
async def far_layer(own_redis: Redis) -> AsyncIterator[ClusterChannelLayer]:
    """A layer whose Redis a test may harm."""
    layer = cluster_layer(own_redis)
    yield layer
    await layer.flush()


@pytest.fixture
def admin(own_redis: Redis) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(own_redis.url) as client:
        yield client
