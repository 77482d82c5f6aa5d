"""The client for pipes and screen readers: lines in, lines out."""
