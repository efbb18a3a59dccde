"""What a conversation about a job asks for; its driver does it, and hands the result or the failure back.

A failure that is an AnaplanError is thrown in. Each step ends by its ``limit``, or says that it did not.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline

R = TypeVar("R")


@attrs.frozen
class Begin:
    """Send the request that starts it, once. The result is what it made, as the answer tells of it."""


@attrs.frozen
class Look:
    """Read the list of what was made so far. The result is that list."""

    limit: Deadline


@attrs.frozen
class Poll:
    """Look at one task. The result is the task as it is now."""

    task_id: str
    limit: Deadline


@attrs.frozen
class Cancel:
    """Ask Anaplan to cancel a task. There is no result."""

    task_id: str
    limit: Deadline


Step: TypeAlias = Begin | Look | Poll | Cancel | Pause
Conversation: TypeAlias = Generator[Step, Any, R]
