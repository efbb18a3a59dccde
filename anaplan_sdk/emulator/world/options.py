"""What of the service's behaviour differs between tenants, is not known for sure, or is worth provoking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class RateLimit:
    """A token bucket shared by everyone in the tenant.

    ``retry_after`` is what a refusal names in its ``Retry-After`` header (seconds, or an HTTP date as text);
    None leaves the header out, since nobody has seen for sure whether Anaplan sends it.
    """

    capacity: int = 600
    refill_per_second: float = 10.0
    retry_after: float | str | None = None


@dataclass(slots=True)
class Options:
    """Switches of a tenant. All may be changed while the emulator serves; durations are seconds."""

    token_seconds: float = 2_100.0
    refresh_keeps_token: bool = True
    """True: a refresh returns the same value with a later expiry, as live tenants do. False: a new one."""

    authorization_code_seconds: float = 60.0
    device_code_seconds: float = 900.0
    device_poll_seconds: float = 5.0
    """The interval that polls for a device log-in have to keep."""
    device_pending_status: Literal[403, 400] = 403
    """The status of ``authorization_pending`` and its like: services of the kind differ, and Anaplan's is not known."""

    certificate_version: Literal["any", "v1", "v2"] = "any"
    certificate_skew_seconds: float = 300.0
    trusted_certificates: list[str] = field(default_factory=list[str])
    """PEM texts of certificates or of their direct issuers. Empty: every well-formed certificate is trusted."""

    rate_limit: RateLimit | None = None
    page_cap: int = 5_000
    """Most rows in a page, whatever ``limit`` asks for; also the page size where no limit is given."""
    empty_page_has_paging: bool = True

    task_seconds: float = 0.0
    """How long every task stays IN_PROGRESS before it does its work."""
    task_listing_delay: float = 0.0
    """How long a new task stays absent from the task list."""
    task_retention_seconds: float = 172_800.0
    """How long a task that has ended can still be looked up: as long as syncs are, since for others it is not known."""
    bare_task_id: bool = False
    """True: starting a task is answered with ``taskId`` at the top of the body instead of inside ``task``."""
    when_busy: Literal["queue", "conflict"] = "queue"
    """A task for a model that is running another one waits its turn, or is refused with 409."""

    workspace_current_size: bool = True
    """Whether details of a workspace have ``currentSize``: clients in use demand it, yet a hundred samples lack it."""

    max_chunk_bytes: int = 50_000_000
    max_chunks: int = 1_000
    export_chunk_bytes: int | None = None
    """Size of the chunks of an export. None: a third of the content, at most 10 MB."""
    dump_chunk_bytes: int = 10_000_000
    dump_missing: Literal[404, 204, 400] = 404
    """The answer where there is no dump: 204 concerns the whole dump, 400 the list of its chunks."""
    stale_chunk_count: bool = True
    """Whether the file list goes on naming the old chunk count after private content was deleted."""
    retention_seconds: float = 172_800.0
    """How long private content, dumps and report summaries outlive their last access, comparison reports their
    making, and ended syncs stay in the list."""

    archived_online_status: Literal[422, 400] = 422
    """How a change of the online status is refused where the model is archived; two sources, two answers."""
    sync_overwrites_changes: bool = False
    """A target that has changed since the revision which it shares with the source is incompatible, or (True) loses
    the changes; ``targetRevisionId`` may then be any revision of the target."""

    locked_start: Literal[423, 200] = 423
    """A run that changes data of a LOCKED model is refused, or (200) starts and fails."""
    offline_keeps_users_out: bool = True
    """Whether an offline model answers all but its administrators with 424; in the web client it is like that."""

    load_seconds: float = 0.1
    """How long a model takes to open or to close."""
