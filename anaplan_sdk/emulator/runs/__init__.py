"""Tasks at work: imports, exports, other actions and processes."""
