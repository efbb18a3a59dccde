"""Promote a model: create a revision, compare, save the report, sync, check that nothing differs any more.

    python examples/deploy.py                                    development to production of an emulator that it starts
    python examples/deploy.py --source ID --target ID --async    two models of your tenant, asyncio client

With ANAPLAN_* credentials set it talks to that tenant. Prints a summary in Markdown, for a CI job to show. Exit codes:
0 synced; 3 nothing to sync; 1 Anaplan refused or failed, and said why.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from anaplan_sdk import AnaplanError, ApiError, AsyncAlmClient, AsyncClient, Client, SyncAlmClient
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.models import Revision, SummaryReport

NOTHING_TO_SYNC = 3


def main() -> int:
    with Emulator.unless_configured() as emulator:
        arguments = parse_arguments(emulator)
        try:
            if arguments.asyncio:
                summary = asyncio.run(deploy_async(arguments.source, arguments.target, arguments.report))
            else:
                summary = deploy(arguments.source, arguments.target, arguments.report)
        except AnaplanError as error:
            print(f"## Not deployed\n\n{error}")
            return 1
    if summary is None:
        print("## Nothing to deploy\n\nThe target has every revision of the source.")
        return NOTHING_TO_SYNC
    print(markdown(summary, arguments.report))
    return 0


def deploy(source_id: str, target_id: str, report: Path) -> SummaryReport | None:
    """The pipeline with the blocking client."""
    with Client(model_id=source_id) as development:
        production = Client.from_existing(development, model_id=target_id).alm
        revision = newest_revision(development.alm)
        target = production.get_latest_revision()
        if target is None or revision.id not in {r.id for r in production.get_syncable_revisions(source_id)}:
            return None
        summary = production.create_comparison_summary(revision.id, source_id, target.id)
        task = production.create_comparison_report(revision.id, source_id, target.id)
        production.download_comparison_report(task, report)
        production.sync_models(revision.id, source_id, target.id, timeout=3600)
        check(revision, production.get_latest_revision(), production.get_syncable_revisions(source_id))
        return summary


async def deploy_async(source_id: str, target_id: str, report: Path) -> SummaryReport | None:
    """The same with the asyncio client; the reports are made side by side."""
    async with AsyncClient(model_id=source_id) as development:
        production = AsyncClient.from_existing(development, model_id=target_id).alm
        revision = await newest_revision_async(development.alm)
        target, syncable = await asyncio.gather(
            production.get_latest_revision(), production.get_syncable_revisions(source_id)
        )
        if target is None or revision.id not in {r.id for r in syncable}:
            return None
        summary, task = await asyncio.gather(
            production.create_comparison_summary(revision.id, source_id, target.id),
            production.create_comparison_report(revision.id, source_id, target.id),
        )
        await production.download_comparison_report(task, report)
        await production.sync_models(revision.id, source_id, target.id, timeout=3600)
        latest, left = await asyncio.gather(
            production.get_latest_revision(), production.get_syncable_revisions(source_id)
        )
        check(revision, latest, left)
        return summary


def newest_revision(alm: SyncAlmClient) -> Revision:
    """A new revision, or the latest where nothing has changed since, which Anaplan answers with 400."""
    try:
        return alm.create_revision(name=revision_name(), description="Created by the deployment pipeline")
    except ApiError as error:
        latest = alm.get_latest_revision() if error.status == 400 else None
        if latest is None:
            raise
        return latest


async def newest_revision_async(alm: AsyncAlmClient) -> Revision:
    """The same with the asyncio client."""
    try:
        return await alm.create_revision(name=revision_name(), description="Created by the deployment pipeline")
    except ApiError as error:
        latest = await alm.get_latest_revision() if error.status == 400 else None
        if latest is None:
            raise
        return latest


def revision_name() -> str:
    return f"Deployment {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


def check(wanted: Revision, latest: Revision | None, left: list[Revision]) -> None:
    """Make sure that the target now is what the source is."""
    if latest is None or latest.id != wanted.id or left:
        raise SystemExit(f"The sync succeeded, but the target's latest revision is {latest}, not {wanted}.")


def markdown(summary: SummaryReport, report: Path) -> str:
    """What changed, for people."""
    rows = "".join(
        f"| {category} | {counts.created} | {counts.modified} | {counts.deleted} |\n"
        for category, counts in sorted(summary.differences.items())
    )
    table = f"| | created | modified | deleted |\n|---|---|---|---|\n{rows}"
    return f"## Deployed\n\n{table}\nThe full report is in `{report}`."


def parse_arguments(emulator: Emulator | None) -> argparse.Namespace:
    """What to promote: an emulator has two models, of your tenant it must be said."""
    source, target = list(emulator.tenant.models)[:2] if emulator else (None, None)
    yours = emulator is None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default=source, required=yours, help="id of the model to promote")
    parser.add_argument("--target", default=target, required=yours, help="id of the model to bring up to it")
    parser.add_argument("--report", type=Path, default=Path("changes.tsv"), help="where to save the comparison report")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
