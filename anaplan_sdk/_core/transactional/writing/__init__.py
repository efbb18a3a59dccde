"""Writing cells and list items: rows into requests, and what becomes of them."""
