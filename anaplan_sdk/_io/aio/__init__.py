"""Waiting on asyncio event loops: the twin of ``blocking``, name by name."""

from anaplan_sdk._io.aio.lock import Lock
from anaplan_sdk._io.aio.streams import closing, each, map_bounded, pieces, prefetch
from anaplan_sdk._io.aio.transport import Transport
from anaplan_sdk._io.aio.waiting import Slots, blocks_of, give_way, in_thread, shielded, sleep, uninterrupted

__all__ = [
    "Lock",
    "Slots",
    "Transport",
    "blocks_of",
    "closing",
    "each",
    "give_way",
    "in_thread",
    "map_bounded",
    "pieces",
    "prefetch",
    "shielded",
    "sleep",
    "uninterrupted",
]
