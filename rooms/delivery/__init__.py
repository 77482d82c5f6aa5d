"""From the log to the sockets: order, hints between workers, and the repair of what they lost."""
