"""A nightly export of the audit log: appends new events to a file of JSON lines, none of them missing, none twice.

    python examples/audit_export.py audit.jsonl
    python examples/audit_export.py audit.jsonl --category user_activity --async

The checkpoint is kept beside the file, in audit.jsonl.checkpoint. A run that is killed at any moment leaves both so
that the next run makes up for it. The first run begins with what the last 30 days hold. With ANAPLAN_* credentials set
it talks to that tenant, whose user needs the role of Tenant Auditor, otherwise to an emulator that it starts. Exit
codes: 0 the file is up to date; 1 Anaplan or the disk failed, and said why.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.models import AuditCheckpoint, AuditExport


def main() -> int:
    arguments = parse_arguments()
    path: Path = arguments.path
    try:
        with FileLock(beside(path, "lock"), timeout=0), Emulator.unless_configured():
            since = recover(path)
            if arguments.asyncio:
                new = asyncio.run(export_async(beside(path, "new"), since, arguments.category))
            else:
                new = export(beside(path, "new"), since, arguments.category)
            commit(path, new)
    except Timeout:
        print(f"Not exported: another run is writing to {path}.", file=sys.stderr)
        return 1
    except (AnaplanError, OSError, ValueError) as error:
        print(f"Not exported: {error}", file=sys.stderr)
        return 1
    print(f"{new.events:,} new events in {path}, up to {new.checkpoint.read_until:%Y-%m-%d %H:%M:%S} UTC.")
    return 0


def export(path: Path, since: AuditCheckpoint | None, category: Any) -> AuditExport:
    """Write what is new since the last run to a file of its own, with the blocking client."""
    with Client() as anaplan:
        return anaplan.audit.download_events(path, since, category=category, timeout=3600)


async def export_async(path: Path, since: AuditCheckpoint | None, category: Any) -> AuditExport:
    """The same with the asyncio client."""
    async with AsyncClient() as anaplan:
        return await anaplan.audit.download_events(path, since, category=category, timeout=3600)


def recover(path: Path) -> AuditCheckpoint | None:
    """Cut off what a run that was killed had appended without a checkpoint; return the checkpoint, None at first."""
    saved, size = beside(path, "checkpoint"), path.stat().st_size if path.exists() else 0
    if not saved.exists():
        if size:
            raise ValueError(f"{path} exists and {saved} does not: name another file, or remove it.")
        save(saved, 0, None)
    state = json.loads(saved.read_text("utf-8"))
    if size < state["bytes"]:
        raise ValueError(f"{path} has {size:,} bytes, but had {state['bytes']:,} after the last run.")
    if size > state["bytes"]:
        os.truncate(path, state["bytes"])
    return AuditCheckpoint.from_dict(state["checkpoint"]) if state["checkpoint"] else None


def commit(path: Path, new: AuditExport) -> None:
    """Append the new events. They count from the moment when the checkpoint is replaced, which is all or nothing."""
    with path.open("ab") as file, new.path.open("rb") as part:
        shutil.copyfileobj(part, file)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    save(beside(path, "checkpoint"), size, new.checkpoint)
    new.path.unlink()


def save(path: Path, size: int, checkpoint: AuditCheckpoint | None) -> None:
    """Replace the checkpoint so that there is either the old one or the new one, even if the power fails."""
    state = {"bytes": size, "checkpoint": checkpoint.to_dict() if checkpoint else None}
    with beside(path, "tmp").open("w", encoding="utf-8") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    beside(path, "tmp").replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=Path("audit.jsonl"), help="the file to append to")
    parser.add_argument("--category", default="all", help="such as user_activity; the same in every run")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
