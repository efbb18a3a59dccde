"""Users of the tenant as CSV, out and in."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence

from aiohttp import web

from ..serving.call import CALLER, Call, Handler
from ..serving.listing import number
from ..serving.service import SERVICE, note
from ..world.tenant import User
from .answers import PREFIX, SCHEME, AdminError, coded, scheme_of

COLUMNS = ["username", "first_name", "last_name", "licenses"]
MOST_ROWS = 500
_TEN = 10


def route(method: str, path: str, handler: Handler) -> web.RouteDef:
    """A route for tenant administrators, with a token under the one scheme that is taken."""

    async def handle(request: web.Request) -> web.StreamResponse:
        user = CALLER.get()
        if user is None or scheme_of(request) != SCHEME:
            raise AdminError(401, None, {"WWW-Authenticate": "Bearer"})
        if "TENANT_ADMINISTRATOR" not in user.roles:
            raise _denied(request.app[SERVICE].tenant.options.admin_denial)
        return await handler(Call(request, request.app[SERVICE], user))

    return web.route(method, PREFIX + path, handle)


def _denied(status: int) -> AdminError:
    """Not what is documented: live, the status depends on how the caller logged in."""
    code = {500: "INTERNAL_SERVER_ERROR", 401: "ACCESS_CONTROL_DENIED"}.get(status, "FORBIDDEN")
    return coded(status, code, "User is not allowed to perform this operation.")


async def export_users(call: Call) -> web.Response:
    options = call.tenant.options
    limit, offset = number(call.request, "Limit"), number(call.request, "Offset") or 0
    if limit is None:
        limit = _TEN if options.admin_export_default == "ten" else len(call.tenant.users)
    shown = list(call.tenant.users.values())[offset : offset + limit]
    rows = [[user.email, user.first_name, user.last_name, ",".join(user.licenses)] for user in shown]
    text = io.StringIO()
    header = [COLUMNS] if options.admin_export_header or not offset else []
    csv.writer(text, lineterminator="\n").writerows([*header, *rows])
    return web.Response(body=text.getvalue().encode(), content_type="text/csv")


async def import_users(call: Call) -> web.Response:
    """Create and update; a row that cannot be done is told, and does not stop the others."""
    rows = _checked(await _content(call))
    options = call.tenant.options
    counts, errors = {"created": 0, "updated": 0}, dict[int, str]()
    for place, row in enumerate(rows):
        licenses = [name.strip() for name in row[3].split(",")]
        if set(licenses) - call.tenant.license_names:
            errors[place + options.admin_first_line] = "License not found"
        else:
            counts[_store(call, row, licenses)] += 1
    return web.json_response({"accepted": len(rows), **counts, **_told(options.admin_errors, errors)}, status=207)


def _told(form: str, errors: dict[int, str]) -> dict[str, object]:
    if not errors and form == "absent":
        return {}
    if form == "list":
        return {"errors": [{"line": line, "message": message} for line, message in errors.items()]}
    return {"errors": {str(line): message for line, message in errors.items()}}


def _store(call: Call, row: Sequence[str], licenses: list[str]) -> str:
    """Create or update one user, by their e-mail."""
    email, first, last, _ = row
    user = call.tenant.user_with_email(email)
    if user is None:
        user = call.tenant.add_user(User(email, first, last, licenses=licenses))
        note(call.request, call.user, "USR-1", "User created", object_id=user.id)
        return "created"
    user.first_name, user.last_name, user.licenses, user.modified_at = first, last, licenses, time.time()
    note(call.request, call.user, "USR-5", "User updated", object_id=user.id)
    return "updated"


async def _content(call: Call) -> str:
    if call.request.content_type != "multipart/form-data":
        raise _invalid("Expected payload format is a binary representation of a CSV file.")
    try:
        part = (await call.request.post()).get("file")
    except ValueError as error:
        raise _invalid(f"Expected payload format is a binary representation of a CSV file. {error}") from error
    if not isinstance(part, web.FileField):
        raise _invalid("Expected payload format is a binary representation of a CSV file.")
    return part.file.read().decode("utf-8-sig")


def _checked(text: str) -> list[list[str]]:
    header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if header != COLUMNS:
        raise _invalid(f"Missing headers in CSV file. Expected headers: {','.join(COLUMNS)}")
    if not rows:
        raise _invalid("CSV must contain at least one data row.")
    if len(rows) > MOST_ROWS:
        raise _invalid(f"Invalid CSV Resource. Maximum number of rows allowed is {MOST_ROWS}.")
    seen = set[str]()
    for line, row in enumerate(rows, 1):
        if len(row) != len(COLUMNS):
            raise _invalid(f"Invalid CSV resource. Error in row number {line}.")
        if not all(cell.strip() for cell in row):
            raise _invalid(f"Invalid CSV resource. Empty cell in row number {line}.")
        if row[0].casefold() in seen:
            raise _invalid(f"Invalid CSV resource. Duplicate email address in row number {line}.")
        seen.add(row[0].casefold())
    return rows


def _invalid(message: str) -> AdminError:
    return coded(400, "INVALID_PAYLOAD", message)


def routes() -> list[web.RouteDef]:
    return [route("GET", "/users/export", export_users), route("PUT", "/users/import", import_users)]
