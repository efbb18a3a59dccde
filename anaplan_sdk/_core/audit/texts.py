"""Events as text: lines of JSON, and lines of the Common Event Format (CEF)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, get_args

import attrs

from anaplan_sdk._core.audit.windows import milliseconds
from anaplan_sdk.errors import ConfigurationError

Format: TypeAlias = Literal["jsonl", "cef"]

_FORMATS = get_args(Format)
# Where the extension begins, or else anywhere in it: a message may say anything.
_IDS = (re.compile(r"\|id=(\d{1,100})(?= |$)"), re.compile(r" id=(\d{1,100})(?= |$)"))
_TIME = re.compile(r"\S+")


def check_format(given: object) -> None:
    """Refuse what nothing is written in."""
    if given not in _FORMATS:
        raise ConfigurationError(f"format must be 'jsonl' or 'cef', not {given!r}.")


def json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON object a line, with all the keys that Anaplan sent; in ASCII, so that no reader sees other ends."""
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def text_lines(lines: Iterable[str]) -> bytes:
    """One line after the other."""
    return "".join(f"{line}\n" for line in lines).encode()


def mark_of(line: str) -> tuple[int | None, int | None]:
    """The id of the event in a line of CEF, and when it happened in epoch milliseconds; None for what it lacks."""
    event_id, time = _IDS[0].search(line) or _IDS[1].search(line), _TIME.match(line)
    return int(event_id[1]) if event_id else None, _milliseconds(time[0]) if time else None


def _milliseconds(text: str) -> int | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return milliseconds(time if time.tzinfo else time.replace(tzinfo=UTC))


@attrs.define
class Lines:
    """Bytes that end anywhere, as lines of text. Blank lines are left out."""

    _rest: bytes = b""

    def feed(self, content: bytes) -> list[str]:
        """The lines that have come to their end."""
        *whole, self._rest = (self._rest + content).split(b"\n")
        return _texts(whole)

    def finish(self) -> list[str]:
        """The last line, which may have no end."""
        last, self._rest = self._rest, b""
        return _texts([last])


def _texts(lines: Iterable[bytes]) -> list[str]:
    texts = (line.decode(errors="replace").rstrip("\r") for line in lines)
    return [text for text in texts if text.strip()]
