"""Users as they are imported: checked first, in requests within Anaplan's limit, and what came of each."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

import attrs

from anaplan_sdk._core.admin.exporting import COLUMNS, split_licenses
from anaplan_sdk._core.api.admin import MAX_USERS, import_users
from anaplan_sdk._core.json.convert import count_of, unexpected
from anaplan_sdk._core.records import parsed
from anaplan_sdk.errors import (
    AnaplanError,
    ConfigurationError,
    UnexpectedResponseError,
    UserImportInterruptedError,
)
from anaplan_sdk.models import TenantUser, UserImportResult, UserRowError

UserRow: TypeAlias = TenantUser | Mapping[str, str | Sequence[str]]

_PATH = import_users(b"", "").address


def checked_users(rows: Iterable[UserRow]) -> list[TenantUser]:
    """*rows* as users; anything that Anaplan would refuse is refused here, where its row can be named."""
    if isinstance(rows, str | bytes | Mapping | TenantUser) or not isinstance(rows, Iterable):
        raise ConfigurationError(f"rows must be users, such as a list of TenantUser, not {type(rows).__name__}.")
    users = [_user(row, place) for place, row in enumerate(rows)]
    if not users:
        raise ConfigurationError("rows: there are no users to import.")
    seen: dict[str, int] = {}
    for place, user in enumerate(users):
        first = seen.setdefault(user.username.casefold(), place)
        if first != place:
            raise ConfigurationError(f"rows: row {place} has the same username as row {first}: {user.username}.")
    return users


def users_of_csv(content: bytes) -> list[TenantUser]:
    """The users of a CSV in UTF-8 with the header of an export; the order of its columns does not matter."""
    if not isinstance(content, bytes):
        raise ConfigurationError(f"content must be the bytes of a CSV, not {type(content).__name__}.")
    try:
        records = [record for record in parsed(content.decode("utf-8-sig"), "The CSV of users") if any(record)]
    except (UnicodeDecodeError, UnexpectedResponseError) as error:
        raise ConfigurationError(f"content is no CSV in UTF-8: {error}.") from None
    header = [name.strip() for name in records[0]] if records else []
    if sorted(header) != sorted(COLUMNS):
        raise ConfigurationError(f"content must have the columns {','.join(COLUMNS)}, not {','.join(header)}.")
    return checked_users([dict(zip(header, record, strict=False)) for record in records[1:]])


def _user(row: object, place: int) -> TenantUser:
    if not isinstance(row, TenantUser):
        if not isinstance(row, Mapping):
            raise ConfigurationError(f"rows: row {place} must be a TenantUser or a mapping, not {type(row).__name__}.")
        if unknown := sorted(map(str, set(row).symmetric_difference(COLUMNS))):
            raise ConfigurationError(f"rows: row {place} must have {', '.join(COLUMNS)}; these differ: {unknown}.")
        licenses = row["licenses"]
        names = split_licenses(licenses) if isinstance(licenses, str) else licenses
        row = TenantUser(row["username"], row["first_name"], row["last_name"], names)
    texts = {"username": row.username, "first_name": row.first_name, "last_name": row.last_name}
    licenses = row.licenses
    if isinstance(licenses, str) or not isinstance(licenses, Iterable):
        raise ConfigurationError(f"rows: row {place}: licenses must be a list of names.")
    texts |= {f"licenses[{number}]": name for number, name in enumerate(licenses)} or {"licenses": ""}
    if blank := [name for name, text in texts.items() if not isinstance(text, str) or not text.strip()]:
        raise ConfigurationError(f"rows: row {place}: {', '.join(blank)} must be text that is not empty.")
    return attrs.evolve(row, licenses=tuple(licenses))


def batches(users: Iterable[TenantUser]) -> Iterable[list[TenantUser]]:
    """*users* in requests."""
    rest = iter(users)
    while batch := list(islice(rest, MAX_USERS)):
        yield batch


def form(users: Iterable[TenantUser]) -> tuple[bytes, str]:
    """The body of a request, a form with one file, and the boundary of its parts."""
    boundary, text = secrets.token_hex(16), io.StringIO()
    rows = [[user.username, user.first_name, user.last_name, ",".join(user.licenses)] for user in users]
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="users.csv"\r\n'
        "Content-Type: text/csv; charset=utf-8\r\n\r\n"
    )
    return f"{head}{text.getvalue()}\r\n--{boundary}--\r\n".encode(), boundary


@attrs.define
class Imported:
    """What came of all requests so far."""

    _result: UserImportResult = attrs.field(factory=UserImportResult, init=False)
    _requests: int = attrs.field(default=0, init=False)
    rows: int = attrs.field(default=0, init=False)

    def add(self, payload: Mapping[str, Any], count: int) -> None:
        """Take in the answer to a request with so many users."""
        lines = _errors(payload.get("errors"))
        base = _base([line for line, _ in lines], count)
        errors = [
            UserRowError(line, message, None if base is None else self.rows + line - base, self._requests)
            for line, message in lines
        ]
        before = self._result
        self._result = UserImportResult(
            before.accepted + (count_of(payload, "accepted") or 0),
            before.created + (count_of(payload, "created") or 0),
            before.updated + (count_of(payload, "updated") or 0),
            (*before.errors, *errors),
        )
        self._requests += 1
        self.rows += count

    @property
    def result(self) -> UserImportResult:
        """All of it."""
        return self._result


def interrupted(imported: Imported, count: int, error: AnaplanError) -> UserImportInterruptedError:
    """The error of an import of so many users, a later request of which failed."""
    return UserImportInterruptedError(
        f"The import of users failed after {imported.rows:,} of {count:,} rows: {error}",
        result=imported.result,
        next_row=imported.rows,
    )


def _errors(errors: object) -> list[tuple[int, str]]:
    """Lines and messages: an object by line is documented, a list of both is seen elsewhere."""
    if isinstance(errors, Mapping):
        pairs = list(errors.items())
    elif isinstance(errors, list):
        pairs = [(each.get("line"), each.get("message")) for each in errors if isinstance(each, Mapping)]
    elif errors is None:
        pairs = []
    else:
        raise unexpected(_PATH, "$.errors", "should be an object or an array")
    return sorted((_line(line), str(message)) for line, message in pairs)


def _line(line: object) -> int:
    text = str(line).strip()
    if not text.isdecimal():
        raise unexpected(_PATH, "$.errors", "has a line that is no number")
    return int(text)


def _base(lines: Sequence[int], count: int) -> int | None:
    """The number of the first user's line, where only one is possible."""
    possible = [base for base in (0, 1, 2) if all(0 <= line - base < count for line in lines)]
    return possible[0] if len(possible) == 1 else None
