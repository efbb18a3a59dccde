"""A user whose answer was lost, or whose workspaces were, step by step, without a socket."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from anaplan_sdk import (
    AmbiguousRunError,
    ApiError,
    PartialWriteError,
    PermissionDeniedError,
    TransportError,
    WaitTimeoutError,
)
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.steps import Begin
from anaplan_sdk._core.scim.creation import Change, CreateUser, Find, Read
from anaplan_sdk.errors import JobId
from anaplan_sdk.models import Entitlement, ScimMeta, ScimUser
from anaplan_sdk.scim import add_workspaces

STARTED = 1_000_000.0
LOST = TransportError("lost", maybe_received=True)
EXISTS = ApiError("409", status=409, message="", path="")
UNKNOWN_WORKSPACE = ApiError("400", status=400, message="", path="")


def ada(*workspaces: str, created: float | None = STARTED) -> ScimUser:
    meta = None if created is None else ScimMeta(created=datetime.fromtimestamp(created, UTC))
    return ScimUser(
        "8a", "ada", entitlements=tuple(Entitlement(each, type="WORKSPACE") for each in workspaces), meta=meta
    )


class Anaplan:
    """Gives prepared answers to the steps, and remembers them."""

    def __init__(self, begun: Any, *, finds: Any = (), reads: Any = (), changes: Any = ()) -> None:
        self.begun, self.finds, self.reads, self.changes = begun, list(finds), list(reads), list(changes)
        self.steps: list[object] = []

    def create(self, *workspaces: str, settling_time: float = 60.0) -> ScimUser:
        poll = PollSchedule(0.0, max_delay=0.0, settling_time=settling_time)
        flow = CreateUser("ada", workspaces, poll, Deadline(), lambda: STARTED).run()
        answer: Any = None
        try:
            while True:
                step = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
                self.steps.append(step)
                answer = self._answer(step)
        except StopIteration as end:
            created: ScimUser = end.value
            return created

    def _answer(self, step: object) -> Any:
        match step:
            case Begin():
                return self.begun
            case Find():
                return self.finds.pop(0)
            case Read():
                return self.reads.pop(0)
            case Change():
                return self.changes.pop(0)
            case _:
                assert isinstance(step, Pause)
                return None


def test_what_is_answered_is_returned() -> None:
    anaplan = Anaplan(ada("a1"))
    assert anaplan.create("A1") == ada("a1")
    assert anaplan.steps == [Begin()]


def test_a_user_who_is_new_is_the_one_that_the_lost_request_created() -> None:
    assert Anaplan(LOST, finds=[None, LOST, ada()]).create() == ada()
    assert Anaplan(LOST, finds=[ada(created=STARTED - 2)]).create() == ada(created=STARTED - 2)


def test_so_is_one_whose_answer_told_of_parts() -> None:
    assert Anaplan(None, finds=[ada("a1")]).create("a1") == ada("a1")


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (None, "no user has that name yet. Check scim.find_user"),
        (ada(created=STARTED - 3600), r"the user of that name \(8a\) is older"),
        (ada(created=None), r"does not tell when the user of that name \(8a\) was created"),
        (PermissionDeniedError("no", status=403, message="", path=""), "no user has that name yet"),
    ],
)
def test_anyone_else_is_in_doubt_and_nothing_is_repeated(found: Any, says: str) -> None:
    anaplan = Anaplan(LOST, finds=[found])
    with pytest.raises(AmbiguousRunError, match=f"creating user 'ada' was lost, and .*{says}") as caught:
        anaplan.create("a1", settling_time=0.0)
    error = caught.value
    assert (error.job, error.action_id, error.resume) == (JobId("user", "scim", "ada"), None, "scim.find_user('ada')")
    assert error.candidates == ((found,) if isinstance(found, ScimUser) else ())
    assert error.__cause__ is LOST
    assert anaplan.steps.count(Begin()) == 1


def test_a_user_who_exists_and_other_refusals_are_raised_as_they_are() -> None:
    with pytest.raises(ApiError) as caught:
        Anaplan(EXISTS).create()
    assert caught.value is EXISTS


def test_workspaces_that_are_missing_are_added_once_the_user_was_read() -> None:
    anaplan = Anaplan(LOST, finds=[ada("a1")], reads=[ada("a1"), ada("a1", "a2")], changes=[None])
    assert anaplan.create("a1", "a2") == ada("a1", "a2")
    assert anaplan.steps[-3:] == [Read("8a"), Change("8a", (add_workspaces(["a2"]),)), Read("8a")]


def test_an_answer_that_does_not_tell_of_the_workspaces_is_no_reason_to_add_them() -> None:
    anaplan = Anaplan(ada(), reads=[ada("a1")])
    assert anaplan.create("a1") == ada("a1")
    assert anaplan.steps == [Begin(), Read("8a")]


def test_more_than_fifty_workspaces_are_added_in_portions() -> None:
    ids = [f"w{number}" for number in range(120)]
    anaplan = Anaplan(ada(*ids[:50]), reads=[ada(*ids[:100]), ada(*ids)], changes=[None, None])
    assert anaplan.create(*ids) == ada(*ids)
    assert anaplan.steps == [
        Begin(),
        Change("8a", (add_workspaces(ids[50:100]),)),
        Read("8a"),
        Change("8a", (add_workspaces(ids[100:]),)),
        Read("8a"),
    ]


@pytest.mark.parametrize(("change", "read"), [(UNKNOWN_WORKSPACE, None), (None, ada("a1"))])
def test_workspaces_that_cannot_be_added_are_named_with_the_user(change: Any, read: Any) -> None:
    anaplan = Anaplan(ada("a1"), reads=[ada("a1"), read], changes=[change])
    with pytest.raises(PartialWriteError, match=r"user ada \(8a\) in part: it lacks the workspaces a2") as caught:
        anaplan.create("a1", "a2")
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.user, error.missing, error.surplus) == (ada("a1"), ("a2",), ())
    assert caught.value.__cause__ is change


def test_a_time_limit_stays_one_and_says_that_the_user_is_there() -> None:
    with pytest.raises(WaitTimeoutError) as caught:
        Anaplan(ada(), reads=[WaitTimeoutError("late")]).create("a1")
    assert caught.value.__notes__ == ["User ada was created (8a), but may lack some of its workspaces."]
