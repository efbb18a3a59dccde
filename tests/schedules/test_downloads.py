"""Downloads on any bad day: all of the bytes, or the call raised."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import AnaplanError
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.content.chunks import Chunk
from anaplan_sdk.emulator.serving.service import SERVICE
from stage.observed import FILE

from .bad_days import CHUNKS, CONTENT, SCHEDULES, BadDay, bad_days
from .callers import COLOURS, Colour, endured, watched

DAYS = bad_days(CHUNKS, CONTENT)
CONTENTS = st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=8)


def store(emulator: Emulator, chunks: list[bytes]) -> None:
    """Give the administrator this content."""
    tenant = emulator.tenant
    owner = (next(iter(tenant.models)), tenant.administrator.id, str(FILE))
    emulator.state(SERVICE).storage.keep(owner, [Chunk.of(chunk) for chunk in chunks])


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: type(colour).__name__)
@SCHEDULES
@given(day=DAYS, chunks=CONTENTS, callers=st.integers(1, 3))
def test_what_is_downloaded_is_all_of_it_or_the_call_raised(
    colour: Colour, day: BadDay, chunks: list[bytes], callers: int
) -> None:
    with watched() as emulator:
        store(emulator, chunks)
        calls = [lambda client: client.get_file(FILE, timeout=day.timeout)] * callers
        for outcome in endured(colour, emulator, day, *calls):
            assert isinstance(outcome, BaseException) or outcome == b"".join(chunks)


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: type(colour).__name__)
@SCHEDULES
@given(day=DAYS, chunks=CONTENTS)
def test_a_file_is_downloaded_whole_or_left_as_it_was(colour: Colour, day: BadDay, chunks: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as name, watched() as emulator:
        target = Path(name, "target.csv")
        target.write_bytes(b"older")
        store(emulator, chunks)
        [outcome] = endured(
            colour, emulator, day, lambda client: client.download_file(FILE, target, timeout=day.timeout)
        )
        whole = b"".join(chunks)
        if isinstance(outcome, asyncio.CancelledError):  # perhaps while a thread gave the whole file its name
            assert target.read_bytes() in (b"older", whole)
        else:
            assert target.read_bytes() == (b"older" if isinstance(outcome, AnaplanError) else whole)
        assert list(Path(name).iterdir()) == [target]
