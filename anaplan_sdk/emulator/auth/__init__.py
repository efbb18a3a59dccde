"""Who calls: the authentication service, and the OAuth service."""
