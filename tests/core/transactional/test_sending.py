"""One request of rows: what Anaplan says of it, and what becomes of it when the answer is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from anaplan_sdk._core.flow import Compute, Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.transactional.writing.batches import CELLS, ITEMS, Batch
from anaplan_sdk._core.transactional.writing.replies import Verb, read_reply
from anaplan_sdk._core.transactional.writing.sending import Count, Known, LookUp, Outcome, Send, SendOnce, Status
from anaplan_sdk._sync.engine import flows
from anaplan_sdk.errors import (
    NotFoundError,
    TransportError,
    WaitTimeoutError,
)
from anaplan_sdk.models import DimensionItem, ModelStatus, RowFailure, WriteResult

LOST = TransportError("connection reset", maybe_received=True)
POLL = PollSchedule(0.1, 1.0, 1.0, max_failures=1, settling_time=0.0)
OPEN, UPDATING, RUNNING = ModelStatus("Open"), ModelStatus("Updating"), ModelStatus("Processing import", 0.5)


def batch_of(*texts: str, first: int = 10, entries: int = 1) -> Batch:
    return Batch(
        ITEMS, range(first, first + len(texts)), texts, range(0, len(texts) * entries, entries), len(texts) * entries
    )


NAMED = batch_of(*(json.dumps({"name": name}) for name in ("a", "b", "c")))


def item(name: str) -> DimensionItem:
    return DimensionItem(name, name)


@attrs.define
class Answers:
    """What the driver answers, by kind of step, in order; the last of its kind is repeated."""

    by_step: dict[type, list[Any]]
    steps: list[Any] = attrs.field(factory=list[Any])

    def run(self, send: SendOnce) -> Outcome:
        return flows.perform(send.run(), self._do)

    def _do(self, step: object) -> Any:
        if isinstance(step, Compute):
            return step.work()
        self.steps.append(step)
        if isinstance(step, Pause):
            return None
        answers = self.by_step[type(step)]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def kinds(self) -> list[str]:
        return [type(step).__name__ for step in self.steps if not isinstance(step, Pause)]


REPLIES: list[tuple[Verb, dict[str, Any], WriteResult]] = [
    ("added", {"added": 1, "ignored": 2, "total": 3}, WriteResult(total=3, added=1, ignored=2)),
    ("updated", {"updated": 3, "ignored": 0, "total": 3, "failures": []}, WriteResult(total=3, updated=3)),
    ("deleted", {"deleted": 2}, WriteResult(total=3, deleted=2)),
    (
        "deleted",
        {"result": {"numberOfItemsDeleted": 2, "failures": [{"requestIndex": 1, "failureType": "Not found"}]}},
        WriteResult(total=3, deleted=2, failures=(RowFailure(11, "Not found"),)),
    ),
    ("changed", {"numberOfCellsChanged": 3}, WriteResult(total=3, changed=3)),
    ("changed", {}, WriteResult(total=3, changed=3)),
    (
        "changed",
        {"failures": [{"requestIndex": 7, "failureMessageDetails": "?"}, {"requestIndex": "0"}, "odd"]},
        WriteResult(total=3, changed=1, failures=(RowFailure(-1, "", "?"), RowFailure(-1))),
    ),
    ("changed", {"numberOfCellsChanged": 1, "failures": "none"}, WriteResult(total=3, changed=1)),
]


@pytest.mark.parametrize(("verb", "payload", "expected"), REPLIES, ids=repr)
def test_every_shape_of_an_answer_is_read(verb: Verb, payload: dict[str, Any], expected: WriteResult) -> None:
    assert read_reply(payload, NAMED, verb) == expected


def test_failures_have_the_rows_of_the_caller() -> None:
    batch = Batch(CELLS, [4, 9], ["0,0,0", "0,0"], [0, 3], 5)
    payload = {"failures": [{"requestIndex": index, "failureType": "x"} for index in range(5)]}
    failures = read_reply(payload, batch, "changed", "line item {}".format).failures
    assert [(failure.row, failure.line_item) for failure in failures] == [
        (4, "line item 0"),
        (4, "line item 1"),
        (4, "line item 2"),
        (9, "line item 3"),
        (9, "line item 4"),
    ]


def test_an_answer_is_the_result() -> None:
    answers = Answers({Send: [{"added": 3}]})
    assert answers.run(SendOnce("added", NAMED, POLL, Deadline())).result == WriteResult(total=3, added=3)
    assert answers.kinds() == ["Send"]


def test_a_refusal_leaves_nothing_in_doubt() -> None:
    refused = NotFoundError("no", status=404, message="", path="")
    outcome = Answers({Send: [refused]}).run(SendOnce("added", NAMED, POLL, Deadline()))
    assert (outcome.cause, outcome.in_doubt, outcome.unwritten) == (refused, (), NAMED.rows)


@pytest.mark.parametrize("verb", ["changed", "updated", "deleted"])
def test_what_ends_the_same_is_sent_once_more_when_the_model_is_idle(verb: Verb) -> None:
    answers = Answers({Send: [LOST, {}], Status: [UPDATING, LOST, RUNNING, OPEN]})
    outcome = answers.run(SendOnce(verb, NAMED, POLL, Deadline()))
    assert outcome.cause is None
    assert answers.kinds() == ["Send", "Status", "Status", "Status", "Status", "Send"]


def test_what_is_lost_twice_is_in_doubt() -> None:
    outcome = Answers({Send: [LOST], Status: [OPEN]}).run(SendOnce("changed", NAMED, POLL, Deadline()))
    assert (outcome.cause, outcome.in_doubt) == (LOST, NAMED.rows)


def test_what_is_lost_and_then_refused_is_in_doubt() -> None:
    refused = NotFoundError("no", status=404, message="", path="")
    outcome = Answers({Send: [LOST, refused], Status: [OPEN]}).run(SendOnce("updated", NAMED, POLL, Deadline()))
    assert (outcome.cause, outcome.in_doubt) == (refused, NAMED.rows)


def test_a_status_that_cannot_be_read_leaves_rows_in_doubt() -> None:
    for status, looks in ((LOST, 2), (NotFoundError("no", status=404, message="", path=""), 1)):
        answers = Answers({Send: [LOST], Status: [status]})
        outcome = answers.run(SendOnce("changed", NAMED, POLL, Deadline()))
        assert (outcome.cause, outcome.in_doubt) == (LOST, NAMED.rows)
        assert answers.kinds() == ["Send", *["Status"] * looks]


def test_what_is_not_found_a_second_time_was_deleted_the_first_time() -> None:
    failures = [
        {"requestIndex": 0, "failureType": "Not found", "failureMessageDetails": "Code 'a' not found"},
        {"requestIndex": 1, "failureType": "NOT_FOUND"},
        {"requestIndex": 2, "failureType": "IN_USE"},
    ]
    answers = Answers({Send: [LOST, {"deleted": 0, "ignored": 3, "failures": failures}], Status: [OPEN]})
    outcome = answers.run(SendOnce("deleted", NAMED, POLL, Deadline()))
    assert outcome.result == WriteResult(total=3, deleted=2, ignored=1, failures=(RowFailure(12, "IN_USE"),))


def additions(before: int | None, after: int | None, found: Sequence[str], *sends: Any) -> Answers:
    return Answers({Send: [LOST, *sends], Status: [OPEN], Count: [after], LookUp: [[item(name) for name in found]]})


def add(batch: Batch = NAMED, before: int | None = 5, *, numbered: bool = False) -> SendOnce:
    return SendOnce("added", batch, POLL, Deadline(), Known(before), numbered)


def test_additions_that_are_all_there_are_not_sent_again() -> None:
    answers = additions(5, 8, "cab")
    assert answers.run(add()).result == WriteResult(total=3, added=3)
    assert answers.kinds() == ["Send", "Status", "Count", "LookUp"]
    assert answers.steps[-1] == LookUp(["a", "b", "c"], (), Deadline())


def test_additions_that_are_not_there_are_sent_again_alone() -> None:
    answers = additions(5, 6, "B", {"added": 1, "ignored": 1, "failures": [{"requestIndex": 1, "failureType": "no"}]})
    assert answers.run(add()).result == WriteResult(total=3, added=2, ignored=1, failures=(RowFailure(12, "no"),))
    assert answers.steps[-1].batch.body() == b'{"items":[{"name": "a"},{"name": "c"}]}'


def test_additions_of_which_none_came_are_sent_again_also_those_that_were_there_before() -> None:
    answers = additions(5, 5, "b", {"added": 2})
    assert answers.run(add()).result.added == 2
    assert answers.steps[-1].batch is NAMED


@pytest.mark.parametrize(("before", "after"), [(5, 7), (5, 9), (5, 4), (None, 8), (5, None)])
def test_additions_whose_number_does_not_fit_are_in_doubt(before: int | None, after: int | None) -> None:
    answers = additions(before, after, "abc")
    outcome = answers.run(add(before=before))
    assert (outcome.cause, outcome.in_doubt, outcome.unwritten) == (LOST, [10, 11, 12], [])
    assert answers.kinds().count("Send") == 1


def test_of_additions_in_doubt_those_that_are_not_there_are_told_apart() -> None:
    outcome = additions(5, 9, "ac").run(add())
    assert (outcome.in_doubt, outcome.unwritten) == ([10, 12], [11])


def test_additions_that_were_looked_for_and_are_then_refused() -> None:
    refused = NotFoundError("no", status=404, message="", path="")
    outcome = additions(5, 6, "b", refused).run(add())
    assert (outcome.result.added, outcome.cause, list(outcome.unwritten)) == (1, refused, [10, 12])
    outcome = additions(5, 6, "b", LOST).run(add())
    assert (outcome.result.added, outcome.cause, list(outcome.in_doubt)) == (1, LOST, [10, 12])


CODED = batch_of('{"code":"a"}', "{}", '{"code":"c"}', "{}")


def test_items_without_a_code_are_counted() -> None:
    answers = additions(5, 8, "#", {"added": 1})
    answers.by_step[LookUp] = [[DimensionItem("1", "#1", "A")]]
    outcome = answers.run(add(CODED, numbered=True))
    assert outcome.result.added == 4
    assert answers.steps[-1].batch.rows == [12]
    assert [step.codes for step in answers.steps if isinstance(step, LookUp)] == [["a", "c"]]


def test_items_without_a_code_may_be_in_doubt() -> None:
    answers = additions(5, 7, "#")
    answers.by_step[LookUp] = [[DimensionItem("1", "#1", "A")]]
    outcome = answers.run(add(CODED, numbered=True))
    assert (outcome.in_doubt, outcome.unwritten) == ([10, 11, 13], [12])


def test_the_number_of_items_is_kept() -> None:
    known = Known(5)
    send = SendOnce("added", NAMED, POLL, Deadline(), known)
    Answers({Send: [{"added": 2}]}).run(send)
    assert known.items == 7


def test_additions_wait_until_late_requests_have_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    poll = attrs.evolve(POLL, settling_time=3600.0, first_delay=0.0)
    send = SendOnce("added", NAMED, poll, Deadline.after(0.001), Known(5))
    answers = Answers({Send: [LOST], Status: [OPEN]})
    outcome = answers.run(send)
    assert isinstance(outcome.cause, WaitTimeoutError)
    assert "Count" not in answers.kinds()
