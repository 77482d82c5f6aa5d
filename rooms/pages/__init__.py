"""The chat's pages as the server prints them: to be read before a script runs, or without any."""
