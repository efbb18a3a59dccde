"""Dumps of rejected rows."""
