"""Every operation answers in its shape, by both paths."""

from __future__ import annotations

import re

import pytest

from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.transactional import FAMILY
from anaplan_sdk.emulator.world.planning.demo import FORECAST_ID
from emulator.transactional.shapes import OPERATIONS, PEOPLE, Operation, problems
from stage.calls.caller import MODEL, WM, Answer, Caller
from stage.calls.transactional_calls import (
    BY_REGION,
    PRICE,
    REGIONS,
    SALES,
    add_sales,
    read_state,
    start_read,
    text_rows,
)

IDS = {
    "module": SALES,
    "line_item": PRICE,
    "dimension": REGIONS,
    "view": BY_REGION,
    "list": REGIONS,
    "empty_list": "101000000903",
    "version": FORECAST_ID,
}


def called(caller: Caller, base: str, operation: Operation) -> Answer:
    ids = dict(IDS)
    if "_read}" in operation.path:
        kind = "view" if "view_read" in operation.path else "list"
        body = {"exportType": "TABULAR_MULTI_COLUMN"} if kind == "view" else None
        read = start_read(caller, f"/{kind}s/{ids[kind]}", body)
        read_state(caller, read)
        ids[f"{kind}_read"] = read.rpartition("/")[2]
    path = f"{base}{operation.path.format_map(ids)}?{operation.query}"
    return caller(operation.method, path, operation.body, headers={"Accept": operation.accept})


@pytest.mark.parametrize("base", [MODEL, WM], ids=["short", "long"])
@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path} {each.query} {each.accept}"
)
def test_answers_are_of_their_shape(emulator: Emulator, admin: Caller, base: str, operation: Operation) -> None:
    add_sales(emulator)
    emulator.tenant.options.read_polls = 0
    answer = called(admin, base, operation)
    assert answer.status == 200, answer
    if operation.is_empty:
        assert answer.body == b""
    elif operation.shape is None:
        assert text_rows(answer)
    else:
        assert answer.headers["content-type"].startswith("application/json")
        assert problems(answer.json, operation.shape) == []


@pytest.mark.parametrize("path", PEOPLE)
def test_people_are_of_their_shape(admin: Caller, path: str) -> None:
    assert problems(admin("GET", f"/2/0{path}").json, PEOPLE[path]) == []


def test_every_route_has_a_shape() -> None:
    served = {
        (route.method, re.sub(r"\{\w+\}", "*", route.path.partition("{model}")[2]))
        for route in FAMILY.routes()
        if "{model}" in getattr(route, "path", "") and not route.path.endswith("/")
    }
    shaped = {(each.method, re.sub(r"\{\w+\}|(?<=pages/)0", "*", each.path)) for each in OPERATIONS}
    assert served == shaped


def test_what_does_not_fit_is_told() -> None:
    shape = {"a": str, "b?": [{"c": int}], "d?": None}
    assert problems({"a": "", "b": [{"c": 1}], "d": None}, shape) == []
    assert problems({"b": [{"c": True}, 2], "e": 1, "d": 3}, shape) == [
        ".a is missing",
        ".e is not known",
        ".b[].c: True is no int",
        ".b[]: 2 is no object",
        ".d: 3 is not null",
    ]
    assert problems({"a": "", "b": {}}, shape) == [".b: {} is no array"]
