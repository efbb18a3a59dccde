"""What an emulator saw and keeps, for tests of both colours."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from anaplan_sdk.emulator import Emulator, Fault, Received
from anaplan_sdk.emulator.runs.task import Task

FILE, LIST_FILE = 113000000001, 113000000000
IMPORT, LIST_IMPORT, EXPORT, ACTION, PROCESS = 112000000001, 112000000000, 116000000000, 117000000000, 118000000000
HEADER = "Code,Product,Region,Period,Units,Revenue\n"


class Clock:
    """The clock of the clients, which can be put forward once, so that a time limit passes at a chosen moment."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def put_forward(self) -> None:
        """Let a minute pass. A request of a call with a minute's limit is then late, but within its grace."""
        self._ahead = 60.0


class OnArrival(Fault):
    """Does something when a request like this arrives, before it is handled; the request meets no fault."""

    def __init__(self, method: str, path: str, act: Callable[[], object]) -> None:
        super().__init__(method, path)
        self.act = act

    def matches(self, method: str, path: str) -> bool:
        if super().matches(method, path):
            self.act()
        return False


def rows(count: int) -> str:
    """A file that the demo tenant's imports take, with characters of one, two and three bytes."""
    return HEADER + "".join(f"T{row:04},Thé 茶 {row},Zürich,Jan 26,{row},{row}.5\n" for row in range(count))


def requests(emulator: Emulator, method: str, path: str) -> list[Received]:
    """The requests with this method and a path that holds this pattern, in the order of their arrival."""
    return [request for request in emulator.requests if request.method == method and re.search(path, request.path)]


def starts(emulator: Emulator) -> int:
    """How many requests asked for a run of anything."""
    return len(requests(emulator, "POST", "/tasks$"))


def tasks(emulator: Emulator) -> list[str]:
    """The ids of all tasks that ever were."""
    return [task.id for task in emulator._serving.runner.tasks()]


def start_as_somebody_else(emulator: Emulator, export_id: int) -> None:
    """Start an export as another user does from Anaplan's pages. Only from within `OnArrival`."""
    tenant = emulator.tenant
    other = next(user for user in tenant.users.values() if user is not tenant.administrator)
    emulator._serving.runner.start(Task(next(iter(tenant.models.values())), other, "exports", str(export_id)))


def stored_chunks(emulator: Emulator, file_id: int = FILE) -> dict[int, bytes]:
    """The chunks of the administrator's upload to a file, unpacked, whether or not it is complete."""
    tenant = emulator.tenant
    owner = (next(iter(tenant.models)), tenant.administrator.id, str(file_id))
    upload = emulator._serving.storage.upload(owner)
    chunks: dict[int, bytes] = {}
    for index, chunk in sorted(upload.chunks.items()) if upload else ():
        with chunk.open() as stream:
            chunks[index] = stream.read(chunk.size)
    return chunks


def stored_bytes(emulator: Emulator, file_id: int = FILE) -> bytes:
    """The content of the administrator's upload to a file."""
    return b"".join(stored_chunks(emulator, file_id).values())
