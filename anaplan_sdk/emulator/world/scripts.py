"""Task scripts: how the next runs of an action are to go."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class TaskScript:
    """The course of the next run of one import, export, action or process, alone or as a step of a process.

    ``fail``: the run does nothing and ends unsuccessfully with this message.
    ``hang``: it stays IN_PROGRESS until it is cancelled or released.
    ``cancel``: it ends CANCELLED by itself, as if somebody had cancelled it in Anaplan.
    ``omit_result``: it ends without a ``result``.
    ``seconds``: it takes so long; None for the tenant's ``task_seconds``.
    ``polls``: so many status requests see it unfinished.
    ``times``: how many runs go like this; None for all.
    """

    fail: str | None = None
    hang: bool = False
    cancel: bool = False
    omit_result: bool = False
    seconds: float | None = None
    polls: int = 0
    times: int | None = 1
    released: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def holds(self, polls: int) -> bool:
        """Whether a run that was polled so often must go on waiting."""
        return polls < self.polls or (self.hang and not self.released.is_set())

    def release(self) -> None:
        """Let the runs that hang on this script go on."""
        self.released.set()


class TaskScripts:
    """Scripts by the id of the object they are for, used in the order in which they came."""

    def __init__(self) -> None:
        self._scripts: dict[str, list[TaskScript]] = {}
        self._used: list[TaskScript] = []
        self._lock = threading.Lock()

    def add(self, object_id: str, script: TaskScript) -> None:
        with self._lock:
            self._scripts.setdefault(object_id, []).append(script)

    def take(self, object_id: str) -> TaskScript:
        """The script for a run that begins now; a plain one where nothing was arranged."""
        with self._lock:
            waiting = self._scripts.get(object_id)
            if not waiting:
                return TaskScript()
            script = waiting[0]
            if script.times is not None:
                script.times -= 1
                if script.times <= 0:
                    waiting.pop(0)
            self._used.append(script)
            return script

    def release(self) -> None:
        """Let every run that hangs go on."""
        with self._lock:
            hanging, self._used = self._used, []
        for script in hanging:
            script.release()
