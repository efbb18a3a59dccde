# Source of both colours: scripts/codegen.py emits this file twice.
"""Application Lifecycle Management."""

from __future__ import annotations

from .reports import Reports
from .revisions import Revisions
from .syncs import Syncs


class AsyncAlmClient(Revisions, Syncs, Reports):
    """Revisions, syncs and comparison reports of one model, which is the target of syncs and reports.

    Needs the role of Workspace Administrator in the workspaces of all models involved. It is the ``alm`` property of a
    client; for another model, use a client made with ``from_existing``. Every call takes ``timeout`` in seconds, None
    for no limit.
    """
