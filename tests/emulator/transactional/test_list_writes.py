"""Adds, updates and deletes of list items (facts of the Transactional API, §9)."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, Fault, Model
from stage.calls.alm_calls import message
from stage.calls.caller import MODEL, Answer, Caller
from stage.calls.transactional_calls import (
    ACTIVE,
    LOCAL,
    ORDERS,
    PLACES,
    REGIONS,
    SINCE,
    WEIGHT,
    add_lists,
    failed,
    the_model,
)


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return add_lists(emulator)


def write(caller: Caller, action: str, *items: Any, list_id: str = REGIONS) -> Answer:
    method = "PUT" if action == "update" else "POST"
    return caller(method, f"{MODEL}/lists/{list_id}/items?action={action}", {"items": items})


def counts(answer: Answer) -> dict[str, int]:
    assert answer.status == 200, answer
    return {key: value for key, value in answer.json.items() if key not in ("meta", "status", "failures")}


def names(model: Model, list_id: str = REGIONS) -> dict[str, str | None]:
    """Names and codes."""
    one = model.lists[list_id]
    return {one.name_at(position): one.code_at(position) for position in one.positions()}


def test_an_item_is_added_with_all_that_was_given(admin: Caller, model: Model) -> None:
    item = {
        "name": "East",
        "code": "E-01",
        "parent": "Northern Area",
        "properties": {"Weight": "3", "Since": "Jan 26", "Local": "true"},
        "subsets": {"Active": True},
    }
    answer = write(admin, "add", item)
    assert counts(answer) == {"added": 1, "ignored": 0, "total": 1}
    assert "failures" not in answer.json
    assert answer.json["meta"]["schema"].endswith("/2/0/objects/list")
    regions = model.lists[REGIONS]
    position = regions.by_code("E-01")
    assert position is not None
    parent = model.parent_item(REGIONS, position)
    assert parent is not None
    assert parent[1].name == "Northern Area"
    assert [regions.property_at(position, each) for each in (WEIGHT, LOCAL)] == ["3", "true"]
    assert regions.property_at(position, SINCE)
    assert regions.in_subset(position, ACTIVE)


def test_what_exists_is_not_added_again_and_the_others_are(admin: Caller, model: Model) -> None:
    items = [{"name": "North"}, {"name": "East", "code": "N-01"}, {"code": "only"}, {"name": "West"}, "no object"]
    answer = write(admin, "add", *items)
    assert counts(answer) == {"added": 1, "ignored": 4, "total": 5}
    assert [index for index, _, _ in failed(answer)] == [0, 1, 2, 4]
    assert list(names(model)) == ["North", "South", "West"]


def test_names_and_codes_may_be_numbers(admin: Caller, model: Model) -> None:
    assert counts(write(admin, "add", {"name": 7, "code": 8}))["added"] == 1
    assert names(model)["7"] == "8"


def test_a_numbered_list_names_its_items_itself(admin: Caller, model: Model) -> None:
    answer = write(admin, "add", {"code": "A"}, {}, {"name": "x"}, {"code": "A"}, list_id=ORDERS)
    assert counts(answer) == {"added": 2, "ignored": 2, "total": 4}
    assert [index for index, _, _ in failed(answer)] == [2, 3]
    assert names(model, ORDERS) == {"#1": "A", "#2": None}


@pytest.mark.parametrize(
    ("properties", "details"),
    [
        ({"Weight": "heavy"}, "incorrect format -- column name:Weight, value:wrong value for number"),
        ({"Hue": "red"}, "incorrect format -- column name:Hue, value:no such property"),
    ],
)
def test_an_item_with_a_wrong_property_stays_out(
    admin: Caller, model: Model, properties: dict[str, str], details: str
) -> None:
    answer = write(admin, "add", {"name": "East", "properties": properties})
    assert failed(answer) == [(0, "INCORRECT_FORMAT", details)]
    assert "East" not in names(model)


@pytest.mark.parametrize("item", [{"parent": "Nowhere"}, {"subsets": {"Hue": True}}, {"subsets": {"Active": "maybe"}}])
def test_an_item_with_a_wrong_parent_or_subset_stays_out(admin: Caller, model: Model, item: dict[str, Any]) -> None:
    assert failed(write(admin, "add", item | {"name": "East"}))[0][1] == "INCORRECT_FORMAT"
    assert "East" not in names(model)


# The matrix of §9.3. In the general list n1 has the code c1, and n0 has none.
ID = "the id of n1"


@pytest.mark.parametrize(
    ("item", "after"),
    [
        ({"name": "n1", "code": "c1"}, {"n1": "c1", "n0": None}),
        ({"name": "n2", "code": "c1"}, {"n2": "c1", "n0": None}),
        ({"id": ID, "name": "n1", "code": "c2"}, {"n1": "c2", "n0": None}),
        ({"name": "n0", "code": "c0"}, {"n1": "c1", "n0": "c0"}),
        ({"code": "c1", "properties": {"Weight": "2"}}, {"n1": "c1", "n0": None}),
        ({"name": "n0", "properties": {"Weight": "2"}}, {"n1": "c1", "n0": None}),
    ],
)
def test_updates_that_say_enough(
    admin: Caller, model: Model, item: dict[str, Any], after: dict[str, str | None]
) -> None:
    answer = write(admin, "update", with_matrix(model, item))
    assert counts(answer) == {"updated": 1, "ignored": 0, "total": 1}
    assert names(model) == after
    changed = next(position for position in model.lists[REGIONS].positions())
    assert model.lists[REGIONS].property_at(changed, LOCAL) == "true"


@pytest.mark.parametrize(
    "item",
    [
        {"id": ID, "name": "n1", "code": ""},
        {"name": "n1", "code": "c2"},
        {"name": "n1", "properties": {"Weight": "2"}},
        {"id": ID, "properties": {"Weight": "2"}},
        {"properties": {"Weight": "2"}},
    ],
)
def test_updates_that_say_too_little(admin: Caller, model: Model, item: dict[str, Any]) -> None:
    answer = write(admin, "update", with_matrix(model, item))
    assert counts(answer) == {"updated": 0, "ignored": 1, "total": 1}
    assert failed(answer)[0][:2] == (0, "INCOMPLETE_DATA")
    assert names(model) == {"n1": "c1", "n0": None}


def with_matrix(model: Model, item: dict[str, Any]) -> dict[str, Any]:
    regions = model.lists[REGIONS]
    regions.clear()
    position = regions.add_item("n1", "c1", properties={LOCAL: "true"})
    regions.add_item("n0")
    return item | {"id": regions.item_id(position)} if item.get("id") == ID else item


def test_an_update_without_the_code_may_fail_as_a_whole(emulator: Emulator, admin: Caller, model: Model) -> None:
    emulator.tenant.options.missing_code = 500
    assert write(admin, "update", {"name": "North", "properties": {"Weight": "2"}}).status == 500


def test_the_word_update_may_be_left_out(admin: Caller, model: Model) -> None:
    path = f"{MODEL}/lists/{REGIONS}/items"
    assert admin("PUT", path, {"items": [{"name": "Norte", "code": "N-01"}]}).json["updated"] == 1
    assert admin("PUT", f"{path}?action=add", {"items": [{"name": "x"}]}).status == 400
    assert admin("POST", path, {"items": [{"name": "x"}]}).status == 400


def test_what_is_not_there_is_not_updated(admin: Caller, model: Model) -> None:
    answer = write(admin, "update", {"code": "X"}, {"name": "Y"}, {"id": "207"})
    assert [(kind, details) for _, kind, details in failed(answer)] == [
        ("Not found", "Code 'X' not found"),
        ("Not found", "Name 'Y' not found"),
        ("Not found", "ID '207' not found"),
    ]


def test_parents_and_properties_are_changed_and_cleared(admin: Caller, model: Model) -> None:
    regions = model.lists[REGIONS]
    position = regions.by_code("N-01")
    assert position is not None
    change = {"code": "N-01", "parent": "", "properties": {"Weight": ""}, "subsets": {"Active": False}}
    assert counts(write(admin, "update", change))["updated"] == 1
    assert regions.parent_at(position) is None
    assert regions.property_at(position, WEIGHT) == ""
    assert regions.property_at(position, LOCAL) == "true"
    assert not regions.in_subset(position, ACTIVE)


def test_items_are_deleted_by_one_thing_that_identifies_them(admin: Caller, model: Model) -> None:
    regions = model.lists[REGIONS]
    for number in range(3):
        regions.add_item(f"r{number}", f"c{number}")
    position = regions.by_code("c0")
    assert position is not None
    items: list[dict[str, Any]] = [
        {"id": regions.item_id(position)},
        {"code": "c1"},
        {"name": "r2", "code": "c2", "extra": 1},
        {"code": "Region 1"},
        {"id": regions.item_id(position), "code": "c0"},
        {},
    ]
    answer = write(admin, "delete", *items)
    assert counts(answer) == {"deleted": 3, "ignored": 3, "total": 6}
    first, second, third = failed(answer)
    assert first == (3, "Not found", "Code 'Region 1' not found")
    assert second[:2] == (4, "Ambiguous criteria")
    assert second[2] == f"Specifying both ID and code not supported ({items[0]['id']}:c0)"
    assert third[:2] == (5, "INCOMPLETE_DATA")
    assert list(names(model)) == ["North", "South"]


def test_a_deletion_is_answered_in_three_ways(emulator: Emulator, admin: Caller, model: Model) -> None:
    options = emulator.tenant.options
    options.deletion_answer = "deleted"
    assert counts(write(admin, "delete", {"code": "N-01"})) == {"deleted": 1}
    options.deletion_answer = "result"
    result = write(admin, "delete", {"name": "South"}, {"name": "South"}).json["result"]
    assert result["numberOfItemsDeleted"] == 1
    assert result["failures"][0]["requestIndex"] == 1


def test_no_failures_may_be_an_empty_array(emulator: Emulator, admin: Caller, model: Model) -> None:
    emulator.tenant.options.no_failures = "empty"
    assert write(admin, "delete", {"code": "N-01"}).json["failures"] == []


def test_a_deployed_model_keeps_lists_that_are_structure(emulator: Emulator, admin: Caller, model: Model) -> None:
    assert counts(write(admin, "add", {"name": "Here"}, list_id=PLACES))["added"] == 1
    model.active_state = "PRODUCTION"
    assert counts(write(admin, "add", {"name": "East"}))["added"] == 1
    for action in ("add", "update", "delete"):
        assert write(admin, action, {"name": "There"}, list_id=PLACES).status == 425


@pytest.mark.parametrize("status", [400, 413])
def test_more_items_than_the_limit_are_refused(emulator: Emulator, admin: Caller, model: Model, status: Any) -> None:
    emulator.tenant.options.written_items_limit = 2
    emulator.tenant.options.beyond_write_limit = status
    assert write(admin, "add", {"name": "a"}, {"name": "b"}).status == 200
    assert write(admin, "add", {"name": "c"}, {"name": "d"}, {"name": "e"}).status == status
    assert "c" not in names(model)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"items": []}', b'{"items": [', b'{"items": [{"name": NaN}]}'])
def test_a_request_that_is_not_understood_is_refused(admin: Caller, model: Model, body: bytes) -> None:
    assert admin("POST", f"{MODEL}/lists/{REGIONS}/items?action=add", body).status == 400
    assert admin("POST", f"{MODEL}/lists/101000009999/items?action=add", {"items": [{"name": "x"}]}).status == 404


def test_a_body_of_another_type_is_refused(admin: Caller, model: Model) -> None:
    path, headers = f"{MODEL}/lists/{REGIONS}/items?action=add", {"Content-Type": "text/csv"}
    assert admin("POST", path, b'{"items": [{"name": "x"}]}', headers=headers).status == 415


def test_a_write_touches_the_model_unless_all_of_it_failed(emulator: Emulator, user: Caller, model: Model) -> None:
    before = model.last_saved_serial_number
    write(user, "delete", {"code": "unknown"})
    assert model.last_saved_serial_number == before
    write(user, "delete", {"code": "N-01"}, {"code": "unknown"})
    assert model.last_saved_serial_number == before + 1
    grace = emulator.tenant.user_with_email("grace@example.com")
    assert grace is not None
    assert model.last_modified_by == grace.id


def test_the_index_begins_again_where_the_hierarchy_is_empty(admin: Caller, model: Model) -> None:
    path = f"{MODEL}/lists/{REGIONS}/resetIndex"
    regions = model.lists[REGIONS]
    refused = admin("POST", path)
    assert (refused.status, message(refused)) == (
        400,
        "We can't reset the list item index of a list that contains data. Select an empty list that doesn't contain "
        "any list items.",
    )
    model.clear_list(REGIONS)
    assert admin("POST", path).status == 400
    for area in list(model.lists[regions.parent_list_id or ""].positions()):
        model.delete_item(regions.parent_list_id or "", area)
    done = admin("POST", path)
    assert (done.status, done.body, done.headers["content-length"]) == (200, b"", "0")
    assert regions.next_index == 1
    assert admin("POST", path).status == 200


def test_the_index_of_structure_is_not_reset_in_a_deployed_model(admin: Caller, user: Caller, model: Model) -> None:
    model.active_state = "PRODUCTION"
    refused = admin("POST", f"{MODEL}/lists/{PLACES}/resetIndex")
    assert (refused.status, message(refused)) == (
        400,
        "We cannot reset a list if the list is not production data and the model is in deployed mode.",
    )
    assert user("POST", f"{MODEL}/lists/{ORDERS}/resetIndex").status == 404


@pytest.mark.parametrize(
    "fault", [Fault(drop="after"), Fault(status=504, handle=True), Fault(status=502, handle=True, body="")]
)
def test_a_write_may_be_done_although_its_answer_is_lost(
    emulator: Emulator, admin: Caller, model: Model, fault: Fault
) -> None:
    emulator.inject(fault)
    try:
        assert write(admin, "add", {"name": "East"}).status == fault.status
    except OSError:
        assert fault.drop
    assert "East" in names(the_model(emulator))
