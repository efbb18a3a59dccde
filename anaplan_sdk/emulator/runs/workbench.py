"""What the work of a task can rely on, whatever it was started for."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..content.chunks import Chunk
from ..content.storage import Storage
from ..world.tenant import Tenant
from .task import Task


@dataclass(frozen=True, slots=True)
class Workbench:
    """A task at work, and what it works with; the same for every step of a process."""

    task: Task
    tenant: Tenant
    storage: Storage

    def proceed(self, done: float) -> None:
        """Note the progress made, end here if the task was cancelled, and let other threads run."""
        self.task.check_cancelled()
        self.task.progress = round(min(0.99, done), 2)
        time.sleep(0)

    def content(self, file_id: str) -> list[Chunk]:
        """What the runner sees as the content of a file."""
        model, user = self.task.model, self.task.user
        as_admin = self.tenant.workspaces[model.workspace_id].is_administrator(user)
        return self.storage.content(model, user, file_id, as_admin=as_admin)
