"""Writes on any bad day: nothing is added twice, every row is accounted for, and requests follow one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import WriteFailedError, WriteInterruptedError
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk.emulator import Emulator, GeneralList, ListProperty
from anaplan_sdk.emulator.world.planning.demo import PRICING_ID, UNITS_ID
from anaplan_sdk.models import WriteResult
from stage.writing.cells import DATA, planning_model, unit_rows, value

from .bad_days import SCHEDULES, BadDay, bad_days
from .callers import COLOURS, Colour, endured, watched

LIST, ROW = "101000000950", "1206000000950"
DEFINITION, LOOK_UP = ("GET", f"/lists/{LIST}$"), ("POST", "/dimensions/")
ADDITION, STATUS = ("POST", f"/lists/{LIST}/items$"), ("GET", "/status$")


@attrs.frozen
class Plan:
    """Rows with a code, or without one, for a list that has some of the codes already, so many in a request."""

    codes: tuple[bool, ...]
    there: int
    most: int

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"properties": {"Row": str(row)}} | ({"code": f"c{row}"} if coded else {})
            for row, coded in enumerate(self.codes)
        ]

    def one_list(self, emulator: Emulator) -> GeneralList:
        """A numbered list, whose items say which row made them."""
        one = GeneralList(LIST, "Orders of Rows", numbered=True, properties=[ListProperty(ROW, "Row")])
        planning_model(emulator).add(one)
        for row, coded in enumerate(self.codes[: self.there]):
            if coded:
                one.add_item(code=f"c{row}")
        return one


PLANS = st.builds(
    Plan, st.lists(st.booleans(), min_size=1, max_size=6).map(tuple), st.sampled_from([0, 0, 0, 2]), st.integers(1, 4)
)


def accounted(outcome: Any, count: int) -> tuple[set[int], set[int]]:
    """The rows that are said to be written, and those that are said not to be."""
    result = outcome if isinstance(outcome, WriteResult) else outcome.result
    missing = set(result.failed_rows)
    if isinstance(outcome, WriteInterruptedError):
        missing |= {*outcome.unwritten, *range(outcome.next_row, count)}
        return set(range(count)) - missing - set(outcome.in_doubt), missing
    return set(range(count)) - missing, missing


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: type(colour).__name__)
@SCHEDULES
@given(day=bad_days(DEFINITION, ADDITION, STATUS, LOOK_UP), plan=PLANS)
def test_no_item_is_added_twice_and_every_row_is_accounted_for(colour: Colour, day: BadDay, plan: Plan) -> None:
    with watched() as emulator, limited_to(plan.most):
        one = plan.one_list(emulator)
        calls = [lambda client: client.transactional.add_list_items(LIST, plan.rows(), timeout=day.timeout)]
        [outcome] = endured(colour, emulator, attrs.evolve(day, in_a_hurry=False), *calls)
        made = Counter(one.property_at(position, ROW) for position in one.positions())
        assert all(count == 1 for row, count in made.items() if row), made
        codes = [code for position in one.positions() if (code := one.code_at(position))]
        assert len(set(codes)) == len(codes)
        if isinstance(outcome, WriteResult | WriteFailedError | WriteInterruptedError):
            written, missing = accounted(outcome, len(plan.codes))
            assert all(made[str(row)] == 1 for row in written), (made, outcome)
            assert not any(made[str(row)] for row in missing), (made, outcome)


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: type(colour).__name__)
@SCHEDULES
@given(day=bad_days(("POST", DATA), STATUS, LOOK_UP), count=st.integers(1, 12), most=st.integers(1, 5))
def test_cells_are_written_or_the_call_says_which(colour: Colour, day: BadDay, count: int, most: int) -> None:
    with watched() as emulator, limited_to(most):
        rows = [row | {"Units": 1_000 + number} for number, row in enumerate(unit_rows(count))]
        calls = [lambda client: client.transactional.write_cells(PRICING_ID, rows, timeout=day.timeout)]
        [outcome] = endured(colour, emulator, day, *calls)
        values = written_units(emulator, rows)
        if isinstance(outcome, WriteResult | WriteInterruptedError):
            written, missing = accounted(outcome, count)
            assert all(values[row] == str(1_000 + row) for row in written), (values, outcome)
            assert not any(values[row] == str(1_000 + row) for row in missing), (values, outcome)


def written_units(emulator: Emulator, rows: Sequence[dict[str, Any]]) -> list[str]:
    model = planning_model(emulator)
    return [value(model, UNITS_ID, row["Products"], row["Time"]) for row in rows]


@contextmanager
def limited_to(entries: int) -> Iterator[None]:
    """Requests of no more than so many entries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "MAX_ENTRIES", entries)
        yield
