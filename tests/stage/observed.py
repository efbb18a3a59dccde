"""What an emulator saw and keeps, for tests of both colours."""

from __future__ import annotations

import time
from collections.abc import Callable

from anaplan_sdk.emulator import Emulator, Fault, Model
from anaplan_sdk.emulator.auth.tokens import TOKENS
from anaplan_sdk.emulator.runs.task import Task
from anaplan_sdk.emulator.serving.service import SERVICE

FILE, LIST_FILE = 113000000001, 113000000000
IMPORT, LIST_IMPORT, EXPORT, ACTION, PROCESS = 112000000001, 112000000000, 116000000000, 117000000000, 118000000000
TIME, VERSIONS, LINE_ITEMS, USERS = "20000000003", "20000000020", "20000000012", "101999999999"
HEADER = "Code,Product,Region,Period,Units,Revenue\n"


class Clock:
    """The clock of the clients, which can be put forward, so that a time limit passes at a chosen moment."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def put_forward(self, seconds: float = 60.0) -> None:
        """Let a minute pass in all. A request of a call with a minute's limit is then late, but within its grace."""
        self._ahead = seconds


class OnArrival(Fault):
    """Does something when a request like this arrives, before it is handled; the request meets no fault."""

    def __init__(self, method: str, path: str, act: Callable[[], object]) -> None:
        super().__init__(method, path)
        self.act = act

    def matches(self, method: str, path: str) -> bool:
        if super().matches(method, path):
            self.act()
        return False


def model_of(emulator: Emulator) -> Model:
    """The development model of the demo tenant."""
    return next(iter(emulator.tenant.models.values()))


def rows(count: int) -> str:
    """A file that the demo tenant's imports take, with characters of one, two and three bytes."""
    return HEADER + "".join(f"T{row:04},Thé 茶 {row},Zürich,Jan 26,{row},{row}.5\n" for row in range(count))


def starts(emulator: Emulator) -> int:
    """How many requests asked for a run of anything."""
    return len(emulator.received("POST", "/tasks$"))


def log_ins(emulator: Emulator) -> int:
    """How often somebody tried to log in with credentials."""
    return len(emulator.received("POST", "/token/authenticate$"))


def refreshes(emulator: Emulator) -> int:
    """How often somebody tried to prolong a token."""
    return len(emulator.received("POST", "/token/refresh$"))


def calls(emulator: Emulator, method: str = "*", path: str = "") -> int:
    """How many requests of the API, log-ins excepted."""
    return len([request for request in emulator.received(method, path) if request.path.startswith("/2/0/")])


def tasks(emulator: Emulator) -> list[str]:
    """The ids of all tasks that ever were."""
    return [task.id for task in emulator.tasks]


def tokens(emulator: Emulator) -> list[str]:
    """All tokens that are accepted."""
    return emulator.state(TOKENS).values()


def start_as_somebody_else(emulator: Emulator, export_id: int) -> None:
    """Start an export as another user does from Anaplan's pages. Only from within `OnArrival`."""
    tenant = emulator.tenant
    other = next(user for user in tenant.users.values() if user is not tenant.administrator)
    task = Task(next(iter(tenant.models.values())), other, "exports", str(export_id))
    emulator.state(SERVICE).runner.start(task)


def stored_chunks(emulator: Emulator, file_id: int = FILE) -> dict[int, bytes]:
    """The chunks of the administrator's upload to a file, unpacked, whether or not it is complete."""
    tenant = emulator.tenant
    owner = (next(iter(tenant.models)), tenant.administrator.id, str(file_id))
    upload = emulator.state(SERVICE).storage.upload(owner)
    chunks: dict[int, bytes] = {}
    for index, chunk in sorted(upload.chunks.items()) if upload else ():
        with chunk.open() as stream:
            chunks[index] = stream.read(chunk.size)
    return chunks
