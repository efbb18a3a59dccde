"""An event as a line of text in the Common Event Format."""

from __future__ import annotations

import json
import time

from ..serving.listing import Row

_KEYS = ("id", "userId", "tenantId", "eventTimeZone", "createdDate", "createdTimeZone", "success", "objectId")


def line(event: Row) -> str:
    """Six fields of a header, without a severity, then keys and values, which may hold blanks."""
    milliseconds = event["eventDate"]
    date = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(milliseconds / 1_000))}.{milliseconds % 1_000:03d}Z"
    header = f"{date}  CEF:0|Anaplan, Inc.||null|{event['eventTypeId']}|{_plain(event['message'])}|"
    values = {key: event[key] for key in _KEYS}
    values["success"] = str(event["success"]).lower()
    values["additionalAttributes"] = json.dumps(event["additionalAttributes"], separators=(",", ":"))
    values |= {"ipAddress": event["ipAddress"], "userAgent": _plain(event["userAgent"])}
    return header + " ".join(f"{key}={value}" for key, value in values.items())


def _plain(text: str) -> str:
    return " ".join(text.split())
