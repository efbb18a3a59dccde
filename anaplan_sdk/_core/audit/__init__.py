"""Decisions about the audit log: from when until when to read, and what of it is new."""
