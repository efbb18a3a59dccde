# Source of both colours: scripts/codegen.py emits this file twice.
"""Integration flows, and their runs."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from anaplan_sdk import (
    AmbiguousRunError,
    ApiError,
    AsyncClient,
    ConfigurationError,
    ConflictError,
    NotFoundError,
    RejectedRowsError,
    RejectedRowsWarning,
    TaskFailedError,
    TaskTimeoutError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.emulator.world.cloudworks.demo import CONTAINER, EXPORT_ID, FLOW_ID, IMPORT_ID, PROCESS_ID
from anaplan_sdk.emulator.world.cloudworks.state import CloudFlow, CloudRun
from anaplan_sdk.models import FlowDefinition, FlowStepDefinition

from .test_runs import BAD, source

IMPORT = 112000000000
FLOWS, RUN = r"/integrationflows$", r"/integrationflows/\w+/run$"
WRONG: Any = 7
STEPS: list[FlowStepDefinition | str] = [
    FlowStepDefinition(IMPORT_ID),
    FlowStepDefinition(EXPORT_ID),
    FlowStepDefinition(PROCESS_ID, skip=True),
]


async def test_flows_are_listed_and_read(client: AsyncClient, emulator: Emulator) -> None:
    for number in range(300):
        emulator.tenant.cloudworks.flows[f"{number:032}"] = CloudFlow(id=f"{number:032}", name="F", steps=[])
    listed = await client.cloudworks.list_flows()
    assert len(listed) == 301
    assert (listed[0].id, listed[0].name, listed[0].steps_count) == (FLOW_ID, "Load and write", 2)
    assert len(await client.cloudworks.list_flows(mine=True)) == 1
    flow = await client.cloudworks.get_flow(FLOW_ID)
    assert [step.integration_id for step in flow.steps] == [IMPORT_ID, EXPORT_ID]
    assert flow.steps[1].depends_on == (IMPORT_ID,)
    assert flow.steps[0].created_date is not None
    assert flow.latest_run is None


async def test_a_flow_is_created_changed_and_deleted(client: AsyncClient, emulator: Emulator) -> None:
    made = await client.cloudworks.create_flow(FlowDefinition("Another", STEPS))
    flow = await client.cloudworks.get_flow(made)
    assert [step.depends_on for step in flow.steps] == [(), (IMPORT_ID,), (EXPORT_ID,)]
    assert [step.is_skipped for step in flow.steps] == [False, False, True]
    assert flow.steps[0].exception_behavior[0].strategy == "stop"
    await client.cloudworks.update_flow(made, attrs.evolve(FlowDefinition.of(flow), name="Renamed"))
    again = await client.cloudworks.get_flow(made)
    assert (again.name, again.steps) == ("Renamed", flow.steps)
    await client.cloudworks.delete_flow(made)
    with pytest.raises(NotFoundError):
        await client.cloudworks.get_flow(made)
    assert IMPORT_ID in emulator.tenant.cloudworks.integrations


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_answer_makes_no_second_flow(client: AsyncClient, emulator: Emulator, drop: Any) -> None:
    emulator.inject(Fault("POST", FLOWS, drop=drop))
    made = await client.cloudworks.create_flow(FlowDefinition("Another", [IMPORT_ID, EXPORT_ID]))
    assert set(emulator.tenant.cloudworks.flows) == {FLOW_ID, made}


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (FlowDefinition("F", [IMPORT_ID]), "at least two steps that are not skipped; this has 1"),
        (FlowDefinition("F", [*STEPS[1:]]), "this has 1"),
        (FlowDefinition("F", [IMPORT_ID, IMPORT_ID]), "must stand in the flow once"),
        (FlowDefinition("F", [IMPORT_ID, FlowStepDefinition(EXPORT_ID, depends_on=[])]), "form a chain"),
        (FlowDefinition("F", [IMPORT_ID, FlowStepDefinition(EXPORT_ID, depends_on=["x"])]), "form a chain"),
        (
            FlowDefinition("F", [FlowStepDefinition(IMPORT_ID, on_failure=WRONG), *STEPS[1:2]]),
            "on_failure must be 'stop'",
        ),
        (FlowDefinition("", STEPS), "name: a flow needs one"),
        (FlowDefinition("F", IMPORT_ID), "steps must be a list"),
        (FlowDefinition("F", [WRONG, WRONG]), "each is a FlowStepDefinition or an id"),
        ({}, "flow must be a FlowDefinition"),
    ],
)
async def test_a_flow_that_cannot_be_is_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, flow: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await client.cloudworks.create_flow(flow)
    assert not emulator.requests


@pytest.mark.parametrize("with_ids", [True, False])
async def test_a_flow_runs_its_steps(client: AsyncClient, emulator: Emulator, with_ids: bool) -> None:
    emulator.tenant.options.cloudworks_flow_run_ids = with_ids
    runs = [await client.cloudworks.run_flow(FLOW_ID) for _ in range(2)]
    for run in runs:
        assert run.successful
        assert run.flow_id == FLOW_ID
        assert [step.latest_run.trigger_source for step in run.flow_steps if step.latest_run] == ["manual_inf"] * 2
    assert "out/Sales Export.csv.csv" in emulator.tenant.cloudworks.stores[CONTAINER].objects
    first, second = await client.cloudworks.list_runs(IMPORT_ID)
    assert first.flow_group_id is None
    assert (await client.cloudworks.get_run(second.id)).flow_group_id == runs[1].id
    assert len(emulator.received("POST", RUN)) == 2


async def test_only_some_steps(client: AsyncClient) -> None:
    run = await client.cloudworks.run_flow(FLOW_ID, only_steps=[EXPORT_ID])
    assert [step.latest_run is not None for step in run.flow_steps] == [False, True]
    assert await client.cloudworks.list_runs(IMPORT_ID) == []


async def test_a_step_that_fails_stops_the_flow(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(fail="The list is gone."))
    with pytest.raises(TaskFailedError, match=rf"Run \w+ of flow {FLOW_ID} failed: .*Load transactions: Import failed"):
        await client.cloudworks.run_flow(FLOW_ID)
    assert await client.cloudworks.list_runs(EXPORT_ID) == []


async def test_a_step_that_fails_may_be_passed_over(client: AsyncClient, emulator: Emulator) -> None:
    flow = FlowDefinition("Another", [FlowStepDefinition(IMPORT_ID, on_failure="continue"), EXPORT_ID])
    flow_id = await client.cloudworks.create_flow(flow)
    emulator.tenant.script_task(IMPORT, TaskScript(fail="The list is gone."))
    with pytest.warns(RejectedRowsWarning, match="succeeded only in part: .*Load transactions: Import failed"):
        run = await client.cloudworks.run_flow(flow_id)
    assert run.successful
    assert len(await client.cloudworks.list_runs(EXPORT_ID)) == 1


async def test_rejected_rows_of_a_step(client: AsyncClient, emulator: Emulator) -> None:
    source(emulator, BAD)
    with pytest.raises(RejectedRowsError, match="succeeded only in part"):
        await client.cloudworks.run_flow(FLOW_ID, on_rejects="raise")
    flow_id = await client.cloudworks.create_flow(
        FlowDefinition("Strict", [FlowStepDefinition(IMPORT_ID, on_partial_success="stop"), EXPORT_ID])
    )
    with pytest.raises(TaskFailedError):
        await client.cloudworks.run_flow(flow_id)


async def test_a_flow_is_followed_later(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="has never run"):
        await client.cloudworks.wait_for_flow(FLOW_ID)
    emulator.tenant.script_task(IMPORT, TaskScript(hang=True))
    await client.cloudworks.run_flow(FLOW_ID, wait_for_completion=False)
    with pytest.raises(TaskTimeoutError) as caught:
        await client.cloudworks.wait_for_flow(FLOW_ID, timeout=0.2)
    assert caught.value.resume == f"cloudworks.wait_for_flow({FLOW_ID!r})"
    for refused in (client.cloudworks.run_flow, client.cloudworks.delete_flow):
        with pytest.raises(ConflictError, match="already running"):
            await refused(FLOW_ID)
    emulator.tenant.release_tasks()
    assert (await client.cloudworks.wait_for_flow(FLOW_ID)).successful


async def test_a_lost_start_of_a_flow_is_found(client: AsyncClient, emulator: Emulator) -> None:
    await client.cloudworks.run_flow(FLOW_ID)
    emulator.inject(Fault("POST", RUN, drop="after"))
    assert (await client.cloudworks.run_flow(FLOW_ID)).successful
    assert len(emulator.tenant.cloudworks.flows[FLOW_ID].runs) == 2


async def test_a_lost_start_of_a_flow_that_never_came_is_raised(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", RUN, drop="before"))
    with pytest.raises(AmbiguousRunError, match="No new run has appeared") as caught:
        await client.cloudworks.run_flow(FLOW_ID)
    assert caught.value.resume == f"cloudworks.get_flow({FLOW_ID!r})"
    assert len(emulator.received("POST", RUN)) == 1


async def test_a_run_that_a_schedule_began_is_not_taken_for_ones_own(client: AsyncClient, emulator: Emulator) -> None:
    flow = emulator.tenant.cloudworks.flows[FLOW_ID]
    emulator.inject(Fault("POST", RUN, drop="before", delay=0.05))
    run = CloudRun(triggered_by="Ada Li", trigger_source="scheduled")
    original = flow.runs
    flow.runs = Appearing(original, run, emulator)
    with pytest.raises(AmbiguousRunError):
        await client.cloudworks.run_flow(FLOW_ID)


class Appearing(list[CloudRun]):
    """The runs of a flow, among which one appears when a start arrives."""

    def __init__(self, runs: list[CloudRun], run: CloudRun, emulator: Emulator) -> None:
        super().__init__(runs)
        self._run, self._emulator = run, emulator

    def __iter__(self) -> Any:
        if self._emulator.received("POST", RUN) and self._run not in list.__iter__(self):
            self.append(self._run)
        return super().__iter__()


async def test_steps_that_cannot_be(client: AsyncClient, emulator: Emulator) -> None:
    wrong: Any
    for wrong in ([], IMPORT_ID, 7, ["a/b"]):
        with pytest.raises(ConfigurationError):
            await client.cloudworks.run_flow(FLOW_ID, only_steps=wrong)
    assert not emulator.requests
    with pytest.raises(ApiError, match="Invalid request body"):
        await client.cloudworks.run_flow(FLOW_ID, only_steps=["0" * 32])
