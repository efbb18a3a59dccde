"""Random days of requests that write rows on a simulated Anaplan: no socket, and a clock that only events move.

Answers are lost before and after the request was carried out, some arrive late, looks fail, limits pass. What must hold
on every day is asserted at its end.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs

from anaplan_sdk._core.flow import Compute, Pause
from anaplan_sdk._core.http import deadline as clocks
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.transactional.writing.batches import ITEMS, Batch
from anaplan_sdk._core.transactional.writing.replies import Verb
from anaplan_sdk._core.transactional.writing.sending import Count, Known, LookUp, Outcome, Send, SendOnce, Status
from anaplan_sdk._sync.engine import flows
from anaplan_sdk.errors import ApiError, ModelBusyError, NotFoundError, RequestTimeoutError, TransportError
from anaplan_sdk.models import DimensionItem, ModelStatus
from stage.bad_runs import simulated_time

SETTLING = 5.0
_DELAYS = (0.0, 0.0, 0.3, 2.0, 4.0)
_VERBS: tuple[Verb, ...] = ("added", "added", "added", "updated", "deleted")


@attrs.frozen
class Pending:
    """A request that is under way although nobody waits for it any more."""

    arrives: float
    ends: float
    batch: Batch


@attrs.define
class Anaplan:
    """A list of items, each with the row that made it, if it was one of the call's."""

    draw: random.Random
    verb: Verb
    numbered: bool
    rows: dict[str, int]
    time: float = 1_000.0
    items: list[tuple[str, int | None]] = attrs.field(factory=list[tuple[str, int | None]])
    pending: list[Pending] = attrs.field(factory=list[Pending])
    sends: Counter[int] = attrs.field(factory=Counter[int])
    written: Counter[int] = attrs.field(factory=Counter[int])
    others: bool = False
    hidden: int = 0

    def clock(self) -> float:
        return self.time

    def do(self, step: object) -> Any:
        """What the driver does: it takes its time, and it may fail."""
        match step:
            case Pause(seconds):
                self.pass_by(seconds)
                return None
            case Compute(work):
                return work()
            case Send(batch):
                return self._send(batch)
            case Status(limit):
                self._look(limit)
                busy = any(each.arrives <= self.time for each in self.pending)
                return ModelStatus("Updating" if busy else "Open", 0.5 if busy and self.draw.random() < 0.5 else -1.0)
            case Count(limit):
                self._look(limit)
                return len(self.items)
            case LookUp(names, codes, limit):
                self._look(limit)
                wanted = {key.casefold() for key in (*names, *codes)}
                found = [key for key, _ in self.items if key.casefold() in wanted]
                return [DimensionItem(key, f"#{key}" if self.numbered else key, key) for key in found]
            case _:
                raise AssertionError(step)

    def pass_by(self, seconds: float) -> None:
        """Let time go by, and what is under way happen."""
        self.time += seconds
        for each in sorted(self.pending, key=lambda each: each.ends):
            if each.ends <= self.time:
                self.pending.remove(each)
                self._carry_out(each.batch)

    def _look(self, limit: Deadline) -> None:
        seconds = 0.01 if self.draw.random() < 0.95 else 1.5
        left = max(limit.at - self.time, 0.0)
        self.pass_by(min(seconds, left))
        chance = self.draw.random()
        if seconds > left:
            raise RequestTimeoutError("cut off", maybe_received=True)
        if chance < 0.05:
            raise TransportError("lost", maybe_received=True)
        if chance < 0.06:
            raise NotFoundError("gone", status=404, message="", path="")
        if self.others and chance < 0.2:
            self.items.append((f"other {len(self.items)}", None))

    def _send(self, batch: Batch) -> dict[str, Any]:
        self.sends.update(batch.rows)
        chance = self.draw.random()
        self.pass_by(0.01)
        if chance < 0.1:
            raise ModelBusyError("busy", status=423, message="", path="")
        if chance < 0.2:
            raise TransportError("lost on the way there", maybe_received=True)
        if chance < 0.55:
            arrives = self.time + self.draw.choice(_DELAYS)
            self.pending.append(Pending(arrives, arrives + self.draw.choice(_DELAYS) * 3, batch))
            self.pass_by(self.draw.choice((0.0, 1.0, 20.0)))
            if self.draw.random() < 0.5:
                raise ApiError("failed", status=504, message="", path="")
            raise TransportError("lost on the way back", maybe_received=True)
        return self._carry_out(batch)

    def _carry_out(self, batch: Batch) -> dict[str, Any]:
        """Do it at once. The answer has another shape each time."""
        failures: list[dict[str, Any]] = []
        for index, text in enumerate(batch.texts):
            item = json.loads(text)
            key = str(item.get("code" if self.numbered else "name") or "")
            if kind := self._refused(key, item):
                failures.append({"requestIndex": index, "failureType": kind, "failureMessageDetails": "no"})
            else:
                self._write(key, batch.rows[index])
        done = len(batch) - len(failures)
        if self.verb == "deleted" and self.draw.random() < 0.5:
            return {"result": {"numberOfItemsDeleted": done, "failures": failures}}
        answer: dict[str, Any] = {self.verb: done, "ignored": len(failures), "total": len(batch)}
        return answer | ({"failures": failures} if failures or self.draw.random() < 0.5 else {})

    def _refused(self, key: str, item: dict[str, Any]) -> str:
        there = bool(key) and key in {each for each, _ in self.items}
        if item.get("bad"):
            return "INCORRECT_FORMAT"
        if self.verb == "added":
            return "Duplicate" if there else ""
        return "" if there else "Not found"

    def _write(self, key: str, row: int) -> None:
        self.written[row] += 1
        if self.verb == "added":
            if not key:
                self.hidden += 1
            self.items.append((key or f"hidden {self.hidden}", row))
        elif self.verb == "deleted":
            self.items = [each for each in self.items if each[0] != key]


@attrs.define
class Day:
    """One request of one call, and the rules that hold on any day."""

    seed: int
    anaplan: Anaplan
    send: SendOnce
    before: frozenset[str]

    @classmethod
    def of(cls, seed: int) -> Day:
        draw = random.Random(seed)
        verb, numbered = draw.choice(_VERBS), draw.random() < 0.5
        first = draw.choice((0, 100))
        rows = [_item(draw, number, numbered and verb == "added") for number in range(draw.choice((1, 2, 5)))]
        batch = Batch(
            ITEMS, range(first, first + len(rows)), [json.dumps(row) for row in rows], range(len(rows)), len(rows)
        )
        key = "code" if numbered and verb == "added" else "name"
        anaplan = Anaplan(draw, verb, key == "code", {})
        present = 0.9 if verb != "added" else draw.choice((0.0, 0.0, 0.3))
        anaplan.items = [("one", None), *((row[key], None) for row in rows if key in row and draw.random() < present)]
        anaplan.others = draw.random() < 0.1
        poll = PollSchedule(0.1, 1.5, 2.0, draw.choice((1, 10)), SETTLING)
        limit = Deadline(anaplan.time + draw.choice((0.0, 1.0, 10.0, 30.0))) if draw.random() < 0.3 else Deadline()
        known = Known(len(anaplan.items) if draw.random() < 0.95 else None)
        send = SendOnce(verb, batch, poll, limit, known, key == "code")
        return cls(seed, anaplan, send, frozenset(key for key, _ in anaplan.items))

    def live(self) -> Outcome:
        """Let it happen, and what is still under way too."""
        outcome = flows.perform(self.send.run(), self.anaplan.do)
        self.judge_so_far(outcome)
        self.anaplan.pass_by(1_000.0)
        self.judge(outcome)
        return outcome

    def judge_so_far(self, outcome: Outcome) -> None:
        """What is reported is so when it is reported."""
        anaplan, rows = self.anaplan, set(self.send.batch.rows)
        failed, doubt, unwritten = outcome.result.failed_rows, set(outcome.in_doubt), set(outcome.unwritten)
        at = (self.seed, outcome, anaplan)
        assert doubt | unwritten | set(failed) <= rows, at
        assert len(doubt) + len(unwritten) + len(failed) == len(doubt.union(unwritten, failed)), at
        assert (outcome.cause is None) == (not doubt and not unwritten), at
        settled = rows - doubt - unwritten - set(failed)
        assert outcome.result.total == len(settled) + len(set(failed)), at
        if anaplan.verb != "added":
            gone = {row for row in settled if not anaplan.written[row]}
            assert not gone or anaplan.verb == "deleted", at  # which was not there in the beginning
        elif not anaplan.others:  # who might have added as many as are missing
            assert all(anaplan.written[row] for row in settled), at
            assert outcome.result.added == len(settled), at

    def judge(self, outcome: Outcome) -> None:
        """Nothing is added twice, nothing sent more than twice, and what is said not to be written never is."""
        anaplan = self.anaplan
        at = (self.seed, outcome, anaplan)
        assert all(count <= 2 for count in anaplan.sends.values()), at
        if anaplan.verb == "added":
            assert all(count <= 1 for count in anaplan.written.values()), at
            keys = Counter(key for key, _ in anaplan.items)
            assert all(count == 1 for count in keys.values()), at
        assert not any(anaplan.written[row] for row in outcome.unwritten), at
        if anaplan.verb == "added" and not anaplan.others:
            assert not any(anaplan.written[row] for row in outcome.result.failed_rows), at


def _item(draw: random.Random, number: int, numbered: bool) -> dict[str, Any]:
    bad = {"bad": True} if draw.random() < 0.1 else {}
    if numbered:
        return ({"code": f"c{number}"} if draw.random() < 0.6 else {}) | bad
    return {"name": f"n{number}"} | bad


def days(seeds: Iterable[int]) -> Counter[str]:
    """So many days of each kind of outcome; every day keeps to the rules."""
    outcomes = Counter[str]()
    with simulated_time("transfer"):
        for seed in seeds:
            day = Day.of(seed)
            clocks._CLOCKS = (day.anaplan.clock,)
            outcome = day.live()
            outcomes[_kind(day, outcome)] += 1
    return outcomes


def _kind(day: Day, outcome: Outcome) -> str:
    again = " after another try" if max(day.anaplan.sends.values()) > 1 else ""
    if outcome.cause is None:
        return f"{day.anaplan.verb}{again}"
    doubt = len(outcome.in_doubt)
    rows = "none" if not doubt else "all" if doubt == len(day.send.batch) else "some"
    return f"{type(outcome.cause).__name__}, {rows} in doubt{again}"
