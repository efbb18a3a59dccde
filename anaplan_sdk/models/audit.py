"""The audit log: its events, what was exported of it, and where the next export goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from anaplan_sdk.errors import ConfigurationError

_CODE = re.compile(r"([A-Z_]+-)0+(?=\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A line of CEF: a time, the host in older lines, then what CEF calls the header: version of the format, vendor, host,
# version of the service, code, and the message with the extension behind it. Anaplan leaves the severity out.
_LINE = re.compile(r"(\S+)\s+(\S+\s+)?CEF:\d+\|" + r"((?:\\.|[^|\\])*)\|" * 4 + "(.*)", re.DOTALL)
# Keys of the extension are those of the event in JSON.
_ATTRIBUTES = "additionalAttributes"
# Ids have up to 19 digits; Python refuses to read numbers of some thousand.
_MOST_DIGITS = 100
_TIMES = ("eventDate", "createdDate")
# What stands for a value that is missing.
_MISSING = ("", "null")


@attrs.frozen
class AuditEvent:
    """What somebody did, and with what.

    ``event_type_id`` is a code such as ``USR-8``, and ``message`` says what it means. ``event_date`` is when it
    happened, ``created_date`` when the log took it in. ``user_id`` is that of a user or ``INTERNAL_<number>``.
    ``additional_attributes`` depend on the code: an object, a text in some events, None in others. Texts that Anaplan
    leaves out or sends empty are ``""``.
    """

    id: int
    event_type_id: str
    message: str = ""
    success: bool | None = None
    user_id: str = ""
    object_id: str = ""
    object_type_id: str = ""
    additional_attributes: Mapping[str, object] | str | None = attrs.field(default=None, hash=False)
    event_date: datetime | None = None
    event_time_zone: str = ""
    created_date: datetime | None = None
    created_time_zone: str = ""
    tenant_id: str = ""
    object_tenant_id: str = ""
    ip_address: str = ""
    user_agent: str = ""
    host_name: str = ""
    session_id: str = ""
    service_version: str = ""
    error_number: str = ""
    checksum: str = ""

    @property
    def code(self) -> str:
        """``event_type_id`` in one spelling: Anaplan writes ``USR-4`` and ``USR-04`` for the same."""
        return _CODE.sub(r"\1", self.event_type_id)

    @classmethod
    def from_cef(cls, line: str) -> AuditEvent:
        """The event in a line of Anaplan's Common Event Format.

        Raises:
            ConfigurationError: The line is no event, or lacks its id or its code.
        """
        return cls(**_event_fields(line, attrs.fields_dict(cls)))


@attrs.frozen
class AuditCheckpoint:
    """Up to where the audit log was read, and which events near that end are known.

    The next reading begins at ``reread_from``, for events may appear in the log some time after they happened. What is
    in ``seen`` (the milliseconds since 1970 of each event, by its id) is not returned again. Keep it as JSON:
    ``json.dumps(checkpoint.to_dict())``, ``AuditCheckpoint.from_dict(json.loads(text))``.
    """

    read_until: datetime
    reread_from: datetime
    seen: Mapping[int, int] = attrs.field(factory=dict[int, int], hash=False, repr=lambda seen: f"<{len(seen)} events>")
    category: str = "all"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "category": self.category,
            "read_until": _milliseconds(self.read_until),
            "reread_from": _milliseconds(self.reread_from),
            "seen": {str(event_id): milliseconds for event_id, milliseconds in self.seen.items()},
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> AuditCheckpoint:
        """The checkpoint that ``to_dict`` has made plain.

        Raises:
            ConfigurationError: Something is missing or no number.
        """
        try:
            return cls(
                _EPOCH + timedelta(milliseconds=saved["read_until"]),
                _EPOCH + timedelta(milliseconds=saved["reread_from"]),
                {int(event_id): int(milliseconds) for event_id, milliseconds in saved["seen"].items()},
                str(saved["category"]),
            )
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise ConfigurationError(
                "This is no checkpoint of the audit log as AuditCheckpoint.to_dict makes it: "
                f"{type(error).__name__}: {error}."
            ) from None


@attrs.frozen
class NewAuditEvents:
    """Events that were not returned before, and the checkpoint for the next call."""

    events: list[AuditEvent] = attrs.field(hash=False)
    checkpoint: AuditCheckpoint


@attrs.frozen
class AuditExport:
    """A file of audit events: how many are in it, and the checkpoint for the next export."""

    path: Path
    events: int
    checkpoint: AuditCheckpoint


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _event_fields(line: str, known: Collection[str]) -> dict[str, Any]:
    """The attributes of the event in *line*, by those of the *known* names that have a value."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise ConfigurationError("line: this is no event in Anaplan's Common Event Format (CEF).")
    time, before, _, host, version, code, rest = found.groups()
    keys = {_key_of(name): name for name in known}
    message, extension = _parts(rest, keys)
    texts = {
        "hostName": host if host not in _MISSING else (before or "").strip(),
        "serviceVersion": version,
        "eventTypeId": code,
        "message": message,
        "eventDate": time,
        **extension,
    }
    values = {keys[key]: _value(key, text) for key, text in texts.items() if text not in _MISSING}
    if not isinstance(values.get("id"), int) or not values.get("event_type_id"):
        raise ConfigurationError("line: this event lacks its id or its code.")
    return {name: value for name, value in values.items() if value is not None}


def _parts(rest: str, keys: Collection[str]) -> tuple[str, dict[str, str]]:
    """The message, and the extension by key. Values may hold blanks: only a key that is known begins another one."""
    names = "|".join(sorted(keys))
    first = re.search(rf"\|(?=(?:{names})=)", rest)
    if first is None:
        return rest.rstrip("|"), {}
    extension = rest[first.end() :]
    starts = list(_keys(extension, re.compile(rf"(?:^|(?<= ))({names})=")))
    ends = [start for _, start, _ in starts[1:]] + [len(extension)]
    return rest[: first.start()], {
        key: extension[begin:end].strip() for (key, _, begin), end in zip(starts, ends, strict=True)
    }


def _keys(extension: str, key: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """Each key with where it starts and where its value does. A key that was there before is part of a value."""
    at, seen = 0, set[str]()
    while (found := key.search(extension, at)) is not None:
        at = found.end()
        if found[1] in seen:
            continue
        seen.add(found[1])
        yield found[1], found.start(), at
        if found[1] == _ATTRIBUTES:
            at = _end_of_object(extension, at)


def _end_of_object(text: str, at: int) -> int:
    """Where a JSON object that begins *at* ends, however many keys it holds; *at* if there is none."""
    try:
        return json.JSONDecoder().raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return at


def _value(key: str, text: str) -> Any:
    if key == "id":
        return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
    if key == "success":
        return {"true": True, "false": False}.get(text.lower())
    if key in _TIMES:
        return _time(text)
    return _attributes(text) if key == _ATTRIBUTES else text


def _attributes(text: str) -> Any:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return read if isinstance(read, dict | str) else text


def _time(text: str) -> datetime | None:
    try:
        if text.isdecimal():
            return _EPOCH + timedelta(milliseconds=int(text))
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _key_of(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
