# Source of both colours: scripts/codegen.py emits this file twice.
"""CloudWorks."""

from __future__ import annotations

from .connections import Connections
from .dumps import Dumps
from .flows import Flows
from .integrations import Integrations
from .runs import Runs
from .schedules import Schedules


class AsyncCloudWorksClient(Connections, Integrations, Schedules, Runs, Dumps, Flows):
    """Connections to cloud stores, integrations between them and models, schedules, flows, and runs.

    Needs the role of Restricted Integration User and a workspace, or that of Integration Administrator. It is the
    ``cloudworks`` property of a client. Every call takes ``timeout`` in seconds, None for no limit. Listings read every
    page, however many integrations a tenant has.
    """
