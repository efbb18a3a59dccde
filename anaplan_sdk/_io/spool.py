"""Content that waits in memory for its turn."""

from __future__ import annotations

import mmap
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

_MAP_BYTES = 1 << 22
_BLOCK_BYTES = 1 << 20
# Maps that are kept for what comes next.
_KEPT_MAPS = 4


class Maps:
    """Maps of memory that the spools of one download share: what one has given back, another takes.

    The system has to clear pages that are new, which takes longer than copying into those that are there. Only few are
    kept, and the others are the system's again. Freed bytes would stay with the process instead: glibc keeps blocks of
    up to 32 MB once one of them was freed, which was 100 MB more at the end of a download of 250 MB. Safe from many
    threads at once.
    """

    def __init__(self) -> None:
        self._free: deque[mmap.mmap] = deque()

    def take(self) -> mmap.mmap:
        """A map to be written to from its start."""
        try:
            return self._free.pop()
        except IndexError:
            return _new_map()

    def give(self, used: mmap.mmap) -> None:
        """Take back a map that nothing looks at any more."""
        if len(self._free) < _KEPT_MAPS:
            used.seek(0)
            self._free.append(used)
        else:
            used.close()


class Spool:
    """Takes a body block by block, and gives it back once."""

    def __init__(self, maps: Maps) -> None:
        self._shared = maps
        self._maps: deque[mmap.mmap] = deque()
        self._size_bytes = 0

    def __len__(self) -> int:
        return self._size_bytes

    def restart(self) -> None:
        """Forget what was written."""
        while self._maps:
            self._shared.give(self._maps.popleft())
        self._size_bytes = 0

    def write(self, content: bytes) -> None:
        """Add a block."""
        view = memoryview(content)
        while view:
            used_bytes = self._size_bytes % _MAP_BYTES
            if not used_bytes:
                self._maps.append(self._shared.take())
            written_bytes = self._maps[-1].write(view[: _MAP_BYTES - used_bytes])
            self._size_bytes += written_bytes
            view = view[written_bytes:]

    def finish(self) -> None:
        """Nothing is left to do at the end of the body."""

    def drain(self) -> Iterator[memoryview]:
        """Views of what was written, none larger than a megabyte. Each is good until the next is asked for."""
        while self._maps:
            filled = self._maps.popleft()
            with memoryview(filled)[: filled.tell()] as view:
                for start in range(0, len(view), _BLOCK_BYTES):
                    with view[start : start + _BLOCK_BYTES] as block:
                        yield block
            self._shared.give(filled)


def _new_map() -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, _MAP_BYTES)
    new = mmap.mmap(-1, _MAP_BYTES, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if sys.platform == "linux":
        with suppress(OSError):  # an advice, which some kernels do not know
            new.madvise(mmap.MADV_HUGEPAGE)  # one page fault instead of 512
    return new
