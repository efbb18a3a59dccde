"""What runs in Anaplan: start it once, wait for its end, and judge it."""
