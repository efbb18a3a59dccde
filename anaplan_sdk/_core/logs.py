"""The SDK's loggers. What a server says cannot begin a line of a log, or drive the terminal that shows it."""

from __future__ import annotations

import logging
from typing import Literal

from anaplan_sdk.errors import printable


class _Printable(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        shown = printable(said)
        if shown != said:
            record.msg, record.args = shown, ()
        return True


_PRINTABLE = _Printable()


def logger_of(area: Literal["auth", "http", "tasks", "transfer"]) -> logging.Logger:
    """The logger ``anaplan_sdk.<area>``."""
    logger = logging.getLogger(f"anaplan_sdk.{area}")
    logger.addFilter(_PRINTABLE)  # which it has once, however often it is added
    return logger
