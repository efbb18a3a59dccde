"""What a refusal of Anaplan means: the error for an answer that is not a success."""

from __future__ import annotations

import json

from anaplan_sdk._core.http.messages import Request, Response, is_page
from anaplan_sdk._core.http.retry import retry_after
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    AuthenticationError,
    ModelArchivedError,
    ModelBusyError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedResponseError,
    printable,
)

_SHOWN = 2_000

# What to do next, by status. Anaplan answers 404 for what a user may not see, and 424 where it documents 403.
_ADVICE: dict[int, tuple[type[ApiError], str]] = {
    403: (PermissionDeniedError, "The user lacks a role for this, such as Workspace Administrator."),
    404: (
        NotFoundError,
        "It does not exist, has no content, or this user may not see it: check the ids and the role.",
    ),
    406: (ApiError, "Anaplan cannot answer in the form that was asked for."),
    409: (ModelBusyError, "The model is busy. Try again when its running task has ended."),
    413: (ApiError, "Something on the way does not take a body of this size: lower upload_chunk_size."),
    422: (ModelArchivedError, "The model is archived. Restore it in Anaplan first."),
    423: (ModelBusyError, "The model is locked by another operation. Try again later."),
    424: (
        PermissionDeniedError,
        "The model may be offline (change_model_status takes it online), or the user lacks a role for this, such as "
        "Workspace Administrator.",
    ),
    425: (ApiError, "The model may be deployed, which rules this out; or something on the way answered too early."),
    452: (PermissionDeniedError, "The tenant is not entitled to this. Ask Anaplan's support."),
    429: (RateLimitedError, "Too many requests. Lower concurrency=, or set pacing=Pacing(requests_per_second=…)."),
}


def refusal(request: Request, response: Response) -> AnaplanError | None:
    """The error that *response* is, None for a success."""
    if 200 <= response.status < 300:
        return None
    error = _error(request, response)
    error.earlier = response.earlier
    return error


def not_of_anaplan(request: Request, response: Response) -> AnaplanError | None:
    """The error of a success that cannot be Anaplan's own: a page for people, or a text where it says nothing or JSON.

    Without it, such an answer of a proxy or a gateway would pass for content, or for a chunk that was stored.
    """
    if is_page(response.headers):
        what = "an HTML page"
    elif request.method != "GET" and not _nothing_or_json(response.body):
        what = "a text instead of JSON"
    elif response.status == 200 and request.headers.get("Accept") == "application/json" and not response.body.strip():
        what = "nothing instead of JSON"
    else:
        return None
    return UnexpectedResponseError(
        f"{request.method} {request.path}: answered {response.status} with {what}. Something in between answers in "
        "Anaplan's place, such as a proxy or a log-in page of the network. Check api_url and the proxy.",
        path=request.path,
        body=_beginning(response.body),
    )


def _nothing_or_json(body: bytes) -> bool:
    if not body.strip():
        return True
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _error(request: Request, response: Response) -> AnaplanError:
    status = response.status
    body = _beginning(response.body)
    if status == 401:
        return AuthenticationError(
            f"{request.method} {request.path}: Anaplan refuses the token even after a new log-in (401). "
            "Check that the user belongs to the tenant of this region.",
            status=status,
        )
    if status < 400:
        return UnexpectedResponseError(
            f"{request.method} {request.path}: answered {status}, a redirect, which is never followed so that no token "
            "leaves for another host. Check api_url, auth_url and the proxy.",
            path=request.path,
            body=body,
        )
    kind, advice = _ADVICE.get(status, (ApiError, _general_advice(status)))
    message = server_message(response.body)
    said = f" ({message})" if message else ""
    error = kind(
        f"{request.method} {request.path}: {status}{said}. {advice}",
        status=status,
        message=message,
        path=request.path,
        body=body,
    )
    if isinstance(error, RateLimitedError):
        error.retry_after = retry_after(response)
    return error


def _beginning(body: bytes) -> str:
    return printable(body[:_SHOWN].decode(errors="replace"), lines=True)


def _general_advice(status: int) -> str:
    if status >= 500:
        return "Anaplan failed, or cannot make sense of an id: some wrong ids are answered this way."
    return "Anaplan does not accept the request as it is."


def server_message(body: bytes) -> str:
    """The message of an error envelope: of the API (an object) or of the authentication service (text)."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(envelope, dict):
        return ""
    status = envelope.get("status")
    message = status.get("message") if isinstance(status, dict) else envelope.get("statusMessage")
    return printable(message.strip().rstrip(".")[:_SHOWN]) if isinstance(message, str) else ""
