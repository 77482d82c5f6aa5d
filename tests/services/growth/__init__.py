"""What piles up may not make anything dearer: counted as work of the database, which is no time."""
