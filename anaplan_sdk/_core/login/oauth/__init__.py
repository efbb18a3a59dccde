"""OAuth 2.0: grants and their messages."""
