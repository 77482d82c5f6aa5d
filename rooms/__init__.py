"""Everything about talking."""
