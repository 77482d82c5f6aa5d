"""The wire contract as pure values: what a frame may say. Standard library only."""
