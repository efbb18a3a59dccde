"""Decisions without waiting: no module of this room does input or output."""
