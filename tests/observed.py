"""What an emulator saw and keeps, for tests of both colours."""

from __future__ import annotations

import re

from anaplan_sdk.emulator import Emulator, Received

FILE, LIST_FILE = 113000000001, 113000000000
IMPORT, LIST_IMPORT, EXPORT, ACTION, PROCESS = 112000000001, 112000000000, 116000000000, 117000000000, 118000000000
HEADER = "Code,Product,Region,Period,Units,Revenue\n"


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
