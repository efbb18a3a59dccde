# Source of both colours: scripts/codegen.py emits this file twice.
"""Where the bodies of answers go to: memory that waits for its turn, and files."""

from __future__ import annotations

import attrs

from anaplan_sdk._io.aio import in_thread
from anaplan_sdk._io.spool import Spool
from anaplan_sdk._io.targets import Target


@attrs.frozen
class InMemory:
    """Into memory, which takes no thread."""

    spool: Spool

    async def restart(self) -> None:
        """Forget what was written."""
        self.spool.restart()

    async def write(self, content: bytes) -> None:
        """Add a block."""
        self.spool.write(content)

    async def finish(self) -> None:
        """The body is whole."""
        self.spool.finish()


@attrs.frozen
class OnDisk:
    """Into a file that was opened before: in threads, for disks are slow and pipes have readers."""

    target: Target

    async def restart(self) -> None:
        """Forget what was written."""
        await in_thread(self.target.restart)

    async def write(self, content: bytes) -> None:
        """Add a block."""
        await in_thread(self.target.write, content)

    async def finish(self) -> None:
        """The body is whole."""
        await in_thread(self.target.finish)
