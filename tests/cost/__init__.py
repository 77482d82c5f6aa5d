"""What things cost, as counts of a real worker: writes, frames, statements, commits, hops. Nothing here is a time."""
