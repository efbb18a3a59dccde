# Source of both colours: scripts/codegen.py emits this file twice.
"""Administration."""

from __future__ import annotations

from .exceptions import ExceptionUsers
from .users import Users


class AsyncAdminClient(Users, ExceptionUsers):
    """Export and import of the tenant's users, and who may log in with a password where single sign-on is required.

    It is the ``admin`` property of a client. Every call takes ``timeout`` in seconds, None for no limit.
    """
