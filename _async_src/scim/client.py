# Source of both colours: scripts/codegen.py emits this file twice.
"""SCIM."""

from __future__ import annotations

from .changes import Changes


class AsyncScimClient(Changes):
    """Internal users of the tenant with their workspaces: find, create and change them.

    Needs the role of User Administrator. It is the ``scim`` property of a client. Every call takes ``timeout`` in
    seconds, None for no limit.
    """
