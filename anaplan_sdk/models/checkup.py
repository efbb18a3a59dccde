"""What ``check()`` found."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from anaplan_sdk.errors import printable

Verdict: TypeAlias = Literal["ok", "warning", "failed", "skipped"]


@attrs.frozen
class CheckStep:
    """One thing that was checked. ``detail`` says what was found and, if it is bad, what to do about it."""

    name: str
    verdict: Verdict
    detail: str
    seconds: float

    @property
    def ok(self) -> bool | None:
        """Whether it works, with or without a warning; None if it was skipped."""
        return None if self.verdict == "skipped" else self.verdict != "failed"


@attrs.frozen
class CheckReport:
    """All steps in order. Its text can be pasted into a ticket: it contains no token, password or key."""

    system: str
    steps: tuple[CheckStep, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(step.verdict != "failed" for step in self.steps)

    def __str__(self) -> str:
        width = max((len(step.name) for step in self.steps), default=0)
        lines = [
            f"{step.verdict:7}  {step.name:{width}}  {step.seconds:6.2f} s  {printable(step.detail)}"
            for step in self.steps
        ]
        return "\n".join([self.system, *lines])
