"""The Integration API: what is asked for over HTTP, and answered."""
