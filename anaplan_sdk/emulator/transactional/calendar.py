"""The calendar, the current period and the versions, which all are for administrators of the workspace."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from aiohttp import web

from ..serving.call import Call, model_route
from ..serving.envelope import ApiError, missing, no_body
from ..serving.listing import Row
from ..world.model import Model
from ..world.planning.calendar import OutOfTimescaleError, SwitchoverRefusedError, YearOutOfRangeError
from .access import found, json_object, reading, writing
from .answering import bare_listing

PERIOD, CALENDAR = "objects/currentPeriod", "objects/modelCalendar"
VERSION, SWITCHOVER = "objects/version", "objects/switchover"


def current_period(call: Call, model: Model) -> web.Response:
    return call.success(PERIOD, currentPeriod=model.calendar.current_row())


def set_current_period(call: Call, model: Model, body: Any) -> web.Response:
    """Make the period of a day the current one, or none where the day is blank."""
    text = _given_date(call, body)
    try:
        model.calendar.set_current(_day(text))
    except OutOfTimescaleError as problem:
        message = f"Specified date '{text}' is out of timescale range {problem.start} - {problem.end}"
        raise ApiError(400, message) from problem
    model.touch(call.user.id)
    return current_period(call, model)


def _given_date(call: Call, body: Any) -> str:
    """The date of the query or of the body."""
    in_query = call.request.query.get("date")
    if in_query is None:
        return _text(body, "date")
    if body is not None:
        raise ApiError(400, "use query parameter or body to set date, not both")
    return in_query


def _text(body: Any, name: str) -> str:
    value = json_object(body).get(name)
    if not isinstance(value, str):
        raise missing(name)
    return value


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ApiError(400, f"Invalid ISO date format '{text}'. Date should match format YYYY-MM-DD")


def one_calendar(call: Call, model: Model) -> web.Response:
    row = dict(model.calendar.row())
    if call.tenant.options.totals_selection == "isQuarterTotals" and "totalsSelection" in row:
        row["totalsSelection"] = {_with_is(name): value for name, value in row["totalsSelection"].items()}
    return call.success(CALENDAR, modelCalendar=row)


def _with_is(name: str) -> str:
    return name if name == "extraMonthQuarter" else f"is{name[0].upper()}{name[1:]}"


def set_fiscal_year(call: Call, model: Model, body: Any) -> web.Response:
    """Let the timescale begin with another year, named by its label; cells of periods that go are lost."""
    year = _text(body, "year")
    try:
        model.set_fiscal_year(year)
    except YearOutOfRangeError as problem:
        raise ApiError(400, f"Specified year is out of range: {year}") from problem
    model.touch(call.user.id)
    return call.success(CALENDAR, modelCalendar={"fiscalYear": model.calendar.fiscal_row()})


def list_versions(call: Call, model: Model) -> web.Response:
    rows: list[Row] = [model.version_row(version) for version in model.versions.values()]
    return bare_listing(call, "versionMetadata", rows, VERSION)


def set_switchover(call: Call, model: Model, body: Any) -> web.Response:
    """Set from which day on a version has data of its own, or take that away where the day is blank."""
    version = found(model.versions.get(call.id("version")))
    if body is None:
        raise no_body()
    try:
        row = model.set_switchover(version.id, _day(_text(body, "date")))
    except SwitchoverRefusedError as refusal:
        raise ApiError(400, str(refusal)) from refusal
    model.touch(call.user.id)
    return call.success(SWITCHOVER, versionSwitchover=row)


def routes() -> list[web.RouteDef]:
    return [
        *model_route("GET", "/currentPeriod", reading(current_period, administrator=True)),
        *model_route("PUT", "/currentPeriod", writing(set_current_period, administrator=True)),
        *model_route("GET", "/modelCalendar", reading(one_calendar, administrator=True)),
        *model_route("PUT", "/modelCalendar/fiscalYear", writing(set_fiscal_year, administrator=True)),
        *model_route("GET", "/versions", reading(list_versions, administrator=True)),
        *model_route("PUT", "/versions/{version}/switchover", writing(set_switchover, administrator=True)),
    ]
