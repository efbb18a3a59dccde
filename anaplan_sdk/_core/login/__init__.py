"""Log-ins as conversations, and the tokens that come of them."""
