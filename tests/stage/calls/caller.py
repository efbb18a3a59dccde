"""A bare HTTP caller: the emulator is held against the facts about the service, not against our client."""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from anaplan_sdk.emulator import Emulator

WORKSPACE = "/2/0/workspaces/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
MODEL = "/2/0/models/11111111111111111111111111111111"
WM = f"{WORKSPACE}/models/11111111111111111111111111111111"

LIST_FILE, MODULE_FILE, HISTORY_FILE = "113000000000", "113000000001", "113000000040"
LIST_IMPORT, MODULE_IMPORT = "112000000000", "112000000001"
EXPORT, DELETION, PROCESS = "116000000000", "117000000000", "118000000000"

HEADER = "Code,Product,Region,Period,Units,Revenue\n"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Caller:
    """Sends requests, each over a connection of its own, as somebody who is logged in."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._address = urlsplit(url).netloc
        self.token = token

    @classmethod
    def logged_in(cls, emulator: Emulator, email: str = "ada@example.com") -> Caller:
        user = emulator.tenant.user_with_email(email)
        assert user is not None
        caller = cls(emulator.url)
        caller.token = caller.log_in(email, user.password or "").json["tokenInfo"]["tokenValue"]
        return caller

    def log_in(self, email: str, password: str) -> Answer:
        credentials = base64.b64encode(f"{email}:{password}".encode()).decode()
        return self("POST", "/token/authenticate", headers={"Authorization": f"Basic {credentials}"})

    def __call__(self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None) -> Answer:
        """Send a request; a body that is not bytes goes as JSON."""
        head = {"Authorization": f"AnaplanAuthToken {self.token}"} if self.token else {}
        if path.startswith("/emulator/") and body is not None:
            head["Content-Type"] = "application/json"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self._address, timeout=10)
        try:
            connection.request(method, path, data, head | (headers or {}))
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def upload(self, file_id: str, *chunks: bytes) -> None:
        """Upload content in chunks of a fixed number."""
        assert self("POST", f"{WM}/files/{file_id}", {"chunkCount": len(chunks)}).status == 200
        for index, chunk in enumerate(chunks):
            assert self("PUT", f"{WM}/files/{file_id}/chunks/{index}", chunk).status == 204

    def start(self, kind: str, object_id: str) -> str:
        """Start a task and return the path of its status."""
        tasks = f"{WM}/{kind}/{object_id}/tasks"
        answer = self("POST", tasks, {"localeName": "en_US"})
        assert answer.status == 200, answer
        return f"{tasks}/{answer.json['task']['taskId']}"

    def finished(self, task: str) -> Any:
        """Return a task when it has ended."""
        return self.when(task, lambda state: state in ("COMPLETE", "CANCELLED"))

    def when(self, task: str, is_awaited: Callable[[str], object]) -> Any:
        """Return a task when its state is the awaited one."""
        for _ in range(1_000):
            body = self("GET", task).json["task"]
            if is_awaited(body["taskState"]):
                return body
            time.sleep(0.005)
        raise AssertionError("The task never gets there.")

    def run(self, kind: str, object_id: str) -> Any:
        """Run an action to its end and return its task."""
        return self.finished(self.start(kind, object_id))

    def load(self, rows: str) -> Any:
        """Load rows into the list and the module and return the task of the process."""
        for file_id in (LIST_FILE, MODULE_FILE):
            self.upload(file_id, (HEADER + rows).encode())
        return self.run("processes", PROCESS)

    def export(self) -> bytes:
        assert self.run("exports", EXPORT)["result"]["successful"]
        return self("GET", f"{WM}/files/{EXPORT}").body
