"""A revision whose answer was lost, look by look, without a socket."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import AmbiguousRunError, PermissionDeniedError, TransportError, WaitTimeoutError
from anaplan_sdk._core.alm.revisions import CreateOnce, WhoAmI
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.steps import Begin, Look
from anaplan_sdk.errors import JobId
from anaplan_sdk.models import Revision

LOST = TransportError("lost", maybe_received=True)
OLD, MINE = Revision("1", "R2", created_by="ada"), Revision("2", "R2", created_by="ada")
BOBS, OTHER = Revision("3", "R2", created_by="bob"), Revision("4", "R3", created_by="ada")


def create(begun: Any, *looks: Any, limit: Deadline | None = None) -> Revision:
    """What comes of a creation that is answered so, and of these looks at the revisions after the first."""
    lists = [[OLD], *looks]
    poll = PollSchedule(0.0, max_delay=0.0, settling_time=0.0 if len(looks) < 2 else 60.0)
    flow = CreateOnce("M", {"name": "R2"}, poll, limit or Deadline(), lambda: 7.0).run()
    answer: Any = None
    try:
        while True:
            step = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
            match step:
                case Begin():
                    answer = begun
                case Look():
                    answer = lists.pop(0)
                case WhoAmI():
                    answer = "ada"
                case Pause():
                    answer = None
    except StopIteration as end:
        found: Revision = end.value
        return found


def test_what_is_answered_is_returned() -> None:
    assert create(MINE) == MINE


def test_the_one_that_is_new_of_that_name_and_by_that_user_is_found() -> None:
    assert create(LOST, [OLD, MINE, BOBS, OTHER]) == MINE
    assert create(LOST, LOST, [OLD], [OLD, MINE]) == MINE


@pytest.mark.parametrize("seen", [[OLD, BOBS], [OLD, MINE, Revision("5", "R2")], LOST], ids=["none", "two", "no list"])
def test_anything_else_is_in_doubt(seen: Any) -> None:
    with pytest.raises(AmbiguousRunError, match="creating revision 'R2' of model M was lost") as caught:
        create(LOST, seen)
    error = caught.value
    assert (error.job, error.action_id) == (JobId("revision", "alm", "M"), None)
    assert (error.resume, error.started_after) == ("alm.get_revisions()", 7.0)


def test_a_refusal_is_raised_as_it_is() -> None:
    with pytest.raises(PermissionDeniedError):
        create(PermissionDeniedError("no", status=403, message="", path=""))


def test_nothing_is_created_when_the_time_is_over_before() -> None:
    with pytest.raises(WaitTimeoutError, match="listing the revisions; none was created"):
        create(MINE, limit=Deadline(0.0))
