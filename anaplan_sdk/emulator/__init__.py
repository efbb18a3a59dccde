"""An Anaplan to run against without a tenant, for demos and tests.

    with Emulator() as emulator:
        os.environ.update(emulator.environment)

It keeps real state: what an import brings in, an export gives back. `python -m anaplan_sdk.emulator` serves
one until it is stopped.
"""

from __future__ import annotations

from .alm.history import Application, Revision, RevisionHistory
from .definitions import Action, Export, File, Import, Process
from .demo import demo_tenant, guide_tenant
from .faults import Fault
from .model import GeneralList, LineItem, Model, Module
from .options import Options, RateLimit
from .runs.scripts import TaskScript
from .server import Emulator
from .service import Received
from .structure import Structure, structure
from .tenant import OAuthClient, Tenant, User, Workspace

__all__ = [
    "Action",
    "Application",
    "Emulator",
    "Export",
    "Fault",
    "File",
    "GeneralList",
    "Import",
    "LineItem",
    "Model",
    "Module",
    "OAuthClient",
    "Options",
    "Process",
    "RateLimit",
    "Received",
    "Revision",
    "RevisionHistory",
    "Structure",
    "TaskScript",
    "Tenant",
    "User",
    "Workspace",
    "demo_tenant",
    "guide_tenant",
    "structure",
]
