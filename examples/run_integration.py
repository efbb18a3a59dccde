"""Run an integration of CloudWorks, and fetch the rows that it rejected.

    python examples/run_integration.py                                  runs the first integration that there is
    python examples/run_integration.py 1a2b3c4d… --dumps rejects --async

With ANAPLAN_* credentials set it talks to that tenant, otherwise to an emulator that it starts. Exit codes: 0 every row
was loaded; 3 some were rejected, see the files in the folder; 1 the run failed, and the message says why.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.models import IntegrationRun, RunError

ROWS_REJECTED = 3


def main() -> int:
    arguments = parse_arguments()
    wanted = arguments.integration, arguments.dumps, arguments.timeout
    try:
        with Emulator.unless_configured():
            run = asyncio.run(run_async(*wanted)) if arguments.asyncio else run_blocking(*wanted)
    except (AnaplanError, OSError) as error:
        print(f"Not run: {error}", file=sys.stderr)
        return 1
    print(f"Run {run.id}: {run.message}")
    return ROWS_REJECTED if run.partially_successful else 0


def run_blocking(integration_id: str | None, folder: Path, timeout: float) -> IntegrationRun:
    """Run it with the blocking client."""
    with Client() as anaplan:
        chosen = integration_id or anaplan.cloudworks.list_integrations()[0].id
        run = anaplan.cloudworks.run_integration(chosen, timeout=timeout, on_rejects="ignore")
        is_process = anaplan.cloudworks.get_integration(chosen).process_id is not None
        for error in with_dump(run, folder):
            action_id = error.action_id if is_process else None
            print(anaplan.cloudworks.download_run_dump(run, folder / file_name(error), action_id=action_id))
        return run


async def run_async(integration_id: str | None, folder: Path, timeout: float) -> IntegrationRun:
    """Run it with the asyncio client."""
    async with AsyncClient() as anaplan:
        chosen = integration_id or (await anaplan.cloudworks.list_integrations())[0].id
        run = await anaplan.cloudworks.run_integration(chosen, timeout=timeout, on_rejects="ignore")
        is_process = (await anaplan.cloudworks.get_integration(chosen)).process_id is not None
        for error in with_dump(run, folder):
            action_id = error.action_id if is_process else None
            print(await anaplan.cloudworks.download_run_dump(run, folder / file_name(error), action_id=action_id))
        return run


def with_dump(run: IntegrationRun, folder: Path) -> list[RunError]:
    """The actions that rejected rows; there is a folder for them."""
    errors = [error for error in run.errors if error.failure_dump_generated]
    if errors:
        folder.mkdir(parents=True, exist_ok=True)
    return errors


def file_name(error: RunError) -> str:
    return f"{error.action_id}.csv"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run an integration of CloudWorks and fetch its rejected rows.")
    parser.add_argument("integration", nargs="?", help="the id of the integration (default: the first there is)")
    parser.add_argument("--dumps", type=Path, default=Path("rejected"), help="the folder for rejected rows")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds to wait for the end")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
