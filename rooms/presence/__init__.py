"""Who is connected: leases and rows, in the database in both modes."""
