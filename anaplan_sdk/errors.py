"""Errors, sorted by what the caller can do about them.

They have facts as attributes, survive pickling, and hold no secret. ``earlier`` are the failures of earlier attempts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from anaplan_sdk.models.admin import UserImportResult
    from anaplan_sdk.models.alm import Revision
    from anaplan_sdk.models.cells import WriteResult
    from anaplan_sdk.models.scim import ScimUser
    from anaplan_sdk.models.tasks import Task, TaskSummary


# What moves a terminal's cursor, begins a line of a log, or turns the order of letters around.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_CONTROLS_IN_LINES = re.compile(_CONTROLS.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))


def printable(text: str, *, lines: bool = False) -> str:
    """*text* with its control characters written out, as ``\\x1b``: it may come from a server, and end up anywhere.

    With *lines*, line feeds and tabs stay.
    """
    controls = _CONTROLS_IN_LINES if lines else _CONTROLS
    return controls.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class AnaplanError(Exception):
    """Base of every error that the SDK raises."""

    earlier: tuple[AnaplanError, ...] = ()

    def __str__(self) -> str:
        return printable(super().__str__())

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.args, dict(self.__dict__))


def _revive(kind: type[AnaplanError], args: tuple[Any, ...], facts: Mapping[str, Any]) -> AnaplanError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


class ConfigurationError(AnaplanError, ValueError):
    """Ids, credentials or settings are missing, malformed or contradictory. Nothing was sent."""


class ClientClosedError(AnaplanError, RuntimeError):
    """The client was closed before this call. Make a new one."""


class TransportError(AnaplanError):
    """No complete response arrived.

    ``maybe_received`` is False if the request certainly never reached Anaplan (name look-up, connection or TLS
    handshake failed), and True if Anaplan may have acted on it.
    """

    def __init__(self, message: str, *, maybe_received: bool) -> None:
        super().__init__(message)
        self.maybe_received = maybe_received


class AuthenticationError(AnaplanError):
    """Anaplan refused the credentials or the token. ``status`` is the HTTP status, None if nothing was sent."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class OAuthError(AuthenticationError):
    """Anaplan's OAuth service refused. ``error`` is its code, such as ``invalid_grant``, ``description`` its text."""

    def __init__(self, message: str, *, error: str, description: str = "", status: int | None = None) -> None:
        super().__init__(message, status=status)
        self.error = error
        self.description = description


class TokenStoreError(AnaplanError):
    """The token store cannot be locked, read or written. Tokens that could not be saved are kept in memory."""


class InvalidPrivateKeyError(AuthenticationError):
    """The private key is unreadable, has another password, or does not match the certificate. Nothing was sent."""


class ApiError(AnaplanError):
    """Anaplan responded with an error.

    ``status`` is the HTTP status, ``message`` Anaplan's own message (may be empty), ``path`` the path of the request,
    ``body`` the first 2,000 characters of the response. ``maybe_received`` is True if Anaplan, or something between,
    failed, and the request may still have been carried out.
    """

    def __init__(self, text: str, *, status: int, message: str, path: str, body: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.message = message
        self.path = path
        self.body = body
        self.maybe_received = status >= 500 or status == 408


class NotFoundError(ApiError):
    """404: it does not exist, has no content, or is hidden from this user. Anaplan does not say which."""


class PermissionDeniedError(ApiError):
    """The user lacks a role: 403 or 424, or another status that the service uses for this."""


class RateLimitedError(ApiError):
    """429: too many requests, even after waiting. ``retry_after`` is what Anaplan asked for, in seconds, or None."""

    retry_after: float | None = None


class ConflictError(ApiError):
    """409 of CloudWorks or SCIM: something that exists, runs or is used is in the way."""


class ModelBusyError(ApiError):
    """409, 410 or 423: the model is busy with something else, or being moved. Try again later."""


class ModelArchivedError(ApiError):
    """422: the model is archived. Restore it in Anaplan first."""


class UnexpectedResponseError(AnaplanError):
    """The response is not as documented. ``json_path`` says where, such as ``$.files[3].id``."""

    def __init__(self, message: str, *, path: str = "", json_path: str = "$", body: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.json_path = json_path
        self.body = body


class WaitTimeoutError(AnaplanError, TimeoutError):
    """The caller's own time limit passed. What was waited for may continue in Anaplan."""


class RequestTimeoutError(TransportError, WaitTimeoutError):
    """The caller's own time limit passed before the response to a request was complete. The request was cut off."""


class TransferError(AnaplanError):
    """Content cannot be transferred.

    It is empty, over a limit, changed during the transfer, or meant for a file that does not exist.
    """


class ContentTypeError(TransferError, TypeError):
    """Content of a type that cannot be uploaded."""


class TransferTimeoutError(TransferError, WaitTimeoutError):
    """The time limit passed during a transfer. An upload that was cut short is not imported."""


class JobId(NamedTuple):
    """What was run: an import, a sync, a revision and so on.

    ``noun`` is ``import``, ``process``, ``sync``, ``comparison report``, ``revision``, ``integration`` or the like,
    ``family`` ``bulk``, ``alm``, ``transactional``, ``cloudworks`` or ``scim``. ``id`` is that of the action, view,
    list, integration or flow, in ALM of the model that is synced, compared or revised; of a user, it is the name.
    """

    noun: str
    family: str
    id: int | str

    def __str__(self) -> str:
        return f"{self.noun} of model {self.id}" if self.family == "alm" else f"{self.noun} {self.id}"


class _JobError(AnaplanError):
    """What errors about a job have in common."""

    job: JobId

    @property
    def action_id(self) -> int | str | Any:
        """The id of the import, export, action or process as it was given; None if something else was run."""
        return self.job.id if self.job.family == "bulk" else None


class TaskError(_JobError):
    """A task did not succeed, or its status could not be found out.

    ``task`` is its last known state, ``job`` what was run, ``action_id`` the id of the action if it was one. If the
    task may still be running, ``resume`` is the call that follows it, such as ``wait_for_task(112000000007, '0F1E')``,
    otherwise it is empty.
    """

    def __init__(self, message: str, *, task: Task, job: JobId, resume: str = "") -> None:
        super().__init__(message)
        self.task = task
        self.job = job
        self.resume = resume


class TaskFailedError(TaskError):
    """The task is COMPLETE and was not successful. ``task.messages`` has Anaplan's reasons."""


class TaskRunningError(TaskError):
    """Nothing was started, because ``task`` is under way and the call was made with ``if_running="raise"``."""


class RejectedRowsError(TaskError):
    """The task succeeded, but some rows were not loaded, or some steps of a process failed.

    Raised only with ``on_rejects="raise"``. What was loaded stays loaded; ``task.rows`` has the counts.
    """


class TaskCancelledError(TaskError):
    """The task was cancelled. An import is rolled back; steps of a process that had ended stay applied."""


class TaskTimeoutError(TaskError, WaitTimeoutError):
    """The time limit passed before the task ended. It continues in Anaplan: ``resume`` is the call that follows it.

    ``cancelled`` is None if no cancellation was requested, otherwise whether Anaplan confirmed it.
    """

    cancelled: bool | None = None


class AmbiguousRunError(_JobError):
    """Anaplan's response to a start request was lost, and the SDK cannot tell which task, if any, it created.

    Nothing was started twice. ``candidates`` are the tasks that have appeared since; one of them may belong to this
    call. If there are none, either nothing was started or the task is not listed yet. ``started_after`` is the server's
    time (epoch seconds) of the last poll before the start request. ``job`` is what was to run, ``action_id`` the id of
    the action if it was one, ``resume`` the call that shows whether it is running, such as
    ``list_tasks(112000000007)``, or empty if there is none.
    """

    def __init__(
        self,
        message: str,
        *,
        job: JobId,
        candidates: Sequence[TaskSummary | Revision | ScimUser] = (),
        started_after: float | None = None,
        resume: str = "",
    ) -> None:
        super().__init__(message)
        self.job = job
        self.candidates = tuple(candidates)
        self.started_after = started_after
        self.resume = resume


class RowError(ConfigurationError):
    """A row cannot be sent as it is: ``row`` is its position among the rows that were passed, from 0.

    Nothing of its request was sent. Rows of earlier requests may have been written: ``result`` has what became of them.
    """

    def __init__(self, message: str, *, row: int, result: WriteResult) -> None:
        super().__init__(message)
        self.row = row
        self.result = result


class WriteFailedError(AnaplanError):
    """Anaplan did not write some rows.

    Raised only with ``on_failures="raise"``. ``result`` has the counts and every failure; what was written stays
    written.
    """

    def __init__(self, message: str, *, result: WriteResult) -> None:
        super().__init__(message)
        self.result = result


class WriteInterruptedError(AnaplanError):
    """A request failed before all rows were written. The failure itself is ``__cause__``.

    ``result`` is what is known to have been written before. ``in_doubt`` are the rows of which it is not known whether
    they were written, empty if it is certain that no other row was. From ``next_row`` on, no row was written;
    ``unwritten`` are rows before it that were not written either. Rows are positions among the rows that were passed,
    from 0; in each of these sequences, they are in order.
    """

    def __init__(
        self,
        message: str,
        *,
        result: WriteResult,
        in_doubt: Sequence[int] = (),
        unwritten: Sequence[int] = (),
        next_row: int = 0,
    ) -> None:
        super().__init__(message)
        self.result = result
        self.in_doubt = in_doubt
        self.unwritten = unwritten
        self.next_row = next_row


class WriteTimeoutError(WriteInterruptedError, WaitTimeoutError):
    """The time limit passed before all rows were written."""


class UserImportInterruptedError(AnaplanError):
    """A request failed before all users were imported: ``__cause__``. ``result`` is what those before it did, and from
    ``next_row`` on it is not known whether rows were imported; importing them again does no harm.
    """

    def __init__(self, message: str, *, result: UserImportResult, next_row: int) -> None:
        super().__init__(message)
        self.result, self.next_row = result, next_row


class PartialWriteError(AnaplanError):
    """Anaplan stored ``user``, who lacks the workspaces ``missing`` or still has ``surplus``. A cause may say why."""

    def __init__(self, message: str, *, user: ScimUser, missing: Sequence[str], surplus: Sequence[str]) -> None:
        super().__init__(message)
        self.user, self.missing, self.surplus = user, tuple(missing), tuple(surplus)


class RejectedRowsWarning(UserWarning):
    """A task succeeded, but rejected rows, has remarks on rows that it loaded, or has a step that failed."""


class NothingLoadedWarning(UserWarning):
    """An import succeeded without reading a row, although the uploaded content has some."""


class WriteFailuresWarning(UserWarning):
    """Anaplan did not write some rows, and the call was made with ``on_failures="warn"``."""
