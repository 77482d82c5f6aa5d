"""Tags of the chat's pages."""
