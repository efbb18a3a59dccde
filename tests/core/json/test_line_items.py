"""Line items in every shape that Anaplan is known to answer with."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from anaplan_sdk._core.json.convert import structure, structure_list
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import (
    EntityFormatFilter,
    LineItem,
    LineItemFormat,
    NamedObject,
    PeriodType,
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
FORMAT = LineItemFormat(
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
)
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
        format_metadata=FORMAT,
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


@pytest.mark.parametrize("odd", ["", 7, True, [7], [["x"]], {"id": []}])
def test_what_is_only_shown_is_no_reason_to_fail(odd: object) -> None:
    shown = ("version", "dataTags", "referencedBy", "parent", "readAccessDriver", "writeAccessDriver")
    item = read(LineItem, {**LINE_ITEM, **dict.fromkeys(shown, odd)})
    assert (item.name, item.data_tags, item.referenced_by) == ("List price", (), ())
    assert item.format_metadata == FORMAT


def test_what_cannot_be_understood_is_located() -> None:
    for payload, place in (
        ({"name": "x"}, r"\$\.items\[1\]\.id is missing"),
        ({"id": "2", "appliesTo": [{"id": "1"}, 7]}, r"\$\.items\[1\]\.appliesTo\[1\] should be an object"),
        ({"id": "2", "formatMetadata": "NUMBER"}, r"\$\.items\[1\]\.formatMetadata should be an object"),
    ):
        with pytest.raises(UnexpectedResponseError, match=place):
            structure_list({"items": [{"id": "1"}, payload]}, "items", LineItem, path="/2/0/any")
