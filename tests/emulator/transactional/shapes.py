"""What the answers of the Transactional API look like, in our words: keys and JSON types of every operation.

A shape is a type, an array of one shape, or the keys of an object. Keys that end with ``?`` may be missing; ``ANY`` is
an object with keys of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Shape: TypeAlias = Any

ANY = object()

PAGING = {
    **{"currentPageSize": int, "totalSize": int, "offset": int},
    **{"next?": str, "previous?": str},
}
META = {"meta": {"schema": str}, "status": {"code": int, "message": str}}
PAGED = META | {"meta": {"schema": str, "paging": PAGING}}

NAMED = {"id": str, "name": str}
CODED = NAMED | {"code?": str}
FORMAT = {
    **{"dataType": str, "minimumSignificantDigits?": int, "decimalPlaces?": int, "negativeNumberNotation?": str},
    **{"unitsType?": str, "unitsDisplayType?": str, "customUnits?": str, "zeroFormat?": str},
    **{"comparisonIncrease?": str, "groupingSeparator?": str, "decimalSeparator?": str, "textType?": str},
    **{"hierarchyEntityLongId?": str, "selectiveAccessApplied?": bool, "showAll?": bool, "entityFormatFilter?": None},
    "periodType?": {"entityId": str, "entityLabel": str, "entityIndex": int},
}
LINE_ITEM = {"moduleId": str, "moduleName": str, "id": str, "name": str}
WHOLE_LINE_ITEM = LINE_ITEM | {
    **dict.fromkeys(("isSummary", "startOfSection", "broughtForward", "useSwitchover", "breakback"), bool),
    **dict.fromkeys(("format", "summary", "timeScale", "timeRange", "formulaScope", "style", "notes"), str),
    **{"appliesTo?": [NAMED], "dataTags?": [NAMED], "referencedBy?": [NAMED], "version": NAMED, "parent?": NAMED},
    **{"readAccessDriver?": NAMED, "writeAccessDriver?": NAMED},
    **{"cellCount?": int, "formula?": str, "code?": str, "formatMetadata": FORMAT},
}
VIEW = {"code": str, "id": str, "name": str, "moduleId": str}
PROPERTY = NAMED | {"format": str, "formatMetadata": FORMAT, "notes": str, "referencedBy": str, "formula?": str}
LIST = NAMED | {
    **dict.fromkeys(("hasSelectiveAccess", "numberedList", "useTopLevelAsPageDefault"), bool),
    **dict.fromkeys(("workflowEnabled", "productionData"), bool),
    **dict.fromkeys(("itemCount", "nextitemIndex", "permittedItems"), int),
    **{"properties?": [PROPERTY], "subsets?": [NAMED], "parent?": NAMED, "topLevelItem?": NAMED},
    **{"managedBy": str, "category?": str, "displayNameProperty?": str},
}
LIST_ITEM = CODED | {"parent?": str, "parentId?": str, "listId?": str, "listName?": str}
WHOLE_LIST_ITEM = LIST_ITEM | {"subsets?": ANY, "properties?": ANY, "read?": [str], "write?": [str]}
FAILURES = [{"requestIndex": int, "failureType": str, "failureMessageDetails": str}]
COUNTS = META | {"ignored": int, "total": int, "failures?": FAILURES}
STARTED_READ = {"requestId": str, "requestState": str, "url": str}
ENDED_READ = STARTED_READ | {"successful": bool}
READ = ENDED_READ | {"availablePages": int}
PERIOD = {"periodText": str, "lastDay": str}
FISCAL_YEAR = {"year": str, "startDate": str, "endDate": str}
TOTALS = dict.fromkeys(
    ("quarterTotals", "halfYearTotals", "yearToDateSummary", "yearToGoSummary", "totalOfAllPeriods"), bool
)
CALENDAR = {
    **{"calendarType": str, "currentPeriod": PERIOD, "pastYearsCount": int},
    **{"fiscalYear": FISCAL_YEAR, "totalsSelection": TOTALS},
}
DAY = {"periodText": str, "date": str}
VERSION = CODED | {
    **{"isCurrent": bool, "isActual": bool, "editFrom": DAY, "editTo": DAY},
    **{"switchover?": DAY, "formula?": str, "notes?": str},
}


@dataclass(frozen=True)
class Operation:
    """A call below a model, and what is answered; without a shape it is CSV, or nothing where ``is_empty``."""

    method: str
    path: str
    shape: Shape = None
    body: Any = None
    query: str = ""
    accept: str = "*/*"
    is_empty: bool = False


ITEM = {"items": [{"name": "North", "code": "N-01"}, {"code": "unknown"}]}
VIEW_READS, LIST_READS = "/views/{view}/readRequests", "/lists/{list}/readRequests"

OPERATIONS = (
    Operation("GET", "/modules", PAGED | {"modules": [CODED]}),
    Operation("GET", "/modules/{module}/lineItems", META | {"items": [LINE_ITEM]}),
    Operation("GET", "/modules/{module}/lineItems", META | {"items": [WHOLE_LINE_ITEM]}, query="includeAll=true"),
    Operation("GET", "/lineItems", META | {"items": [LINE_ITEM]}),
    Operation("GET", "/lineItems", META | {"items": [WHOLE_LINE_ITEM]}, query="includeAll=true"),
    Operation("GET", "/lineItems/{line_item}/dimensions", META | {"dimensions": [CODED]}),
    Operation("GET", "/lineItems/{line_item}/dimensions/{dimension}/items", META | {"items": [CODED]}),
    Operation("GET", "/dimensions/{dimension}/items", META | {"items": [CODED]}),
    Operation("POST", "/dimensions/{dimension}/items", META | {"items": [CODED]}, {"names": ["north"]}),
    Operation("GET", "/dashboards", PAGED | {"dashboards": [CODED]}),
    Operation("GET", "/views", PAGED | {"views": [VIEW]}, query="includesubsidiaryviews=true"),
    Operation("GET", "/modules/{module}/views", PAGED | {"views": [VIEW]}),
    Operation(
        "GET",
        "/views/{view}",
        META | {"viewName": str, "viewId": str, "rows?": [CODED], "columns?": [CODED], "pages?": [CODED]},
    ),
    Operation("GET", "/views/{view}/data"),
    Operation(
        "GET",
        "/views/{view}/data",
        {"pages?": [str], "columnCoordinates": [[str]], "rows": [{"rowCoordinates": [str], "cells": [str]}]},
        query="format=v1",
        accept="application/json",
    ),
    Operation("GET", "/views/{view}/dimensions/{dimension}/items", META | {"items": [CODED]}),
    Operation("GET", "/lists", PAGED | {"lists": [CODED]}),
    Operation("GET", "/lists/{list}", META | {"metadata": LIST}),
    Operation("GET", "/lists/{list}/preview"),
    Operation("GET", "/lists/{list}/items", META | {"listItems": [LIST_ITEM]}),
    Operation("GET", "/lists/{list}/items", META | {"listItems": [WHOLE_LIST_ITEM]}, query="includeAll=true"),
    Operation("GET", "/lists/{list}/items", accept="text/csv"),
    Operation("POST", "/lists/{list}/items", COUNTS | {"added": int}, ITEM, query="action=add"),
    Operation("PUT", "/lists/{list}/items", COUNTS | {"updated": int}, ITEM),
    Operation("POST", "/lists/{list}/items", COUNTS | {"deleted": int}, ITEM, query="action=delete"),
    Operation("POST", "/lists/{empty_list}/resetIndex", is_empty=True),
    Operation(
        "POST",
        "/modules/{module}/data",
        META | {"numberOfCellsChanged": int, "failures?": FAILURES},
        [{"lineItemName": "unknown", "value": 1}],
    ),
    Operation("POST", VIEW_READS, META | {"viewReadRequest": STARTED_READ}, {"exportType": "TABULAR_MULTI_COLUMN"}),
    Operation("GET", f"{VIEW_READS}/{{view_read}}", META | {"viewReadRequest": READ | {"viewId": int}}),
    Operation("GET", f"{VIEW_READS}/{{view_read}}/pages/0"),
    Operation("DELETE", f"{VIEW_READS}/{{view_read}}", META | {"viewReadRequest": ENDED_READ | {"viewId": int}}),
    Operation("POST", LIST_READS, META | {"listReadRequest": STARTED_READ}),
    Operation("GET", f"{LIST_READS}/{{list_read}}", META | {"listReadRequest": READ | {"listId": int}}),
    Operation("GET", f"{LIST_READS}/{{list_read}}/pages/0"),
    Operation("DELETE", f"{LIST_READS}/{{list_read}}", META | {"listReadRequest": ENDED_READ | {"listId": int}}),
    Operation("GET", "/currentPeriod", META | {"currentPeriod": PERIOD | {"calendarType": str}}),
    Operation(
        "PUT", "/currentPeriod", META | {"currentPeriod": PERIOD | {"calendarType": str}}, {"date": "2026-05-20"}
    ),
    Operation("GET", "/modelCalendar", META | {"modelCalendar": CALENDAR}),
    Operation(
        "PUT", "/modelCalendar/fiscalYear", META | {"modelCalendar": {"fiscalYear": FISCAL_YEAR}}, {"year": "FY26"}
    ),
    Operation("GET", "/versions", META | {"versionMetadata": [VERSION]}),
    Operation(
        "PUT",
        "/versions/{version}/switchover",
        META | {"versionSwitchover": DAY | {"calendarType": str}},
        {"date": ""},
    ),
)

USER = {
    **{"id": str, "active": bool, "email": str, "emailOptIn": bool, "firstName": str, "lastName": str},
    **{"customerId": str, "lastLoginDate?": str},
}
PERSON = {"firstName": str, "lastName": str, "email?": str, "active": bool, "otherWorkspaces": [str]}

PEOPLE = {
    "/users": PAGED | {"users": [USER]},
    "/users/me": META | {"user": USER},
    "/users/8a1b2c3d4e5f60718293a4b5c6d70002": META | {"user": USER},
    "/workspaces/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/admins": PAGED | {"admins": [PERSON]},
    "/workspaces/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/visitors": PAGED | {"visitors": [PERSON]},
}
"""What is about a tenant and no model, by path."""


def problems(value: object, shape: Shape, place: str = "") -> list[str]:
    """Where a value is not of a shape."""
    if shape is ANY:
        shape = dict
    if shape is None:
        return [] if value is None else [f"{place}: {value!r} is not null"]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place}: {value!r} is no array"]
        return [problem for each in value for problem in problems(each, shape[0], f"{place}[]")]
    if isinstance(shape, dict):
        return _problems_of_object(value, shape, place)
    fits = isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
    return [] if fits else [f"{place}: {value!r} is no {shape.__name__}"]


def _problems_of_object(value: object, shape: dict[str, Shape], place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: {value!r} is no object"]
    shapes = {key.removesuffix("?"): each for key, each in shape.items()}
    missing = [key for key in shape if not key.endswith("?") and key not in value]
    return [
        *(f"{place}.{key} is missing" for key in missing),
        *(f"{place}.{key} is not known" for key in value if key not in shapes),
        *(
            problem
            for key, each in value.items()
            if key in shapes
            for problem in problems(each, shapes[key], f"{place}.{key}")
        ),
    ]
