"""Calendar, current period and versions (facts of the Transactional API, §12 and §13)."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk.emulator import Calendar, Emulator
from anaplan_sdk.emulator.world.planning.demo import ACTUAL_ID, FORECAST_ID
from stage.calls.alm_calls import message
from stage.calls.caller import MODEL, WM, Caller
from stage.calls.transactional_calls import the_model

MONTHS = "Calendar Months/Quarters/Years"
PERIOD, CALENDAR, VERSIONS = f"{MODEL}/currentPeriod", f"{MODEL}/modelCalendar", f"{MODEL}/versions"


@pytest.mark.parametrize("base", [MODEL, WM])
def test_the_current_period_is_set_by_body_or_query_and_reset(admin: Caller, base: str) -> None:
    path = f"{base}/currentPeriod"
    may = {"periodText": "May 26", "lastDay": "2026-05-31", "calendarType": MONTHS}
    none = {"periodText": "", "lastDay": "", "calendarType": MONTHS}
    assert admin("PUT", path, {"date": "2026-05-20"}).json["currentPeriod"] == may
    assert admin("GET", path).json["currentPeriod"] == may
    assert admin("PUT", path, {"date": ""}).json["currentPeriod"] == none
    assert admin("PUT", f"{path}?date=2026-05-01").json["currentPeriod"] == may
    assert admin("PUT", f"{path}?date=").json["currentPeriod"] == none
    assert admin("GET", path).json["meta"]["schema"].endswith("/2/0/objects/currentPeriod")


@pytest.mark.parametrize(
    ("query", "body", "text"),
    [
        ("?date=2026-05-20", {"date": "2026-05-20"}, "use query parameter or body to set date, not both"),
        ("", {"date": "20.05.2026"}, "Invalid ISO date format '20.05.2026'. Date should match format YYYY-MM-DD"),
        ("?date=2026-02-30", None, "Invalid ISO date format '2026-02-30'. Date should match format YYYY-MM-DD"),
    ],
)
def test_a_wrong_date_is_refused_word_for_word(admin: Caller, query: str, body: Any, text: str) -> None:
    answer = admin("PUT", PERIOD + query, body)
    assert (answer.status, message(answer)) == (400, text)


def test_a_date_outside_the_timescale_is_refused_word_for_word(emulator: Emulator, admin: Caller) -> None:
    calendar = the_model(emulator).calendar
    answer = admin("PUT", PERIOD, {"date": "1999-01-01"})
    assert (answer.status, message(answer)) == (
        400,
        f"Specified date '1999-01-01' is out of timescale range {calendar.start} - {calendar.end}",
    )


@pytest.mark.parametrize("body", [None, b"[]", {}, {"date": 5}])
def test_a_date_is_needed(admin: Caller, body: Any) -> None:
    assert admin("PUT", PERIOD, body).status == 400


def test_the_calendar_in_both_spellings(emulator: Emulator, admin: Caller) -> None:
    calendar = admin("GET", CALENDAR).json["modelCalendar"]
    assert calendar["calendarType"] == MONTHS
    assert calendar["fiscalYear"] == {"year": "FY26", "startDate": "2026-01-01", "endDate": "2026-12-31"}
    assert set(calendar["currentPeriod"]) == {"periodText", "lastDay"}
    emulator.tenant.options.totals_selection = "isQuarterTotals"
    other = admin("GET", CALENDAR).json["modelCalendar"]["totalsSelection"]
    assert other["isQuarterTotals"] is calendar["totalsSelection"]["quarterTotals"]


@pytest.mark.parametrize(
    ("calendar_type", "keys"),
    [
        ("Weeks: 4-4-5, 4-5-4 or 5-4-4", {"futureYearsCount", "extraWeekMonth", "weekFormat", "weekGrouping"}),
        ("Weeks: 13 4-week Periods", {"futureYearsCount", "extraWeekMonth", "weekFormat"}),
        ("Weeks: General", {"startDate", "weeksCount"}),
    ],
)
def test_every_type_of_calendar_has_keys_of_its_own(
    emulator: Emulator, admin: Caller, calendar_type: str, keys: set[str]
) -> None:
    the_model(emulator).calendar = Calendar(calendar_type)
    calendar = admin("GET", CALENDAR).json["modelCalendar"]
    assert calendar["calendarType"] == calendar_type
    assert keys <= set(calendar)
    assert bool(calendar.get("fiscalYear")) is (calendar_type != "Weeks: General")


def test_the_fiscal_year_is_set_by_its_label(emulator: Emulator, admin: Caller) -> None:
    answer = admin("PUT", f"{CALENDAR}/fiscalYear", {"year": "FY27"})
    year = {"year": "FY27", "startDate": "2027-01-01", "endDate": "2027-12-31"}
    assert answer.json["modelCalendar"]["fiscalYear"] == year
    assert admin("GET", CALENDAR).json["modelCalendar"]["fiscalYear"] == year
    refused = admin("PUT", f"{CALENDAR}/fiscalYear", {"year": "2040"})
    assert (refused.status, message(refused)) == (400, "Specified year is out of range: 2040")
    assert admin("PUT", f"{CALENDAR}/fiscalYear", {}).status == 400
    assert admin("GET", f"{CALENDAR}/fiscalYear").status == 405


def test_versions_and_their_sentinels(admin: Caller) -> None:
    body = admin("GET", VERSIONS).json
    rows = {row["id"]: row for row in body["versionMetadata"]}
    actual = rows[ACTUAL_ID]
    assert (actual["isActual"], "switchover" in actual) == (True, False)
    assert actual["editFrom"] == {"periodText": "Start of Timescale", "date": "1900-01-01"}
    assert actual["editTo"] == {"periodText": "End of Timescale", "date": "2399-12-31"}
    assert "paging" not in body["meta"]


def test_a_switchover_moves_forward_and_is_cleared(admin: Caller) -> None:
    path = f"{VERSIONS}/{FORECAST_ID}/switchover"
    assert admin("PUT", path, {"date": ""}).status == 200
    assert admin("PUT", path, {"date": "2026-04-01"}).json["versionSwitchover"] == {
        "periodText": "Apr 26",
        "date": "2026-04-01",
        "calendarType": MONTHS,
    }
    rows = {row["id"]: row for row in admin("GET", VERSIONS).json["versionMetadata"]}
    assert rows[FORECAST_ID]["switchover"] == {"periodText": "Apr 26", "date": "2026-04-01"}
    for date in ("2026-04-01", "2026-03-01", "1999-01-01", "soon"):
        assert admin("PUT", path, {"date": date}).status == 400
    assert admin("PUT", path, {"date": ""}).status == 200
    rows = {row["id"]: row for row in admin("GET", VERSIONS).json["versionMetadata"]}
    assert "switchover" not in rows[FORECAST_ID]


def test_actual_has_no_switchover_and_unknown_versions_none_either(admin: Caller) -> None:
    assert admin("PUT", f"{VERSIONS}/{ACTUAL_ID}/switchover", {"date": "2026-04-01"}).status == 400
    assert admin("PUT", f"{VERSIONS}/107000009999/switchover", {"date": "2026-04-01"}).status == 404
    assert admin("PUT", f"{VERSIONS}/{FORECAST_ID}/switchover").status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", PERIOD),
        ("PUT", PERIOD),
        ("GET", CALENDAR),
        ("PUT", f"{CALENDAR}/fiscalYear"),
        ("GET", VERSIONS),
        ("PUT", f"{VERSIONS}/{FORECAST_ID}/switchover"),
    ],
)
def test_others_than_administrators_of_the_workspace_get_404(user: Caller, method: str, path: str) -> None:
    assert user(method, path, {"date": "2026-05-20", "year": "FY26"} if method == "PUT" else None).status == 404
