"""The channel layers: fast hints between workers, at most once, where every possible loss leaves a mark."""

from .cluster import ClusterChannelLayer
from .local import LocalChannelLayer
from .members import OVERFLOW, RESET, Message
from .redis_link import LayerAway

__all__ = ["OVERFLOW", "RESET", "ClusterChannelLayer", "LayerAway", "LocalChannelLayer", "Message"]
