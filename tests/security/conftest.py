"""The security tests stand on the same people as those of accounts."""

from tests.accounts.fixtures import ana, log_in, quick_hasher

__all__ = ["ana", "log_in", "quick_hasher"]
