"""An Anaplan to run against without a tenant, for demos and tests.

    with Emulator() as emulator:
        os.environ.update(emulator.environment)

It keeps real state: what an import brings in, an export gives back. ``python -m anaplan_sdk.emulator`` serves
one until it is stopped.
"""

from __future__ import annotations

from .runs.task import StartedTask
from .server import Emulator
from .serving.faults import Fault
from .serving.service import Received
from .transactional.read_requests import ReadRequest
from .world.definitions import Action, Export, File, Import, Process
from .world.demo import demo_tenant, guide_tenant
from .world.events import AuditEvent, AuditLog
from .world.model import Model
from .world.options import Options, RateLimit
from .world.planning.calendar import Calendar, Version
from .world.planning.items import ListProperty, Subset
from .world.planning.lists import GeneralList
from .world.planning.modules import Dashboard, LineItem, LineItemSubset, Module, View
from .world.revisions import Application, Revision, RevisionHistory
from .world.scripts import TaskScript
from .world.structure import Structure, structure
from .world.tenant import OAuthClient, Tenant, User, Workspace

__all__ = [
    "Action",
    "Application",
    "AuditEvent",
    "AuditLog",
    "Calendar",
    "Dashboard",
    "Emulator",
    "Export",
    "Fault",
    "File",
    "GeneralList",
    "Import",
    "LineItem",
    "LineItemSubset",
    "ListProperty",
    "Model",
    "Module",
    "OAuthClient",
    "Options",
    "Process",
    "RateLimit",
    "ReadRequest",
    "Received",
    "Revision",
    "RevisionHistory",
    "StartedTask",
    "Structure",
    "Subset",
    "TaskScript",
    "Tenant",
    "User",
    "Version",
    "View",
    "Workspace",
    "demo_tenant",
    "guide_tenant",
    "structure",
]
