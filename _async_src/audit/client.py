# Source of both colours: scripts/codegen.py emits this file twice.
"""The audit log of a tenant."""

from __future__ import annotations

from .events import Events
from .exports import Exports


class AsyncAuditClient(Events, Exports):
    """Who did what in the tenant: log-ins, runs, changes of users and roles, integrations and so on.

    Needs the role of Tenant Auditor, and Audit must be enabled for the tenant. It is the ``audit`` property of a
    client, which needs no ``model_id`` for it. Times are the server's; Anaplan keeps events for 30 days, some editions
    for 90, and returns at most 30 days at a time. Every call takes ``timeout`` in seconds, None for no limit.
    """
