"""The two envelopes of the Integration API: what succeeded, and what did not."""

from __future__ import annotations

import json
from http.client import responses
from typing import Any, cast

from aiohttp import web

from ..world.times import nanosecond_timestamp


class ApiError(Exception):
    """A request that is answered with the error envelope."""

    def __init__(self, status: int, message: str | None = None, *, headers: dict[str, str] | None = None) -> None:
        self.status = status
        # 424 comes with an empty message on live tenants.
        phrase = "" if status == 424 else responses.get(status, "")
        self.message = phrase if message is None else message
        self.headers = headers
        super().__init__(f"{status} {self.message}")

    def response(self, path: str) -> web.Response:
        body = {
            "status": {"code": self.status, "message": self.message},
            "path": path,
            "timestamp": nanosecond_timestamp(),
        }
        return web.json_response(body, status=self.status, headers=self.headers)


def not_found() -> ApiError:
    """The answer for what does not exist, what the caller may not see, and routes that nobody knows."""
    return ApiError(404)


async def json_object(request: web.Request) -> dict[str, Any]:
    """Read a body that must be a JSON object; anything else is a ValueError."""
    try:
        body: Any = json.loads(await request.text())
    except (LookupError, RecursionError) as error:
        # An unknown charset, or brackets without end.
        raise ValueError(str(error)) from error
    if not isinstance(body, dict):
        raise ValueError("it is not an object")
    return cast("dict[str, Any]", body)


async def json_body(request: web.Request) -> dict[str, Any]:
    """Read the same, refused in the error envelope where it is no JSON object."""
    try:
        return await json_object(request)
    except ValueError as error:
        raise ApiError(400, f"The request body is not valid JSON: {error}") from error


def no_body() -> ApiError:
    return ApiError(400, "The request body is null. To continue, change the format to a non-empty state.")


def unrecognized(name: str) -> ApiError:
    message = f"Identified an unrecognized '{name}'. Amend the content so it only contains applicable fields."
    return ApiError(400, message)


def missing(name: str) -> ApiError:
    return ApiError(400, f"Expected mandatory field '{name}' to be present and not empty.")


def origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def success(
    request: web.Request, schema: str, payload: dict[str, Any], *, paging: dict[str, Any] | None = None
) -> web.Response:
    """Wrap a payload; ``schema`` is the path of the schema's URL below ``/2/0``.

    Schemas of a model's objects have a double slash after the host, as they often have on live tenants.
    """
    slash = "//" if schema.startswith("models/") else "/"
    meta: dict[str, Any] = {"schema": f"{origin(request)}{slash}2/0/{schema}"}
    if paging is not None:
        meta["paging"] = paging
    return web.json_response({"meta": meta, "status": {"code": 200, "message": "Success"}, **payload})


def created(request: web.Request, schema: str, payload: dict[str, Any], *, location: str | None = None) -> web.Response:
    """Wrap what was created; ``location`` is where it is found from now on."""
    body = {
        "meta": {"schema": f"{origin(request)}/2/0/{schema}"},
        "status": {"code": 201, "message": "Created"},
        **payload,
    }
    headers = None if location is None else {"Location": location}
    return web.json_response(body, status=201, headers=headers)
