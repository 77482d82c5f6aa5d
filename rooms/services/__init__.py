"""The use cases: plain verbs, synchronous, each in one transaction. They may block; call them in a pool."""
