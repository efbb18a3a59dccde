"""Answers that are as documented, that nearly are, and that are not."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import traceback
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import models
from anaplan_sdk._core.json.convert import (
    Paging,
    _converter,
    load_json,
    one,
    paging,
    structure,
    structure_list,
)
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import File, Model, Revision, SummaryReport, Task, TaskDetail, TaskSummary, Workspace

PATH = "/2/0/models/A1/files"
NOT_FROM_JSON = {
    *("AuditCheckpoint", "AuditExport", "Differences", "ItemLookup", "NewAuditEvents", "RejectedRow", "RowFailure"),
    *("TenantUser", "UserImportResult", "UserRowError"),
    *("ViewColumns", "ViewRow", "WriteResult"),
}
MODELS: list[type[Any]] = [getattr(models, name) for name in models.__all__ if name not in NOT_FROM_JSON]
KINDS = [kind for kind in MODELS if not kind.__module__.endswith("_definitions")]  # what is only written is not read

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2026-07-25T17:20:00Z"),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)

REQUIRED = {
    "id": "112000000007",
    "taskId": "0F",
    "requestId": "5E",
    "modelId": "A1",
    "eventTypeId": "USR-8",
    "connectionId": "5F",
    "integrationId": "1A",
    "notificationId": "7E",
    "referrer": "1A",
    "userGuid": "8A",
    "workspaceGuid": "8B",
    "name": "N",
    "currentStep": "Open",
    "viewId": "1",
}


def file(**fields: Any) -> dict[str, Any]:
    return {"id": "113000000042", "name": "sales.csv", **fields}


def test_json_object_is_loaded() -> None:
    assert load_json(b'{"files": []}') == {"files": []}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_is_loaded_from_any_unicode(encoding: str) -> None:
    assert load_json('{"name": "Zürich"}'.encode(encoding)) == {"name": "Zürich"}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is empty"),
        (b" \r\n\x00", "is empty"),
        (
            b"<html>\n  <h1>502 Bad\x07 Gateway</h1>",
            "is not a JSON object: '<html> <h1>502 Bad Gateway</h1>'",
        ),
        (b"404 page not found", "is not a JSON object: '404 page not found'"),
        (b"null", "is not a JSON object: 'null'"),
        (b'["a"]', "is 5 bytes of JSON that is cut off, malformed or not an object"),
        (b'{"files": [', "is 11 bytes of JSON that is cut off, malformed or not an object"),
        (b"[" * 100_000, "is 100,000 bytes of JSON that is cut off, malformed or not an object"),
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes, problem: str) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        load_json(body, path=PATH)
    assert f"The response to {PATH} {problem}." in str(caught.value)
    assert caught.value.path == PATH


def test_at_most_200_characters_of_a_foreign_answer_are_shown() -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        load_json(b"<p>" + b"x" * 5_000)
    assert caught.value.body == "<p>" + "x" * 197


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", ['{"tokenInfo":{"tokenValue":"s3cret', '["s3cret"]', '"s3cret"', '  {"s3cret"}'])
def test_a_token_in_a_broken_answer_stays_secret(text: str, encoding: str) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        load_json(text.encode(encoding))
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert "s3cret" not in shown.replace("\\x00", "")
    assert caught.value.__context__ is None


def test_keys_that_are_new_are_ignored() -> None:
    assert structure_list({"files": [file(shininess=3)]}, "files", File, path=PATH) == [File(113000000042, "sales.csv")]


@pytest.mark.parametrize("payload", [{}, {"files": None}, {"files": []}, {"file": "odd"}])
def test_nothing_listed_is_an_empty_list(payload: dict[str, Any]) -> None:
    assert structure_list(payload, "files", File, path=PATH) == []


def test_a_single_object_stands_for_a_list_of_one() -> None:
    payload = {"task": {"taskId": "0F1E", "taskState": "COMPLETE"}}
    assert structure_list(payload, "tasks", TaskSummary, path=PATH) == [TaskSummary("0F1E", "COMPLETE")]


@pytest.mark.parametrize("field", attrs.fields(File)[2:])
def test_null_means_the_default(field: attrs.Attribute[Any]) -> None:
    key = {"chunk_count": "chunkCount", "header_row": "headerRow", "first_data_row": "firstDataRow"}
    payload = file(**{key.get(field.name, field.name): None})
    assert structure(payload, File, path=PATH) == File(113000000042, "sales.csv")


UNDOCUMENTED: list[tuple[dict[str, Any], type[Any], str, str]] = [
    (
        {"files": [file(), file(), file(), file(id={})]},
        File,
        "$.files[3].id",
        "should be a number, not an object",
    ),
    ({"files": [file(id="sales.csv")]}, File, "$.files[0].id", "should be a number, not other text"),
    ({"files": [{"name": "sales.csv"}]}, File, "$.files[0].id", "is missing"),
    ({"files": [file(id=None)]}, File, "$.files[0].id", "is missing"),
    (
        {"files": [file(chunkCount="many")]},
        File,
        "$.files[0].chunkCount",
        "should be a number, not other text",
    ),
    ({"files": [file(), 3]}, File, "$.files[1]", "should be an object, not a number"),
    ({"files": [None]}, File, "$.files[0]", "should be an object, not null"),
    ({"files": "none"}, File, "$.files", "should be an array, not other text"),
    ({"files": [{"taskState": "COMPLETE"}]}, Task, "$.files[0].taskId", "is missing"),
    (
        {"files": [{"taskId": "0F", "result": {"nestedResults": [{}, {"details": [{"occurrences": {}}]}]}}]},
        Task,
        "$.files[0].result.nestedResults[1].details[0].occurrences",
        "should be a number, not an object",
    ),
    (
        {"files": [{"taskId": "0F", "result": {"details": "none"}}]},
        Task,
        "$.files[0].result.details",
        "should be an array, not other text",
    ),
    (
        {"files": [{"taskId": "0F", "result": {"successful": "no"}}]},
        Task,
        "$.files[0].result.successful",
        "should be true or false, not other text",
    ),
    (
        {"files": [{"differences": {"lists": {"created": []}}}]},
        SummaryReport,
        "$.files[0].differences.lists.created",
        "should be a number, not an array",
    ),
    (
        {"files": [{"id": "A1", "name": "Hub", "categoryValues": {}}]},
        Model,
        "$.files[0].categoryValues",
        "should be an array, not an object",
    ),
]


@pytest.mark.parametrize(("given", "kind", "json_path", "problem"), UNDOCUMENTED)
def test_what_is_not_as_documented_is_located(
    given: dict[str, Any], kind: type[Any], json_path: str, problem: str
) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        structure_list(given, "files", kind, path=PATH)
    assert caught.value.json_path == json_path
    assert f"The response to {PATH} is not as documented: {json_path} {problem}." in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).json_path == json_path


def test_one_object_under_its_key() -> None:
    payload = {"meta": {}, "workspace": {"id": "8a9b", "name": "Planning"}}
    assert one(payload, "workspace", Workspace, path=PATH) == Workspace("8a9b", "Planning")


@pytest.mark.parametrize("payload", [{}, {"workspace": None}])
def test_one_object_that_is_missing_is_an_error(payload: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedResponseError, match=r"\$\.workspace is missing"):
        one(payload, "workspace", Workspace, path=PATH)


def test_a_path_within_one_object_begins_at_its_key() -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        one({"workspace": {"name": "Hub"}}, "workspace", Workspace, path=PATH)
    assert caught.value.json_path == "$.workspace.id"


@pytest.mark.parametrize("odd", [{}, [], None, "n/a", 7, True], ids=repr)
def test_a_field_for_display_never_makes_an_answer_unreadable(odd: Any) -> None:
    said: dict[str, Any] = {"taskId": "0F", "taskState": "COMPLETE", "progress": odd, "currentStep": odd}
    said["result"] = {"successful": True, "objectId": odd, "objectName": odd, "details": [None, {"type": odd}]}
    task = one({"task": said}, "task", Task, path=PATH)
    assert task.successful
    assert isinstance(task.progress, float)
    listed = structure_list(
        {"models": [{"id": "A1", "name": odd, "categoryValues": [None]}]}, "models", Model, path=PATH
    )
    assert isinstance(listed[0].name, str)
    assert structure_list({"files": [file(name=odd), file()]}, "files", File, path=PATH)[1].name == "sales.csv"


@pytest.mark.parametrize("depth", [0, 500, 900])
def test_a_model_that_holds_itself_is_built_once_at_any_depth(depth: int) -> None:
    program = (
        "import sys; from anaplan_sdk._core.json import convert; from anaplan_sdk.models import Task\n"
        "made = []; build = convert.builder\n"
        "convert.builder = lambda kind, *rest: (made.append(kind.__name__), build(kind, *rest))[1]\n"
        "def down(depth):\n"
        "    if depth: return down(depth - 1)\n"
        "    convert.one({'task': {'taskId': 'A', 'result': {'nestedResults': [{}]}}}, 'task', Task, path='/')\n"
        f"down({depth}); sys.exit(made.count('TaskResult') - 1)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"meta": {"paging": {"currentPageSize": 2, "totalSize": 7, "offset": 4}}}, Paging(7, 2, 4)),
        ({"meta": {"paging": {"totalSize": 0}}}, Paging(total=0)),
        ({"meta": {"paging": {"totalSize": "7", "currentPageSize": -1, "offset": True}}}, Paging()),
        ({"meta": {"paging": {"totalSize": 7.5}}}, Paging()),
        ({"meta": {"paging": []}}, Paging()),
        ({"meta": {}}, Paging()),
        ({"meta": None}, Paging()),
        ({}, Paging()),
    ],
)
def test_paging_is_taken_as_far_as_it_goes(payload: dict[str, Any], expected: Paging) -> None:
    assert paging(payload) == expected


@pytest.mark.parametrize(
    ("written", "time"),
    [
        (1785000000123, datetime(2026, 7, 25, 17, 20, 0, 123_000, tzinfo=UTC)),
        ("1785000000123", datetime(2026, 7, 25, 17, 20, 0, 123_000, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        ("2026-03-09T07:45:12Z", datetime(2026, 3, 9, 7, 45, 12, tzinfo=UTC)),
        ("2026-03-09T07:45:12.000+0000", datetime(2026, 3, 9, 7, 45, 12, tzinfo=UTC)),
        ("2026-03-09T07:45:12.305118204Z", datetime(2026, 3, 9, 7, 45, 12, 305_118, tzinfo=UTC)),
        ("2026-03-09T07:45:12+01:00", datetime(2026, 3, 9, 7, 45, 12, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-03-09T07:45:12", datetime(2026, 3, 9, 7, 45, 12, tzinfo=UTC)),
        ("2026-03-09", datetime(2026, 3, 9, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (10**30, None),
        (float("nan"), None),
        ({}, None),
        ([1], None),
    ],
)
def test_times_in_all_their_forms(written: object, time: datetime | None) -> None:
    revision = structure({"id": "B0A1", "name": "R1", "createdOn": written}, Revision, path=PATH)
    assert revision.created_on == time
    assert revision.created_on is None or revision.created_on.tzinfo is not None


def test_numbers_where_text_is_expected_become_text() -> None:
    assert structure({"id": "8a9b", "name": 2026}, Workspace, path=PATH).name == "2026"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_model_can_be_structured(kind: type[Any]) -> None:
    assert isinstance(structure(REQUIRED, kind, path=PATH), kind)


@given(st.sampled_from(KINDS), st.data())
def test_any_json_is_a_model_or_a_located_error(kind: type[Any], data: st.DataObject) -> None:
    keys = st.sampled_from([_camel(field) for field in attrs.fields(kind)])
    payload = data.draw(st.dictionaries(keys, JSON) | JSON)
    try:
        outcome = structure(payload, kind, path=PATH)
    except UnexpectedResponseError as error:
        outcome = str(error)
    assert isinstance(outcome, kind) or re.search(r": \$\S* (is missing|should be )", outcome)


@given(st.sampled_from(KINDS), st.data())
def test_objects_are_built_as_cattrs_would_structure_them(kind: type[Any], data: st.DataObject) -> None:
    spellings = [field.metadata["or"] for field in attrs.fields(kind) if "or" in field.metadata]
    keys = [*map(_camel, attrs.fields(kind)), *spellings]
    likely = {key: JSON | st.from_type(str) for key in keys}
    payload = data.draw(st.fixed_dictionaries({}, optional=likely))
    outcomes: list[object] = []
    for detailed in (False, True):
        try:
            outcomes.append(_converter(detailed=detailed).structure(payload, kind))
        except Exception:
            outcomes.append("refused")
    built, structured = outcomes
    assert repr(built) == repr(structured)  # not ==: a NaN may be in there
    assert type(built) is type(structured)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_built_is_as_frozen_as_any_other(kind: type[Any]) -> None:
    built = structure(REQUIRED, kind, path=PATH)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(built, attrs.fields(kind)[0].name, "changed")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        delattr(built, attrs.fields(kind)[0].name)
    assert pickle.loads(pickle.dumps(built)) == built


def test_a_default_that_can_be_changed_is_not_shared() -> None:
    one, other = (structure({}, TaskDetail, path=PATH) for _ in range(2))
    assert one.values is not other.values


def _camel(field: attrs.Attribute[Any]) -> str:
    first, *others = field.name.split("_")
    return str(field.metadata.get("json", first + "".join(word.capitalize() for word in others)))
