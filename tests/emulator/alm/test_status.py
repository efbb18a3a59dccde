"""The online status of a model (facts §11.1)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.alm_calls import DEVELOPMENT, DEVELOPMENT_ID, mask, message
from stage.calls.caller import Caller

STATUS = f"{DEVELOPMENT}/onlineStatus"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_the_status_is_changed_as_often_as_asked(emulator: Emulator, admin: Caller, method: str) -> None:
    model = emulator.tenant.models[DEVELOPMENT_ID]
    for status, online in [("offline", False), ("offline", False), ("online", True)]:
        answer = admin(method, STATUS, {"status": status})
        assert (answer.status, answer.body) == (204, b"")
        assert model.online is online


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "The request body is null. To continue, change the format to a non-empty state."),
        ({}, "Missing mandatory property 'status'"),
        ({"status": "Offline"}, "Invalid value for 'status', must be one of [online, offline]"),
        (
            {"status": "online", "mode": "x"},
            "Identified an unrecognized 'mode'. Amend the content so it only contains applicable fields.",
        ),
    ],
)
def test_a_wrong_body_is_refused_word_for_word(admin: Caller, body: object, text: str) -> None:
    answer = admin("PUT", STATUS, body)
    assert (answer.status, message(answer)) == (400, text)


@pytest.mark.parametrize("body", [b'{"status": "onl', b"online", {"status": 1}])
def test_what_is_no_json_or_no_text_is_refused(admin: Caller, body: object) -> None:
    assert admin("PUT", STATUS, body).status == 400


def test_a_locked_model_keeps_its_status(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models[DEVELOPMENT_ID].active_state = "LOCKED"
    answer = admin("PUT", STATUS, {"status": "offline"})
    assert (answer.status, message(answer)) == (
        400,
        "Cannot change status when model is in Locked or Archived mode",
    )


def test_an_archived_model_keeps_its_status_and_says_so_in_either_way(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models[DEVELOPMENT_ID].active_state = "ARCHIVED"
    answer = admin("PUT", STATUS, {"status": "offline"})
    assert (answer.status, message(answer)) == (422, "Model is Archived")
    emulator.tenant.options.archived_online_status = 400
    answer = admin("PUT", STATUS, {"status": "offline"})
    assert (answer.status, message(answer)) == (
        400,
        "Cannot change status when model is in Locked or Archived mode",
    )


def test_only_administrators_change_the_status_of_what_they_see(
    emulator: Emulator, admin: Caller, user: Caller
) -> None:
    assert user("PUT", STATUS, {"status": "offline"}).status == 403
    assert admin("PUT", f"/2/0/models/{'F' * 32}/onlineStatus", {"status": "offline"}).status == 404
    mask(emulator, DEVELOPMENT_ID)
    assert admin("PUT", STATUS, {"status": "offline"}).status == 404
