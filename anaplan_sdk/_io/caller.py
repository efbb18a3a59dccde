"""Telling the caller: warnings that point at a line of the program, and not into the SDK or an event loop."""

from __future__ import annotations

import sys
import warnings
from types import FrameType

from anaplan_sdk.errors import printable

_PACKAGE = __name__.partition(".")[0]
# What stands between a program and a call that it handed to threads or to an event loop.
_MACHINERY = ("asyncio", "concurrent", "contextlib", "threading", "uvloop", "anyio")


def warn_caller(message: str, category: type[Warning]) -> None:
    """Warn at the line of the program that made the call.

    A task or a thread has no such line above it: there, the warning is that of the package.
    """
    message = printable(message)
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_of(frame, _PACKAGE):
        frame = frame.f_back
    if _is_of(frame, _PACKAGE, *_MACHINERY):
        warnings.warn_explicit(message, category, f"<{_PACKAGE}>", 1, module=_PACKAGE)
        return
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        message,
        category,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__", "<program>"),
        registry=registry,
    )


def _is_of(frame: FrameType, *packages: str) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in packages
