"""An emulator may run for weeks: what it keeps is bounded in time and in number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def forget(
    kept: dict[K, V], is_old: Callable[[V], bool], *, most: int, may_go: Callable[[V], bool] | None = None
) -> None:
    """Remove what is old, and then the first that may go (all may, unless told otherwise) until ``most`` are left."""
    for key, value in list(kept.items()):
        if is_old(value):
            kept.pop(key, None)
    surplus = len(kept) - most
    if surplus > 0:
        going = [key for key, value in kept.items() if may_go is None or may_go(value)]
        for key in going[:surplus]:
            del kept[key]
