"""What the tests of accounts share: a quick password hasher, and a person with a session."""

from tests.accounts.fixtures import ana, log_in, quick_hasher

__all__ = ["ana", "log_in", "quick_hasher"]
