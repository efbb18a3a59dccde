"""Its tests, on the emulator: install this SDK and pytest, then run ``pytest``."""

from __future__ import annotations

import pytest
from load_sales import FILE, IMPORT, load_sales

from anaplan_sdk import Client, TaskFailedError
from anaplan_sdk.emulator import Emulator, Fault, TaskScript

ROWS = ["Code,Product,Region,Period,Units,Revenue", "T1,Kettle,North,Jan 26,3,7.5", "T2,Toaster,South,Jan 26,1,20"]


def test_rows_arrive(anaplan_emulator: Emulator, anaplan_client: Client) -> None:
    assert load_sales(ROWS) == 2
    assert anaplan_client.get_file(FILE).decode().splitlines() == ROWS


def test_a_lost_answer_does_not_start_the_import_twice(anaplan_emulator: Emulator, anaplan_client: Client) -> None:
    anaplan_emulator.inject(Fault(method="POST", path="/imports/.*/tasks$", drop="after"))
    assert load_sales(ROWS) == 2
    assert len(anaplan_client.list_tasks(IMPORT)) == 1


def test_a_failed_import_is_noticed(anaplan_emulator: Emulator) -> None:
    anaplan_emulator.tenant.script_task(IMPORT, TaskScript(fail="The list is full"))
    with pytest.raises(TaskFailedError, match="The list is full"):
        load_sales(ROWS)
