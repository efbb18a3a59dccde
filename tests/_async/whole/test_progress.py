# Source of both colours: scripts/codegen.py emits this file twice.
"""Callers hear how far uploads, downloads, runs and syncs have come."""

from __future__ import annotations

from pathlib import Path

import pytest

from anaplan_sdk import AsyncClient, Progress
from anaplan_sdk.emulator import Emulator, TaskScript
from stage.support import options_for

ROWS = b"Code,Product,Region,Period,Units,Revenue\n" + b"".join(b"T%d,P,R,Jan,1,2\n" % row for row in range(500))


async def test_every_call_tells_its_end(emulator: Emulator, tmp_path: Path) -> None:
    events: list[Progress] = []
    async with AsyncClient(**options_for(emulator, upload_chunk_size=1_000)) as client:
        await client.upload_file(113000000000, ROWS, on_progress=events.append)
        await client.upload_file_stream(113000000001, [ROWS], on_progress=events.append)
        await client.run_action(118000000000, on_progress=events.append)
        await client.export_and_download(116000000000, on_progress=events.append)
        await client.download_file(116000000000, tmp_path / "result.csv", on_progress=events.append)
    ends = [(event.what, event.name, event.done, event.total) for event in events if event.ended]
    assert ends == [
        ("upload", "file 113000000000", len(ROWS), len(ROWS)),
        ("upload", "file 113000000001", len(ROWS), None),
        ("run", "process 118000000000", 1.0, 1.0),
        ("run", "export 116000000000", 1.0, 1.0),
        ("download", "file 116000000000", len(ROWS), None),
        ("download", "file 116000000000", len(ROWS), None),
    ]


async def test_a_run_tells_what_anaplan_does(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(112000000000, TaskScript(seconds=0.6))
    events: list[Progress] = []
    await client.run_action(112000000000, on_progress=events.append)
    assert any(event.step for event in events)
    assert all(0 <= event.done <= 1 for event in events)


async def test_a_sync_tells_its_end(client: AsyncClient) -> None:
    alm = AsyncClient.from_existing(client, model_id="2" * 32).alm
    (source,) = await alm.get_syncable_revisions("1" * 32)
    target = await alm.get_latest_revision()
    assert target is not None
    events: list[Progress] = []
    await alm.sync_models(source.id, "1" * 32, target.id, on_progress=events.append)
    assert [(event.what, event.done) for event in events if event.ended] == [("sync", 1.0)]


async def test_what_a_callback_raises_ends_the_call(client: AsyncClient) -> None:
    def stop(_: Progress) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        await client.upload_file(113000000000, ROWS, on_progress=stop)
