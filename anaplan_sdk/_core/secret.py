"""What holds a secret stays in its process."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex


class NotPickled:
    """Cannot be pickled, which would write its secrets into queues, caches and files; nor copied, which is the same."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} holds secrets, and cannot be pickled or copied: make it in each process that needs "
            "it, and share tokens through a token store."
        )
