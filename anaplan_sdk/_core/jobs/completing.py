"""Telling Anaplan that a stream is complete, as a conversation: it yields what it needs, and its driver does it.

The rules. Anaplan is told once. If the answer is lost, its list of files says whether it took note: it counts all
chunks of the file then, and otherwise is told again, which makes nothing happen twice.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeAlias

import attrs

from anaplan_sdk._core.jobs.starts import is_ambiguous
from anaplan_sdk.errors import AnaplanError, TransferError


@attrs.frozen
class Complete:
    """Tell Anaplan that all is sent, *again* where the first time did nothing.

    The result is how many chunks it counts; an AnaplanError is thrown in.
    """

    again: bool


@attrs.frozen
class Count:
    """Read how many chunks the list of files gives the file, 0 where it is not there."""


Conversation: TypeAlias = Generator[Complete | Count, int, None]


def complete_stream(file_id: int | str, count: int, too_late: Callable[[], bool]) -> Conversation:
    """Complete a file of *count* chunks. Raises what the conversation cannot mend, and where Anaplan counts others."""
    try:
        stored = yield Complete(again=False)
    except AnaplanError as lost:
        if not is_ambiguous(lost) or too_late():
            raise
        stored = yield Count()
        if stored != count:
            stored = yield Complete(again=True)
    if stored not in (0, count):  # some answers say nothing of chunks
        raise TransferError(f"File {file_id}: {count} chunks were sent, but Anaplan counts {stored}. Upload it again.")
