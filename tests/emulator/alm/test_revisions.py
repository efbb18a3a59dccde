"""Revisions (facts §11.2 to §11.6)."""

from __future__ import annotations

import re
import time

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.alm_calls import (
    DEVELOPMENT,
    DEVELOPMENT_ID,
    FIRST,
    PRODUCTION,
    PRODUCTION_ID,
    SECOND,
    create,
    finish,
    mask,
    message,
    revision_ids,
)
from stage.calls.caller import WORKSPACE, Caller

REVISIONS = f"{DEVELOPMENT}/alm/revisions"
LATEST = f"{DEVELOPMENT}/alm/latestRevision"
SYNCABLE = f"{PRODUCTION}/alm/syncableRevisions?sourceModelId={DEVELOPMENT_ID}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNCHANGED = "There are no structural changes since the last revision tag."


def day(offset_days: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + offset_days * 86_400))


def test_a_new_revision_is_answered_in_the_singular(admin: Caller) -> None:
    answer = admin("POST", REVISIONS, {"name": "R3", "description": "third cut"})
    assert answer.status == 201
    assert answer.json["status"] == {"code": 201, "message": "Created"}
    revision = answer.json["revision"]
    assert re.fullmatch(r"[0-9A-F]{32}", revision["id"])
    assert DATE.fullmatch(revision["createdOn"])
    assert revision["createdOn"] == revision["appliedOn"]
    assert revision["createdBy"] == revision["appliedBy"] == admin("GET", "/2/0/users/me").json["user"]["id"]
    assert (revision["name"], revision["description"]) == ("R3", "third cut")
    assert revision["creationMethod"] == "User added revision via API"


def test_a_revision_needs_a_structural_change(emulator: Emulator, admin: Caller) -> None:
    create(admin)
    answer = admin("POST", REVISIONS, {"name": "Again"})
    assert (answer.status, message(answer)) == (400, UNCHANGED)
    emulator.tenant.models[DEVELOPMENT_ID].change_structure()
    create(admin)


def test_data_and_files_are_no_structural_change(emulator: Emulator, admin: Caller) -> None:
    create(admin)
    emulator.tenant.models[DEVELOPMENT_ID].lists["101000000000"].add(["T1"])
    assert admin("POST", f"{WORKSPACE}/models/{DEVELOPMENT_ID}/files/New.csv", {"chunkCount": 1}).status == 200
    assert admin("POST", REVISIONS, {"name": "Again"}).status == 400


def test_the_first_revision_of_a_model_needs_no_change(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.history.applications.clear()
    assert create(admin)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "The request body is null. To continue, change the format to a non-empty state."),
        ({}, "Expected mandatory field 'name' to be present and not empty."),
        ({"name": " "}, "Expected mandatory field 'name' to be present and not empty."),
        ({"name": "R" * 61}, "The title of your revision tag must be 60 characters or fewer."),
        ({"name": "R", "description": "d" * 251}, "Revision tag descriptions must be 250 characters or fewer."),
        (
            {"name": "R", "comment": "c"},
            "Identified an unrecognized 'comment'. Amend the content so it only contains applicable fields.",
        ),
        ({"name": 3}, "The value of 'name' must be a string."),
    ],
)
def test_a_wrong_body_is_refused_word_for_word(admin: Caller, body: object, text: str) -> None:
    answer = admin("POST", REVISIONS, body)
    assert (answer.status, message(answer)) == (400, text)


def test_names_and_descriptions_may_fill_their_limits(admin: Caller) -> None:
    assert admin("POST", REVISIONS, {"name": "R" * 60, "description": "d" * 250}).status == 201


def test_a_deployed_model_takes_no_revision(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models[PRODUCTION_ID].change_structure()
    assert admin("POST", f"{PRODUCTION}/alm/revisions", {"name": "R"}).status == 400


@pytest.mark.parametrize("path", [REVISIONS, LATEST, SYNCABLE, f"{REVISIONS}/{FIRST}/appliedToModels"])
def test_archived_models_are_refused_after_other_rights(
    emulator: Emulator, admin: Caller, user: Caller, path: str
) -> None:
    emulator.tenant.models[DEVELOPMENT_ID].active_state = "ARCHIVED"
    answer = admin("GET", path)
    assert (answer.status, message(answer)) == (422, "Model is Archived")
    assert user("GET", path).status == 403


def test_a_list_has_paging_and_descriptions_only_where_there_are_any(admin: Caller) -> None:
    body = admin("GET", REVISIONS).json
    assert body["meta"]["schema"].endswith("/2/0/objects/revision")
    assert body["meta"]["paging"]["totalSize"] == 2
    first, second = body["revisions"]
    assert "description" not in first
    assert second["description"]
    assert second["creationMethod"] == "User added revision"


def test_a_list_comes_in_pages(admin: Caller) -> None:
    page = admin("GET", f"{REVISIONS}?limit=1&offset=1").json
    assert page["meta"]["paging"]["currentPageSize"] == 1
    assert [revision["id"] for revision in page["revisions"]] == [SECOND]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("name", [SECOND, FIRST]),
        ("-name", [FIRST, SECOND]),
        ("id", [FIRST, SECOND]),
        ("-appliedOn", [SECOND, FIRST]),
        ("createdOn", [FIRST, SECOND]),
    ],
)
def test_a_list_is_sorted(admin: Caller, sort: str, ids: list[str]) -> None:
    assert revision_ids(admin("GET", f"{REVISIONS}?sort={sort}")) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (f"appliedAfter={day(-3)}", [SECOND]),
        (f"appliedBefore={day(-3)}", [FIRST]),
        (f"appliedAfter={day(-40)}&appliedBefore={day(1)}", [FIRST, SECOND]),
        (f"appliedAfter={day(1)}", []),
    ],
)
def test_a_list_is_filtered_by_days(admin: Caller, query: str, ids: list[str]) -> None:
    answer = admin("GET", f"{REVISIONS}?{query}")
    assert revision_ids(answer) == ids
    assert ("revisions" in answer.json) is bool(ids)


def test_the_days_are_those_of_the_application_and_not_of_the_creation(admin: Caller) -> None:
    finish(admin, "syncTasks")
    recent = f"{PRODUCTION}/alm/revisions?appliedAfter={day(0)}"
    (revision,) = admin("GET", recent).json["revisions"]
    assert revision["id"] == SECOND
    assert revision["createdOn"] < revision["appliedOn"]
    assert revision["creationMethod"] == "Revision synchronized"


@pytest.mark.parametrize("value", ["2026-13-01", "01-12-2026", "yesterday", ""])
def test_other_dates_are_refused(admin: Caller, value: str) -> None:
    answer = admin("GET", f"{REVISIONS}?appliedAfter={value}")
    assert (answer.status, message(answer)) == (400, "Date query parameter must be of the format 'YYYY-MM-DD'")


@pytest.mark.parametrize("before", ["2026-03-01", "2026-02-28"])
def test_dates_must_come_in_order(admin: Caller, before: str) -> None:
    answer = admin("GET", f"{REVISIONS}?appliedAfter=2026-03-01&appliedBefore={before}")
    assert (answer.status, message(answer)) == (
        400,
        "'appliedAfter' must be an earlier date than 'appliedBefore'",
    )


def test_the_latest_revision_is_an_array_of_one(emulator: Emulator, admin: Caller) -> None:
    answer = admin("GET", LATEST)
    assert revision_ids(answer) == [SECOND]
    assert "paging" not in answer.json["meta"]
    emulator.tenant.history.applications.clear()
    answer = admin("GET", LATEST)
    assert answer.status == 200
    assert "revisions" not in answer.json


def test_syncable_revisions_come_newest_first(admin: Caller) -> None:
    third = create(admin)
    answer = admin("GET", SYNCABLE)
    assert revision_ids(answer) == [third, SECOND]
    assert "paging" not in answer.json["meta"]


def test_models_in_sync_have_no_syncable_revisions(admin: Caller) -> None:
    finish(admin, "syncTasks")
    answer = admin("GET", SYNCABLE)
    assert answer.status == 200
    assert "revisions" not in answer.json


def test_incompatible_models_have_no_syncable_revisions(emulator: Emulator, admin: Caller) -> None:
    backwards = f"{DEVELOPMENT}/alm/syncableRevisions?sourceModelId={PRODUCTION_ID}"
    assert "revisions" not in admin("GET", backwards).json
    emulator.tenant.models[PRODUCTION_ID].change_structure()
    assert "revisions" not in admin("GET", SYNCABLE).json


def test_syncable_revisions_need_a_source(admin: Caller) -> None:
    answer = admin("GET", f"{PRODUCTION}/alm/syncableRevisions")
    assert (answer.status, message(answer)) == (400, "Missing 'sourceModelId' request parameter.")


def test_syncable_revisions_need_access_to_both_models(emulator: Emulator, admin: Caller, user: Caller) -> None:
    assert user("GET", SYNCABLE).status == 403
    assert admin("GET", f"{PRODUCTION}/alm/syncableRevisions?sourceModelId={'F' * 32}").status == 404
    mask(emulator, DEVELOPMENT_ID)
    assert admin("GET", SYNCABLE).status == 404


def test_revisions_are_shared_between_the_models_that_have_them(admin: Caller) -> None:
    answer = admin("GET", f"{PRODUCTION}/alm/revisions/{FIRST}/appliedToModels")
    assert "paging" not in answer.json["meta"]
    source, target = answer.json["appliedToModels"]
    assert (source["modelId"], source["modelName"]) == (DEVELOPMENT_ID, "Sales Planning Development")
    assert source["workspaceId"] == "A" * 32
    assert (target["modelId"], target["appliedMethod"]) == (PRODUCTION_ID, "Model copied")
    assert DATE.fullmatch(target["appliedOn"])
    assert "modelDeleted" not in target


def test_deleted_models_stay_without_their_names(emulator: Emulator, admin: Caller) -> None:
    del emulator.tenant.models[PRODUCTION_ID]
    _, target = admin("GET", f"{REVISIONS}/{FIRST}/appliedToModels").json["appliedToModels"]
    assert target["modelDeleted"] is True
    assert target["modelId"] == PRODUCTION_ID
    assert not {"modelName", "workspaceId"} & set(target)


def test_models_without_access_have_a_blank_name(emulator: Emulator, admin: Caller) -> None:
    mask(emulator, PRODUCTION_ID)
    _, target = admin("GET", f"{REVISIONS}/{FIRST}/appliedToModels").json["appliedToModels"]
    assert target["modelName"] == ""


def test_a_revision_that_the_model_never_had_is_not_found(admin: Caller) -> None:
    assert admin("GET", f"{REVISIONS}/{SECOND}/appliedToModels").status == 200
    assert admin("GET", f"{PRODUCTION}/alm/revisions/{SECOND}/appliedToModels").status == 404
    assert admin("GET", f"{REVISIONS}/{'F' * 32}/appliedToModels").status == 404


@pytest.mark.parametrize("path", [REVISIONS, LATEST, f"{REVISIONS}/{FIRST}/appliedToModels"])
def test_revisions_are_for_administrators(emulator: Emulator, admin: Caller, user: Caller, path: str) -> None:
    answer = user("GET", path)
    assert (answer.status, message(answer)) == (403, "Forbidden")
    mask(emulator, DEVELOPMENT_ID)
    assert admin("GET", path).status == 404


def test_creating_a_revision_is_for_administrators(emulator: Emulator, admin: Caller, user: Caller) -> None:
    assert user("POST", REVISIONS, {"name": "R"}).status == 403
    emulator.tenant.models[DEVELOPMENT_ID].active_state = "ARCHIVED"
    assert admin("POST", REVISIONS, {"name": "R"}).status == 422
