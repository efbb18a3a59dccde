"""Content in chunks: plans, compression and the journal of an upload."""
