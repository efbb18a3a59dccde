"""Tracebacks that show where something failed, and not with what.

Crash reporters print the local variables of every frame: passwords, keys and tokens among them. Objects that hide
themselves do not help in the frames of HTTP libraries, so those that an error came through are emptied where it leaves
the SDK. Files, lines and functions stay, and so does all that the program's own frames hold.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, TypeVar, cast

from anaplan_sdk.errors import AnaplanError

CallT = TypeVar("CallT", bound=Callable[..., Any])

# Those that carry a secret of ours somewhere below us. The program calls them, too, but not from below us.
_EMPTIED = frozenset(
    {"anaplan_sdk", "aiohttp", "aiosignal", "attr", "attrs", "bcrypt", "cattr", "cattrs", "cryptography", "filelock"}
    | {"frozenlist", "isal", "jeepney", "keyring", "multidict", "oauthlib", "propcache", "secretstorage"}
    | {"truststore", "urllib3", "uvloop", "yarl"}
    | sys.stdlib_module_names
)


class EmptiedFrames:
    """Lets errors out of a ``with`` block, interrupts and cancellations included, without the locals below it.

    The frame of the block itself still runs, and keeps its own: it may hold only what hides itself.
    """

    __slots__ = ("_earlier",)

    def __enter__(self) -> None:
        self._earlier = sys.exception()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            empty_frames(error, self._earlier)


def with_emptied_frames(call: CallT) -> CallT:
    """The same for a plain function that is given secrets, its own frame included."""

    @functools.wraps(call)
    def calling(*args: Any, **kwargs: Any) -> Any:
        earlier = sys.exception()
        try:
            return call(*args, **kwargs)
        except BaseException as error:
            del args, kwargs
            empty_frames(error, earlier)
            raise

    return cast("CallT", calling)


def empty_frames(error: BaseException, earlier: BaseException | None = None) -> None:
    """Empty the frames of *error* and of all that led to it, but not of what the caller was handling *earlier*."""
    todo: list[BaseException | None] = [error]
    seen = {id(None), id(earlier)}
    while todo:
        link = todo.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        if isinstance(link, AnaplanError) and link.__suppress_context__:
            link.__context__ = None  # nobody is shown it, and its words may quote what ours leave out
        if isinstance(link, BaseExceptionGroup):
            todo += cast("BaseExceptionGroup[BaseException]", link).exceptions
        todo += (link.__cause__, link.__context__)
        trace = link.__traceback__
        while trace is not None:
            if _is_emptied(trace.tb_frame):
                _empty(trace.tb_frame)
            trace = trace.tb_next


def _is_emptied(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    # What attrs generates has no module, and the name of the class in place of a file.
    generated = frame.f_code.co_filename.startswith("<attrs generated") and "anaplan_sdk" in frame.f_code.co_filename
    return generated or module.partition(".")[0] in _EMPTIED


def _empty(frame: FrameType) -> None:
    with contextlib.suppress(RuntimeError):  # it still runs
        frame.clear()
