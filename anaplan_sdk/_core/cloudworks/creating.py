"""Creating something with a unique name at most once, as a conversation: it yields what it needs.

The rules. If the answer is lost, what has the name and is not older than the request is what it made. Where there is
nothing, the request is sent once more, since Anaplan refuses a second of that name: nothing is made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

import attrs

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starts import is_ambiguous, is_passing
from anaplan_sdk._core.jobs.steps import Begin, Look
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk.errors import AnaplanError

logger = logger_of("tasks")

# Clocks of several hosts differ, and creation dates may be rounded.
_SKEW_SECONDS = 60.0


class Named(Protocol):
    """What is listed."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def creation_date(self) -> datetime | None: ...


Creation: TypeAlias = Generator[Begin | Look | Pause, Any, str]


@attrs.frozen
class CreateOnce:
    """The creation of one thing. Its steps are ``Begin``, ``Look``, for all that there are, and ``Pause``."""

    what: str
    name: str
    poll: PollSchedule
    deadline: Deadline
    server_time: Callable[[], float]

    def run(self) -> Creation:
        """The id of what was created, or found where the answer was lost."""
        since = self.server_time()
        try:
            created: str = yield Begin()
            return created
        except AnaplanError as lost:
            if not is_ambiguous(lost) or self.deadline.passed():
                raise
            logger.warning("The response to creating %s %s was lost; looking for it: %s", self.what, self.name, lost)
            found = yield from self._appeared(since)
            if found is not None:
                return found
        try:
            created = yield Begin()
            return created
        except AnaplanError as refused:  # for its name, where the first request was slower than the look
            seen: Sequence[Named] = yield Look(self.deadline)
            if (found := self._of(seen, since)) is None:
                raise refused
            return found

    def _appeared(self, since: float) -> Generator[Look | Pause, Any, str | None]:
        """The id of what a lost request made, None where nothing shows within the settling time."""
        settled = self.deadline.or_before(Deadline.after(self.poll.settling_time))
        for delay in self.poll.delays():
            yield Pause(min(delay, settled.remaining()))
            last = settled.passed()
            try:
                seen: Sequence[Named] = yield Look(self.deadline)
            except AnaplanError as error:
                if last or not is_passing(error):
                    raise
                continue
            found = self._of(seen, since)
            if found is not None or last:
                return found
        raise AssertionError("a schedule has no end")

    def _of(self, seen: Sequence[Named], since: float) -> str | None:
        """What has the name and is not older than the request."""
        oldest = datetime.fromtimestamp(since - _SKEW_SECONDS, UTC)
        fitting = (each for each in seen if each.name == self.name)
        return next((each.id for each in fitting if each.creation_date is None or each.creation_date >= oldest), None)
