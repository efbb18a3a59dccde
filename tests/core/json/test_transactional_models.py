"""The structure of a model in every shape that Anaplan is known to answer with."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import pytest

from anaplan_sdk._core.json.convert import structure, structure_list
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import (
    CurrentPeriod,
    Dimension,
    DimensionItem,
    EntityFormatFilter,
    FiscalYear,
    LineItem,
    LineItemFormat,
    ListDefinition,
    ListItem,
    ListProperty,
    ModelCalendar,
    NamedObject,
    PeriodType,
    TotalsSelection,
    Version,
    VersionPeriod,
    View,
    ViewDefinition,
    WorkspaceUser,
)

T = TypeVar("T")

NUMBER = {
    "dataType": "NUMBER",
    "minimumSignificantDigits": 4,
    "decimalPlaces": -1,
    "negativeNumberNotation": "MINUS_SIGN",
    "unitsType": "CURRENCY",
    "unitsDisplayType": "CURRENCY_CODE",
    "customUnits": "EUR",
    "zeroFormat": "ZERO",
    "comparisonIncrease": None,
    "groupingSeparator": "COMMA",
    "decimalSeparator": "FULL_STOP",
}
LINE_ITEM: dict[str, Any] = {
    "moduleId": "102000000011",
    "moduleName": "REV01 Prices",
    "id": "206000000021",
    "name": "List price",
    "isSummary": False,
    "startOfSection": True,
    "broughtForward": False,
    "useSwitchover": False,
    "breakback": False,
    "cellCount": 480,
    "version": {"name": "All", "id": "16000000000"},
    "appliesTo": [{"name": "Products", "id": "101000000203"}],
    "dataTags": [{"name": "Plan", "id": "127000000001"}],
    "referencedBy": [{"name": "Revenue", "id": "206000000022"}],
    "parent": {"name": "Prices", "id": "206000000020"},
    "readAccessDriver": {"name": "Read", "id": "206000000030"},
    "writeAccessDriver": {"name": "Write", "id": "206000000031"},
    "formula": "Units * 2",
    "format": "NUMBER",
    "formatMetadata": NUMBER,
    "summary": "Sum",
    "timeScale": "Month",
    "timeRange": "Model Calendar",
    "formulaScope": "All Versions",
    "style": "Normal",
    "code": "LP",
    "notes": "",
}


def read(kind: type[T], payload: object) -> T:
    return structure(payload, kind, path="/2/0/any")


# --- line items -------------------------------------------------------------------------------------------------------


def test_line_item_with_everything() -> None:
    item = read(LineItem, LINE_ITEM)
    assert item == LineItem(
        id="206000000021",
        name="List price",
        module_id="102000000011",
        module_name="REV01 Prices",
        is_summary=False,
        start_of_section=True,
        brought_forward=False,
        use_switchover=False,
        breakback=False,
        cell_count=480,
        version=NamedObject("16000000000", "All"),
        applies_to=(NamedObject("101000000203", "Products"),),
        data_tags=(NamedObject("127000000001", "Plan"),),
        referenced_by=(NamedObject("206000000022", "Revenue"),),
        parent=NamedObject("206000000020", "Prices"),
        read_access_driver=NamedObject("206000000030", "Read"),
        write_access_driver=NamedObject("206000000031", "Write"),
        formula="Units * 2",
        format="NUMBER",
        format_metadata=LineItemFormat(
            data_type="NUMBER",
            minimum_significant_digits=4,
            decimal_places=-1,
            negative_number_notation="MINUS_SIGN",
            units_type="CURRENCY",
            units_display_type="CURRENCY_CODE",
            custom_units="EUR",
            zero_format="ZERO",
            comparison_increase=None,
            grouping_separator="COMMA",
            decimal_separator="FULL_STOP",
        ),
        summary="Sum",
        time_scale="Month",
        time_range="Model Calendar",
        formula_scope="All Versions",
        style="Normal",
        code="LP",
        notes="",
    )
    assert hash(item) == hash(read(LineItem, LINE_ITEM))


def test_line_item_without_details_says_nothing_of_them() -> None:
    item = read(LineItem, {"moduleId": "1", "moduleName": "M", "id": 206000000021, "name": "List price"})
    assert item == LineItem("206000000021", "List price", "1", "M")
    assert (item.is_summary, item.format_metadata, item.applies_to) == (None, None, ())


@pytest.mark.parametrize("key", [key for key in LINE_ITEM if key not in ("id", "name")])
@pytest.mark.parametrize("absent", [True, False], ids=["absent", "null"])
def test_line_item_without_one_of_its_keys(key: str, absent: bool) -> None:
    payload = {name: value for name, value in LINE_ITEM.items() if name != key}
    item = read(LineItem, payload if absent else {**payload, key: None})
    assert item == read(LineItem, {**LINE_ITEM, key: None})
    assert item.id == "206000000021"


def test_unknown_keys_and_words_break_nothing() -> None:
    odd = {**LINE_ITEM, "format": "HOLOGRAM", "shade": {"of": ["grey"]}, "summary": "", "version": "All", "code": 7}
    odd["formatMetadata"] = {"dataType": "HOLOGRAM", "decimalPlaces": "many", "showAll": "yes", "depth": [3]}
    item = read(LineItem, odd)
    assert (item.format, item.code, item.version) == ("HOLOGRAM", "7", NamedObject(None, "All"))
    assert item.format_metadata == LineItemFormat(data_type="HOLOGRAM")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"dataType": "BOOLEAN"}, LineItemFormat(data_type="BOOLEAN")),
        ({}, LineItemFormat()),
        (
            {"dataType": "TEXT", "textType": "EMAIL_ADDRESS"},
            LineItemFormat(data_type="TEXT", text_type="EMAIL_ADDRESS"),
        ),
        (
            {
                "dataType": "ENTITY",
                "hierarchyEntityLongId": 101000000203,
                "selectiveAccessApplied": False,
                "showAll": True,
                "entityFormatFilter": None,
            },
            LineItemFormat(
                data_type="ENTITY",
                hierarchy_entity_long_id="101000000203",
                selective_access_applied=False,
                show_all=True,
            ),
        ),
        (
            {
                "dataType": "ENTITY",
                "selectivedAccessApplied": True,
                "entityFormatFilter": {"sourceLineItemOrProperty": 206, "mappingHierarchy": "101", "new": 1},
            },
            LineItemFormat(
                data_type="ENTITY",
                selective_access_applied=True,
                entity_format_filter=EntityFormatFilter("206", "101"),
            ),
        ),
        (
            {"dataType": "TIME_ENTITY", "periodType": {"entityId": "MONTH", "entityLabel": "Month", "entityIndex": 0}},
            LineItemFormat(data_type="TIME_ENTITY", period_type=PeriodType("MONTH", "Month", 0)),
        ),
        ({"dataType": "TIME_ENTITY", "periodType": None}, LineItemFormat(data_type="TIME_ENTITY")),
    ],
)
def test_formats(given: dict[str, Any], expected: LineItemFormat) -> None:
    assert read(LineItem, {"id": "1", "formatMetadata": given}).format_metadata == expected


def test_what_cannot_be_understood_is_located() -> None:
    for payload, place in (
        ({"name": "x"}, r"\$\.items\[1\]\.id is missing"),
        ({"id": "2", "appliesTo": [{"id": "1"}, 7]}, r"\$\.items\[1\]\.appliesTo\[1\] should be an object"),
        ({"id": "2", "formatMetadata": "NUMBER"}, r"\$\.items\[1\]\.formatMetadata should be an object"),
    ):
        with pytest.raises(UnexpectedResponseError, match=place):
            structure_list({"items": [{"id": "1"}, payload]}, "items", LineItem, path="/2/0/any")


# --- views and dimensions ---------------------------------------------------------------------------------------------


def test_view_definition_has_no_wrapper_and_leaves_empty_axes_out() -> None:
    payload = {
        "meta": {"schema": "https://api.anaplan.com/2/0/objects/view"},
        "status": {"code": 200, "message": "Success"},
        "viewName": "REV01 Prices",
        "viewId": 102000000011,
        "rows": [{"id": "101000000203", "name": "Products"}],
        "pages": [{"id": "20000000020", "name": "Versions"}, {"id": "20000000003", "name": "Time"}],
    }
    assert read(ViewDefinition, payload) == ViewDefinition(
        "102000000011",
        "REV01 Prices",
        rows=(Dimension("101000000203", "Products"),),
        columns=(),
        pages=(Dimension("20000000020", "Versions"), Dimension("20000000003", "Time")),
    )


def test_views_and_items_with_and_without_code() -> None:
    assert read(View, {"code": "", "id": "1", "name": "v", "moduleId": "2"}) == View("1", "v", "2", "")
    assert read(View, {"id": "1", "name": "v"}).code is None
    assert read(DimensionItem, {"id": 5440000061, "name": "Jan 26"}) == DimensionItem("5440000061", "Jan 26", None)


# --- lists ------------------------------------------------------------------------------------------------------------

LIST: dict[str, Any] = {
    "id": "101000000203",
    "name": "Products",
    "properties": [
        {
            "id": "1206000000003",
            "name": "Weight",
            "format": "NUMBER",
            "formatMetadata": {"dataType": "NUMBER", "decimalPlaces": -1},
            "notes": "",
            "referencedBy": "",
        }
    ],
    "hasSelectiveAccess": False,
    "parent": {"id": "101000000202", "name": "Product families"},
    "subsets": [{"id": "109000000004", "name": "Active"}, {"name": "Odd"}],
    "managedBy": "",
    "numberedList": False,
    "useTopLevelAsPageDefault": False,
    "itemCount": 41,
    "nextItemIndex": 52,
    "permittedItems": 999999999,
    "workflowEnabled": False,
    "productionData": True,
    "topLevelItem": "All products",
}


def test_list_definition() -> None:
    assert read(ListDefinition, LIST) == ListDefinition(
        id="101000000203",
        name="Products",
        item_count=41,
        numbered_list=False,
        parent=NamedObject("101000000202", "Product families"),
        properties=(
            ListProperty(
                name="Weight",
                id="1206000000003",
                format="NUMBER",
                format_metadata=LineItemFormat(data_type="NUMBER", decimal_places=-1),
                notes="",
                referenced_by="",
            ),
        ),
        subsets=(NamedObject("109000000004", "Active"), NamedObject(None, "Odd")),
        top_level_item=NamedObject(None, "All products"),
        has_selective_access=False,
        workflow_enabled=False,
        production_data=True,
        use_top_level_as_page_default=False,
        next_item_index=52,
        permitted_items=999999999,
        managed_by="",
    )


@pytest.mark.parametrize("key", ["nextItemIndex", "nextitemIndex"])
def test_next_index_in_both_spellings(key: str) -> None:
    assert read(ListDefinition, {"id": "1", key: 52}).next_item_index == 52
    assert read(ListDefinition, {"id": "1", "nextItemIndex": 52, "nextitemIndex": 7}).next_item_index == 52


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("All", NamedObject(None, "All")),
        ({"id": "207000000500", "name": "All"}, NamedObject("207000000500", "All")),
        (None, None),
    ],
)
def test_top_level_item_as_text_and_as_object(given: object, expected: NamedObject | None) -> None:
    assert read(ListDefinition, {"id": "1", "topLevelItem": given}).top_level_item == expected


def test_list_with_nothing_set() -> None:
    assert read(ListDefinition, {"id": "1", "name": "Empty"}) == ListDefinition("1", "Empty")


def test_data_tags_of_lists_are_texts_or_objects() -> None:
    tags = read(ListDefinition, {"id": "1", "dataTags": ["Plan", {"id": "127", "name": "Actuals"}]}).data_tags
    assert tags == (NamedObject(None, "Plan"), NamedObject("127", "Actuals"))


def test_references_to_a_property_are_text_and_an_array_is_no_reason_to_fail() -> None:
    assert read(ListProperty, {"name": "x", "referencedBy": "A.B"}).referenced_by == "A.B"
    assert read(ListProperty, {"name": "x", "referencedBy": [{"id": "1"}]}).referenced_by is None


def test_an_error_in_a_key_with_two_spellings_is_located() -> None:
    with pytest.raises(UnexpectedResponseError, match=r"\$\.metadata\.subsets should be an array"):
        structure({"id": "1", "nextitemIndex": 3, "subsets": 7}, ListDefinition, path="/2/0/any", at="$.metadata")


def test_list_items_with_and_without_details() -> None:
    assert read(ListItem, {"id": "207", "name": "North"}) == ListItem("207", "North")
    item = read(
        ListItem,
        {
            "id": "207000000501",
            "name": "North",
            "code": "N-01",
            "parent": "World",
            "parentId": "207000000400",
            "listId": "101000000202",
            "listName": "Areas",
            "subsets": {"Active": True},
            "properties": {"Weight": "1.0", "Since": "Sep 25", "Local": "true", "Empty": None},
            "read": ["ada@example.com"],
            "write": [],
        },
    )
    assert (item.parent, item.parent_id, item.list_id, item.list_name) == (
        "World",
        "207000000400",
        "101000000202",
        "Areas",
    )
    assert (item.subsets, item.read, item.write) == ({"Active": True}, ("ada@example.com",), ())
    assert item.properties == {"Weight": "1.0", "Since": "Sep 25", "Local": "true", "Empty": ""}


# --- time and versions ------------------------------------------------------------------------------------------------


def test_current_period_that_is_not_set() -> None:
    payload = {"periodText": "", "lastDay": "", "calendarType": "Calendar Months/Quarters/Years"}
    assert read(CurrentPeriod, payload) == CurrentPeriod("", None, "Calendar Months/Quarters/Years")
    assert read(CurrentPeriod, {"periodText": "May 26", "lastDay": "2026-05-31"}) == CurrentPeriod(
        "May 26", date(2026, 5, 31)
    )


@pytest.mark.parametrize("odd", ["31.05.2026", 7, ["2026-05-31"], {}, True])
def test_a_date_that_cannot_be_read_is_no_reason_to_fail(odd: object) -> None:
    assert read(CurrentPeriod, {"lastDay": odd}).last_day is None


@pytest.mark.parametrize("prefix", ["", "is"])
def test_totals_in_both_spellings(prefix: str) -> None:
    names = ("quarterTotals", "halfYearTotals", "yearToDateSummary", "yearToGoSummary", "totalOfAllPeriods")
    keys = [prefix + name[:1].upper() + name[1:] if prefix else name for name in names]
    given = dict(zip(keys, (True, False, True, False, True), strict=True))
    assert read(TotalsSelection, {**given, "extraMonthQuarter": 4}) == TotalsSelection(
        True, False, True, False, True, 4
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {
                "calendarType": "Calendar Months/Quarters/Years",
                "currentPeriod": {"periodText": "", "lastDay": ""},
                "pastYearsCount": 1,
                "fiscalYear": {"year": "FY26", "startDate": "2026-01-01", "endDate": "2026-12-31"},
            },
            ModelCalendar(
                "Calendar Months/Quarters/Years",
                CurrentPeriod(),
                FiscalYear("FY26", date(2026, 1, 1), date(2026, 12, 31)),
                1,
            ),
        ),
        (
            {
                "calendarType": "Weeks: 4-4-5, 4-5-4 or 5-4-4",
                "futureYearsCount": 2,
                "extraWeekMonth": 12,
                "weekFormat": "Numbered",
                "weekGrouping": "4-4-5",
            },
            ModelCalendar(
                "Weeks: 4-4-5, 4-5-4 or 5-4-4",
                future_years_count=2,
                extra_week_month=12,
                week_format="Numbered",
                week_grouping="4-4-5",
            ),
        ),
        (
            {"calendarType": "Weeks: General", "startDate": "2026-01-05", "weeksCount": 52, "fiscalYear": {}},
            ModelCalendar("Weeks: General", fiscal_year=FiscalYear(), start_date=date(2026, 1, 5), weeks_count=52),
        ),
        (
            {"calendarType": "Moons", "tides": 2, "fiscalYear": {"year": "FY26"}},
            ModelCalendar("Moons", fiscal_year=FiscalYear("FY26")),
        ),
    ],
)
def test_calendars_of_every_type(given: dict[str, Any], expected: ModelCalendar) -> None:
    assert read(ModelCalendar, given) == expected


def test_versions() -> None:
    version = {
        "id": 107000000001,
        "name": "Actual",
        "isCurrent": False,
        "isActual": True,
        "editFrom": {"periodText": "Start of Timescale", "date": "1900-01-01"},
        "editTo": {"periodText": "End of Timescale", "date": "2399-12-31"},
        "notes": "closed monthly",
    }
    assert read(Version, version) == Version(
        "107000000001",
        "Actual",
        is_current=False,
        is_actual=True,
        edit_from=VersionPeriod("Start of Timescale", date(1900, 1, 1)),
        edit_to=VersionPeriod("End of Timescale", date(2399, 12, 31)),
        notes="closed monthly",
    )
    assert read(Version, {"id": "1", "switchover": {"periodText": "", "date": ""}}).switchover == VersionPeriod()


def test_users_of_a_workspace() -> None:
    payload = {"firstName": "Ada", "lastName": "Li", "email": "a@b.c", "active": True, "otherWorkspaces": ["Plan"]}
    assert read(WorkspaceUser, payload) == WorkspaceUser("a@b.c", "Ada", "Li", True, ("Plan",))
    assert read(WorkspaceUser, {"firstName": "Ada"}) == WorkspaceUser(first_name="Ada")
