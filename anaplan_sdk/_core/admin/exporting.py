"""Users as they are exported: pages of CSV, with or without the header on each, put together."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import attrs

from anaplan_sdk._core.api.admin import export_users
from anaplan_sdk._core.json.convert import unexpected
from anaplan_sdk._core.records import parsed
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import TenantUser

COLUMNS = ("username", "first_name", "last_name", "licenses")
_PATH = export_users(1, 0).address


@attrs.define
class Exported:
    """The users of all pages, each once: rows may shift while they are read."""

    _header: list[str] = attrs.field(factory=list[str], init=False)
    _rows: dict[str, list[str]] = attrs.field(factory=dict[str, list[str]], init=False)
    read: int = attrs.field(default=0, init=False)

    def add(self, page: bytes) -> bool:
        """Take in a page; whether it brought anybody new."""
        records = _records(page)
        if records and (not self._header or records[0] == self._header):
            self._header = records.pop(0)
        place, before = self._place("username") if records else 0, len(self._rows)
        for record in records:
            if place < len(record):
                self._rows.setdefault(record[place].casefold(), record)
        self.read += len(records)
        return len(self._rows) > before

    def csv(self) -> bytes:
        """All of them as one CSV, with whatever columns Anaplan has."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self._header or COLUMNS, *self._rows.values()])
        return text.getvalue().encode()

    def users(self) -> list[TenantUser]:
        """All of them in Anaplan's order."""
        places = [self._place(name) for name in COLUMNS] if self._rows else []
        return [_user(record, places) for record in self._rows.values()]

    def _place(self, name: str) -> int:
        names = [column.strip().casefold() for column in self._header]
        if name not in names:
            raise unexpected(_PATH, "$", f"has no column {name}")
        return names.index(name)


def _user(record: Sequence[str], places: Sequence[int]) -> TenantUser:
    username, first_name, last_name, licenses = (record[place] if place < len(record) else "" for place in places)
    return TenantUser(username, first_name, last_name, split_licenses(licenses))


def split_licenses(text: str) -> tuple[str, ...]:
    """The licences of one cell, which are joined by commas."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _records(page: bytes) -> list[list[str]]:
    try:
        text = page.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnexpectedResponseError("The export of users is not in UTF-8.", path=_PATH) from error
    return [record for record in parsed(text, "The export of users") if any(record)]
