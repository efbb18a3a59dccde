# Source of both colours: scripts/codegen.py emits this file twice.
"""A server whose answers a test decides, and a client of it: for what the emulator does not answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from anaplan_sdk import AsyncClient
from stage.support import QUICK_RETRY
from stage.wire.server import Connection, Received, Server, serving

# Status and body: bytes as they are, anything else as JSON, None for no answer at all.
Answer: TypeAlias = tuple[int, Any]


@contextmanager
def anaplan(answer: Callable[[Received], Answer | None], **options: Any) -> Iterator[tuple[Server, AsyncClient]]:
    """A server that gives these answers, and a client of its only model that holds a token."""

    def script(connection: Connection) -> None:
        while received := connection.receive():
            answered = answer(received)
            if answered is None:
                connection.reset()
                break
            status, payload = answered
            body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
            connection.answer(status, body, Content_Type="text/csv" if body is payload else "application/json")

    with serving(script) as server:
        given: dict[str, Any] = {"workspace_id": "W", "model_id": "M", "retry": QUICK_RETRY, **options}
        yield server, AsyncClient(token="t0ken", api_url=server.url, auth_url=server.url, **given)


def path_of(received: Received) -> str:
    """Method and path below the root of the API."""
    return f"{received.method} {urlsplit(received.target).path.removeprefix('/2/0')}"


def query_of(received: Received) -> dict[str, str]:
    """The query, decoded."""
    return dict(parse_qsl(urlsplit(received.target).query, keep_blank_values=True))
