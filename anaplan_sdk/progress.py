"""A progress bar for terminals, to be passed as ``on_progress``. Needs tqdm, which the extra ``progress`` installs.

Example:
    ```python
    with TerminalBar() as bar:
        anaplan.upload_file(113000000000, path, on_progress=bar)
    ```
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Never, Self, TextIO

from anaplan_sdk._core.progress import OnProgress, Progress
from anaplan_sdk.errors import printable

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["OnProgress", "TerminalBar"]

# What is counted, where a call does not tell its progress as a share.
_UNITS = {"upload": "B", "download": "B", "write": " rows", "audit": " events"}


class TerminalBar:
    """One bar per transfer, run or sync. Silent if its output is not a terminal, as in CI.

    Args:
        file: Where to draw the bars; standard error by default.

    Raises:
        ImportError: tqdm is not installed.
    """

    def __init__(self, file: TextIO | None = None) -> None:
        try:
            from tqdm import tqdm
        except ImportError:
            raise ImportError("TerminalBar needs tqdm: pip install tqdm") from None
        self._new_bar = tqdm
        self._file = file or sys.stderr
        self._bars: dict[tuple[str, str], tqdm[Never]] = {}

    def __call__(self, event: Progress) -> None:
        """Show *event*."""
        key = event.what, event.name
        if key not in self._bars:
            self._bars[key] = self._bar(event)
        bar = self._bars[key]
        bar.total = event.total
        bar.set_postfix_str(printable(event.step), refresh=False)
        bar.update(event.done - bar.n)
        bar.refresh()
        if event.ended:
            self._bars.pop(key).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bars of what did not end where they are."""
        while self._bars:
            self._bars.popitem()[1].close()

    def _bar(self, event: Progress) -> tqdm[Never]:
        counted = event.what in _UNITS
        return self._new_bar(
            desc=f"{event.what} {printable(event.name)}",
            total=event.total,
            unit=_UNITS.get(event.what, ""),
            unit_scale=counted,
            bar_format=None if counted else "{desc}: {percentage:3.0f}%|{bar}| {elapsed} {postfix}",
            file=self._file,
            disable=None,  # where the file is no terminal
        )
