"""Content goes to the file that was named, or nowhere."""

from __future__ import annotations

import pytest

from anaplan_sdk._core.transfer.target import target_file
from anaplan_sdk.errors import TransferError
from anaplan_sdk.models import File

FILES = {"113000000001": File(113000000001, "sales.csv"), "113000000002": File(113000000002, "113000000009")}


@pytest.mark.parametrize("file_id", [113000000001, "113000000001"], ids=["number", "text"])
def test_a_file_is_found_by_its_id(file_id: int | str) -> None:
    assert target_file(FILES, file_id, "M1") is FILES["113000000001"]


@pytest.mark.parametrize("may_create", [False, True])
def test_a_name_is_no_id(may_create: bool) -> None:
    with pytest.raises(TransferError, match="Its file of that name has the id 113000000001"):
        target_file(FILES, "sales.csv", "M1", may_create=may_create)


def test_an_unknown_file_is_refused_unless_it_may_be_created() -> None:
    with pytest.raises(TransferError, match=r"Model M1 has no file 113000000003.*allow_file_creation"):
        target_file(FILES, 113000000003, "M1")
    assert target_file(FILES, 113000000003, "M1", may_create=True) is None
