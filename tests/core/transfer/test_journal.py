"""The journal of an upload: what it tells, and what it refuses."""

from __future__ import annotations

import hashlib
import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import TransferError
from anaplan_sdk._core.transfer.chunks import SlicePlan
from anaplan_sdk._core.transfer.journal import Destination, Journal, StoredSlice

DESTINATION = Destination("https://api.anaplan.com", "A" * 32, "113000000001", "8a" * 16)
CONTENT = bytes(range(100))
FRESH = Journal(DESTINATION, SlicePlan(100, 30), path="upload.journal")


def stored(*indices: int) -> Journal:
    parts = {part.index: part for part in FRESH.plan}
    slices = {at: CONTENT[parts[at].offset :][: parts[at].size_bytes] for at in indices}
    return attrs.evolve(FRESH, stored={at: StoredSlice.of(at, [content]) for at, content in slices.items()})


@given(st.sets(st.integers(0, 3)))
def test_a_journal_tells_what_is_stored_and_what_is_missing(indices: set[int]) -> None:
    journal = FRESH.continued(stored(*indices).content)
    assert journal == stored(*indices)
    assert [part.index for part in journal.kept()] == sorted(indices)
    assert [part.index for part in journal.missing()] == sorted({0, 1, 2, 3} - indices)


@given(st.integers(0, len(stored(2, 0, 3).content)))
def test_a_line_that_a_crash_cut_off_counts_as_not_written(length: int) -> None:
    whole = stored(2, 0, 3)
    journal = FRESH.continued(whole.content[:length])
    lines = whole.content[:length].count(b"\n")
    assert list(journal.stored) == [2, 0, 3][: max(0, lines - 1)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"api_url": "https://eu3.api.anaplan.com"}, "api url"),
        ({"model_id": "B" * 32}, "model id"),
        ({"file_id": "113000000002"}, "file id"),
        ({"user_id": "9b" * 16}, "user id"),
    ],
)
def test_the_journal_of_another_destination_is_refused(change: dict[str, str], named: str) -> None:
    other = attrs.evolve(FRESH, destination=attrs.evolve(DESTINATION, **change))
    with pytest.raises(TransferError, match=f"upload.journal is the journal of another upload: it differs in {named}"):
        other.continued(stored(0).content)


@pytest.mark.parametrize(("plan", "named"), [(SlicePlan(101, 30), "total bytes"), (SlicePlan(100, 31), "chunk bytes")])
def test_the_journal_of_another_plan_is_refused(plan: SlicePlan, named: str) -> None:
    with pytest.raises(TransferError, match=named):
        attrs.evolve(FRESH, plan=plan).continued(stored(0).content)


@pytest.mark.parametrize("line", [StoredSlice(4, 30, "00"), StoredSlice(0, 29, "00"), StoredSlice(-1, 30, "00")])
def test_chunks_that_the_plan_does_not_have_are_refused(line: StoredSlice) -> None:
    with pytest.raises(TransferError, match="differs in chunks"):
        FRESH.continued(FRESH.first_line + line.line)


@pytest.mark.parametrize(
    "content",
    [
        b"Code,Product\nT1,Coffee\n",
        b"no line end",
        b"\n",
        b"{}\n",
        b"[]\n",
        b'{"format": 3}\n',
        b"\xff\xfe\n",
        FRESH.first_line.replace(b"upload 1", b"upload 2"),
    ],
    ids=repr,
)
def test_what_is_no_journal_is_refused(content: bytes) -> None:
    with pytest.raises(TransferError, match=r"not the journal of an upload. It was left as it is"):
        FRESH.continued(content)


@pytest.mark.parametrize("line", [b'{"index": 1', b"T1,Coffee", b"", b'{"index": 1}', b"\xff"], ids=repr)
def test_a_line_that_was_cut_off_says_nothing(line: bytes) -> None:
    kept = StoredSlice(0, 30, "0" * 64)
    journal = FRESH.continued(FRESH.first_line + line + b"\n" + kept.line)
    assert journal.stored == {0: kept}


@given(st.binary(max_size=200))
def test_no_other_error_comes_out(content: bytes) -> None:
    try:
        journal = FRESH.continued(content)
    except TransferError:
        return
    assert journal == FRESH


def test_a_journal_holds_sums_and_no_content() -> None:
    [first, line] = stored(1).content.splitlines()
    assert json.loads(first) == {
        "format": "anaplan-sdk upload 1",
        "api_url": "https://api.anaplan.com",
        "model_id": "A" * 32,
        "file_id": "113000000001",
        "user_id": "8a" * 16,
        "total_bytes": 100,
        "chunk_bytes": 30,
    }
    assert json.loads(line) == {
        "index": 1,
        "size_bytes": 30,
        "sha256": hashlib.sha256(CONTENT[30:60]).hexdigest(),
    }
