"""What templates of accounts may call."""
