# Source of both colours: scripts/codegen.py emits this file twice.
"""What goes in through an import comes out through an export."""

from __future__ import annotations

from anaplan_sdk import AsyncClient

ROWS = "Code,Product,Region,Period,Units,Revenue\n" + "".join(
    f"T{row:04},Product {row % 7},Île-de-France,Jan 26,{row},{row}.5\n" for row in range(1_000)
)


async def test_round_trip(client: AsyncClient) -> None:
    await client.upload_file(113000000000, ROWS)
    await client.upload_file(113000000001, ROWS)
    task = await client.run_action(118000000000)
    assert task.successful
    assert [step.rows.successful for step in task.steps] == [1_000, 1_000]
    assert (await client.export_and_download(116000000000)).decode() == ROWS
