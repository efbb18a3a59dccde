"""Decisions about structure, cells and lists of a model."""
