"""Behaviour of the service that differs between tenants, is not known for certain, or is worth provoking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class RateLimit:
    """A token bucket shared by everyone in the tenant.

    ``retry_after`` is the ``Retry-After`` header of a refusal (seconds, or an HTTP date as text); None leaves it out,
    because it is not known whether Anaplan sends it.
    """

    capacity: int = 600
    refill_per_second: float = 10.0
    retry_after: float | str | None = None


@dataclass(slots=True)
class Options:
    """Options of a tenant. All may be changed while the emulator serves; durations are in seconds."""

    token_seconds: float = 2_100.0
    refresh_keeps_token: bool = True
    """True: a refresh returns the same value with a later expiry, as live tenants do. False: a new one."""

    authorization_code_seconds: float = 60.0
    device_code_seconds: float = 900.0
    device_poll_seconds: float = 5.0
    """The shortest interval at which a device log-in may be polled."""
    device_pending_status: Literal[403, 400] = 403
    """The status of ``authorization_pending`` and similar errors: OAuth services differ, and Anaplan's is not known."""

    certificate_version: Literal["any", "v1", "v2"] = "any"
    certificate_skew_seconds: float = 300.0
    trusted_certificates: list[str] = field(default_factory=list[str])
    """PEM texts of certificates or of their direct issuers. Empty: every well-formed certificate is trusted."""

    rate_limit: RateLimit | None = None
    page_cap: int = 5_000
    """The most rows per page, whatever ``limit`` asks for; also the page size without a limit."""
    empty_page_has_paging: bool = True

    task_seconds: float = 0.0
    """How long every task stays IN_PROGRESS before it does its work."""
    task_listing_delay: float = 0.0
    """How long a new task is missing from the task list."""
    task_retention_seconds: float = 172_800.0
    """How long an ended task can still be looked up: documented for syncs, not known for other tasks."""
    bare_task_id: bool = False
    """True: the response to a start request has ``taskId`` at the top of the body instead of inside ``task``."""
    when_busy: Literal["queue", "conflict"] = "queue"
    """A task for a model that is running another one waits its turn (queue), or is refused with 409 (conflict)."""

    workspace_current_size: bool = True
    """Whether details of a workspace have ``currentSize``: clients require it, but all known samples lack it."""

    max_chunk_bytes: int = 50_000_000
    max_chunks: int = 1_000
    export_chunk_bytes: int | None = None
    """Size of the chunks of an export. None: a third of the content, at most 10 MB."""
    dump_chunk_bytes: int = 10_000_000
    dump_missing: Literal[404, 204, 400] = 404
    """The status if there is no dump: 204 for the whole dump, 400 for the list of its chunks."""
    stale_chunk_count: bool = True
    """Whether the file list keeps the old chunk count after private content was deleted."""
    retention_seconds: float = 172_800.0
    """How long private content, dumps and report summaries are kept after their last access, comparison reports after
    their creation, and ended syncs in the list."""

    archived_online_status: Literal[422, 400] = 422
    """The status that refuses a change of the online status of an archived model; two sources disagree."""
    sync_overwrites_changes: bool = False
    """A target that has changed since the last revision it shares with the source is incompatible, or (True) loses
    the changes; ``targetRevisionId`` may then be any revision of the target."""

    locked_start: Literal[423, 200] = 423
    """A run that changes data of a LOCKED model is refused with 423, or (200) starts and fails."""
    offline_keeps_users_out: bool = True
    """Whether an offline model responds with 424 to all but its administrators, as in the web client."""

    cloudworks_queue_seconds: float = 0.0
    """How long a run of CloudWorks is queued before it begins."""
    cloudworks_visible_after: float = 0.0
    """How long a new run of CloudWorks cannot be found."""
    cloudworks_history_has_running: bool = True
    """Whether the history of an integration has the run that is under way."""
    cloudworks_partial: Literal["code", "counts", "failure"] = "code"
    """How a run shows that it rejected rows: by the code 38, by counts in its message alone, or by the code and
    ``success`` false."""
    cloudworks_never_run: Literal["absent", "null", "empty"] = "absent"
    """The ``latestRun`` of what never ran: left out, null or ``{}``."""
    cloudworks_no_jobs: Literal["null", "absent"] = "null"
    """The ``jobs`` of a process without any."""
    cloudworks_flow_run_ids: bool = True
    """Whether the latest run of a flow has its id."""

    admin_export_default: Literal["all", "ten"] = "ten"
    """How many users are exported where no ``Limit`` is given; the documentation says both."""
    admin_export_header: bool = True
    """Whether every page of the export has the header, or the first alone."""
    admin_first_line: Literal[0, 1, 2] = 1
    """The number of the first user's line in the errors of an import; it is not documented how they count."""
    admin_errors: Literal["object", "list", "absent"] = "object"
    """How the errors of an import are told: by their lines, as a list, or by their lines if there are any."""
    admin_denial: Literal[500, 401, 403] = 500
    """The status for those who lack the role of Tenant Administrator: 500 after a log-in with a password, 401 with an
    OAuth token, 403 in the documentation."""
    scim_create_status: Literal[201, 200] = 201
    scim_omits_empty_resources: bool = False
    """Whether a list without users lacks ``Resources``."""
    scim_entitlements_fail: int = 0
    """How many of the next writes store the user and not the workspaces, which is answered with 207."""
    scim_unknown_workspace: Literal["refuse", "ignore"] = "refuse"
    """What becomes of a write that names a workspace that does not exist."""

    audit_delay_seconds: float = 0.0
    """How long an event is missing from the audit log after it happened."""
    audit_order: Literal["oldest", "newest"] = "newest"
    """Which events come first; nothing promises either."""
    audit_empty_lacks: tuple[Literal["meta", "response"], ...] = ()
    """What an answer without events leaves out."""
    audit_link_host: str | None = None
    """The scheme and host in links to other pages, such as ``https://audit.anaplan.com``; those of the request
    without it."""

    load_seconds: float = 0.1
    """How long a model takes to open or to close."""

    gzip_text: bool = False
    """Whether large CSV answers are compressed for those who accept gzip."""
    send_empty_keys: bool = False
    """Whether a key of the Transactional API without anything in it is sent as ``[]`` instead of left out."""
    bare_listings: Literal["whole", "cut", "paged"] = "whole"
    """Listings for which no sample has ``meta.paging`` (line items and their dimensions, list items, versions): they
    come whole whatever is asked for, keep to ``limit`` and ``offset`` without ``meta.paging``, or are like others."""
    view_cell_limit: int = 1_000_000
    """The most cells in one answer about a view; beyond that it is refused with 400."""
    item_limit: int = 1_000_000
    """The most items of a list or a dimension in one answer; beyond that it is refused with 400."""
    plain_csv: bool = True
    """Whether view data comes for ``text/csv``; some tenants want ``text/csv;escaped=true``."""
    csv_line_end: Literal["\n", "\r\n"] = "\n"

    read_page_bytes: int = 1_000_000
    """Size of the pages of large reads. They may end within a row, or within a character."""
    read_page_repeats_header: bool = False
    read_polls: int = 1
    """How many looks see a large read unfinished; with more and more pages, from the second on."""
    read_idle_seconds: float = 1_800.0
    """How long a large read is kept after its start, or after the last page whose number is divisible by 100."""

    next_index_key: Literal["nextitemIndex", "nextItemIndex"] = "nextitemIndex"
    top_level_item: Literal["object", "name"] = "object"
    totals_selection: Literal["quarterTotals", "isQuarterTotals"] = "quarterTotals"
    """The spelling of the keys of ``totalsSelection``."""
    written_items_limit: int = 100_000
    """The most list items in one request."""
    written_cells_limit: int = 100_000
    """The most cells in one request."""
    written_cells_bytes: int = 15_000_000
    """The most bytes in one request that writes cells."""
    beyond_write_limit: Literal[400, 413] = 400
    """The status that refuses a request beyond these three limits; not known."""
    no_failures: Literal["omit", "empty"] = "omit"
    """Whether the answer to a write without failures lacks ``failures``, or has an empty array."""
    deletion_answer: Literal["counts", "deleted", "result"] = "counts"
    """``deleted``, ``ignored`` and ``total``; ``deleted`` alone; or ``numberOfItemsDeleted`` inside ``result``."""
    missing_code: Literal[200, 500] = 200
    """An update that lacks the code of its item fails (200, ``INCOMPLETE_DATA``), or the whole request does."""
    write_seconds: float = 0.0
    """How long a write holds its model, which is ``Updating`` meanwhile."""
