"""What a refusal of Anaplan means: the error for an answer that is not a success."""

from __future__ import annotations

import json

from anaplan_sdk._core.http.messages import Request, Response, is_page
from anaplan_sdk._core.http.retry import retry_after
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    AuthenticationError,
    ConflictError,
    ModelArchivedError,
    ModelBusyError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedResponseError,
    printable,
)

_SHOWN = 2_000

# The error by what the answer means, and what to do next.
_KINDS: dict[Verdict, tuple[type[ApiError], str]] = {
    Verdict.DENIED: (PermissionDeniedError, "The user lacks a role for this."),
    Verdict.BUSY: (ModelBusyError, "Something else is running. Try again when it has ended."),
    Verdict.LIMITED: (
        RateLimitedError,
        "Too many requests. Lower concurrency=, or set pacing=Pacing(requests_per_second=…).",
    ),
    Verdict.FAILED: (ApiError, "Anaplan failed, or an id is wrong: Anaplan responds to some wrong ids this way."),
    Verdict.REFUSED: (ApiError, "Anaplan does not accept the request as it is."),
}
# What a status tells beyond that. Anaplan answers 404 for what a user may not see, and 424 where it documents 403.
_ADVICE: dict[tuple[Verdict, int], str] = {
    (Verdict.DENIED, 403): "The user lacks a role for this, such as Workspace Administrator.",
    (Verdict.DENIED, 424): "The model may be offline (change_model_status takes it online), or the user lacks a role "
    "for this, such as Workspace Administrator.",
    (Verdict.DENIED, 452): "The tenant is not entitled to this. Ask Anaplan's support.",
    (Verdict.BUSY, 409): "The model is busy. Try again when its running task has ended.",
    (Verdict.BUSY, 410): "The model is being moved. Try again in a few minutes.",
    (Verdict.BUSY, 423): "The model is locked by another operation. Try again later.",
    (Verdict.FAILED, 408): "Anaplan does not accept the request as it is.",
    (Verdict.FAILED, 425): (
        "The model may be deployed, which does not allow this; or a proxy or gateway refused early data."
    ),
    (Verdict.REFUSED, 404): "It does not exist, has no content, or this user may not see it: check the ids and the "
    "role.",
    (Verdict.REFUSED, 406): "Anaplan cannot respond in the requested format.",
    (Verdict.REFUSED, 409): "What exists already, is running or is used elsewhere is in the way.",
    (Verdict.REFUSED, 413): "A proxy or gateway does not accept a body of this size: lower upload_chunk_size.",
    (Verdict.REFUSED, 415): "Anaplan does not understand the format of the request.",
    (
        Verdict.REFUSED,
        425,
    ): "The model is deployed, which does not allow this. Make the change in the development model "
    "and sync it, or use a list of production data.",
    (Verdict.REFUSED, 422): "The model is archived. Restore it in Anaplan first.",
}
_REFUSALS: dict[int, type[ApiError]] = {404: NotFoundError, 409: ConflictError, 422: ModelArchivedError}


def refusal(request: Request, response: Response) -> AnaplanError | None:
    """The error that *response* is, None for a success."""
    verdict = request.verdict(response)
    if verdict is Verdict.FINE:
        return None
    error = _error(request, response, verdict)
    error.earlier = response.earlier
    return error


def not_of_anaplan(request: Request, response: Response) -> AnaplanError | None:
    """The error of a success that cannot be Anaplan's own: a page for people, or a text where it says nothing or JSON.

    Without it, such an answer of a proxy or a gateway would pass for content, or for a chunk that was stored.
    """
    if is_page(response.headers):
        what = "an HTML page"
    elif request.method != "GET" and not _nothing_or_json(response.body):
        what = "text instead of JSON"
    elif response.status == 200 and "json" in request.headers.get("Accept", "") and not response.body.strip():
        what = "an empty body instead of JSON"
    else:
        return None
    return UnexpectedResponseError(
        f"{request.method} {request.path}: status {response.status} with {what}. Something in between responds in "
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


def _error(request: Request, response: Response, verdict: Verdict) -> AnaplanError:
    status = response.status
    body = _beginning(response.body)
    if verdict is Verdict.EXPIRED:
        return AuthenticationError(
            f"{request.method} {request.path}: Anaplan refuses the token even after a new log-in ({status}). "
            "Check that the user belongs to the tenant of this region.",
            status=status,
        )
    if status < 400:
        return UnexpectedResponseError(
            f"{request.method} {request.path}: status {status} is a redirect. Redirects are never followed, so that "
            "no token reaches another host. Check api_url, auth_url and the proxy.",
            path=request.path,
            body=body,
        )
    kind, advice = _KINDS[verdict]
    if verdict is Verdict.REFUSED:
        kind = _REFUSALS.get(status, kind)
    message = server_message(response.body)
    said = f" ({message})" if message else ""
    advice = request.hints.get(status) or _ADVICE.get((verdict, status), advice)
    if status == 404 and is_page(response.headers):
        advice = "An HTML page responds in Anaplan's place: check the URL of the service, and the proxy."
    error = kind(
        f"{request.method} {request.path}: {status}{said}. {advice}",
        status=status,
        message=message,
        path=request.path,
        body=body,
    )
    error.maybe_received &= verdict is Verdict.FAILED
    if isinstance(error, RateLimitedError):
        error.retry_after = retry_after(response)
    return error


def _beginning(body: bytes) -> str:
    return printable(body[:_SHOWN].decode(errors="replace"), lines=True)


# Where the services put what they say, and the word that some have instead.
_MESSAGES = ("statusMessage", "detail", "errorMessage", "message", "errorCode")


def server_message(body: bytes) -> str:
    """The message of an error envelope: of the API (an object), or a text, as all other services have it."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(envelope, dict):
        return ""
    status = envelope.get("status")
    said = [status.get("message")] if isinstance(status, dict) else [envelope.get(key) for key in _MESSAGES]
    message = next((text for text in said if isinstance(text, str) and text.strip()), "")
    return printable(message.strip().rstrip(".")[:_SHOWN])
