"""Application lifecycle management: revisions, and what is made of two of them."""
