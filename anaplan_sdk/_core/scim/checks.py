"""Checks of what a caller gives."""

from __future__ import annotations

from anaplan_sdk.errors import ConfigurationError


def some_text(text: object, argument: str) -> str:
    """*text*, which must be one that says something."""
    if not isinstance(text, str) or not text.strip():
        raise ConfigurationError(f"{argument} must be a text that is not empty, not {text!r}.")
    return text


def optional_text(text: object, argument: str) -> str | None:
    """*text*, which may be empty or None."""
    if text is not None and not isinstance(text, str):
        raise ConfigurationError(f"{argument} must be a text, not {text!r}.")
    return text
