"""The cells of a view in one answer (facts of the Transactional API, §5)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator, Model
from anaplan_sdk.emulator.world.planning.demo import ACTUAL_ID, BUDGET_ID
from stage.calls.alm_calls import message
from stage.calls.caller import MODEL, WM, Answer, Caller
from stage.calls.transactional_calls import (
    BY_REGION,
    EMPTY,
    FLAT,
    NOTE,
    PRICE,
    REGIONS,
    SALES,
    TIME,
    VERSIONS,
    add_sales,
    region_id,
    text_rows,
)

DATA = f"{MODEL}/views/{BY_REGION}/data"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    model = add_sales(emulator)
    write(model, "North", PRICE, "12.50")
    write(model, "North", NOTE, '=1+"2"')
    write(model, "South", PRICE, "7", BUDGET_ID)
    return model


def write(model: Model, region: str, line_item_id: str, value: str, version_id: str = ACTUAL_ID) -> None:
    items = {REGIONS: region_id(model, region), TIME: january(model), VERSIONS: version_id}
    model.writer(model.modules[SALES]).write(line_item_id, items, value)


def january(model: Model) -> str:
    period = model.calendar.labelled("Jan 26")
    assert period is not None
    return period.id


def pages(model: Model, version_id: str = ACTUAL_ID) -> str:
    return f"pages={TIME}:{january(model)}&pages={VERSIONS}:{version_id}"


def test_csv_has_a_line_of_the_pages_and_then_of_the_columns(admin: Caller, model: Model) -> None:
    answer = admin("GET", f"{DATA}?{pages(model)}")
    assert text_rows(answer) == [
        ["Jan 26", "Actual"],
        ["", "Price", "Note"],
        ["North", "12.50", '=1+"2"'],
        ["South", "", ""],
    ]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_without_pages_that_line_is_missing(admin: Caller) -> None:
    rows = text_rows(admin("GET", f"{MODEL}/views/{FLAT}/data"))
    assert rows[0][0] == rows[1][0] == ""
    assert "Jan 26" in rows[0]
    assert "Actual" in rows[1]
    assert rows[2][0] == "North"


def test_json_needs_two_switches_and_is_bare(admin: Caller, model: Model) -> None:
    answer = admin("GET", f"{DATA}?format=v1&{pages(model)}", headers=JSON)
    assert answer.json == {
        "pages": ["Jan 26", "Actual"],
        "columnCoordinates": [["Price"], ["Note"]],
        "rows": [
            {"rowCoordinates": ["North"], "cells": ["12.50", '=1+"2"']},
            {"rowCoordinates": ["South"], "cells": ["", ""]},
        ],
    }
    text_rows(admin("GET", f"{DATA}?format=v1"))
    text_rows(admin("GET", DATA, headers=JSON))
    text_rows(admin("GET", f"{DATA}?format=v2", headers=JSON))


def test_json_without_pages_has_none(emulator: Emulator, admin: Caller) -> None:
    path = f"{MODEL}/views/{FLAT}/data?format=v1"
    body = admin("GET", path, headers=JSON).json
    assert set(body) == {"columnCoordinates", "rows"}
    assert len(body["columnCoordinates"]) == len(body["rows"][0]["cells"])
    assert {len(column) for column in body["columnCoordinates"]} == {2}
    emulator.tenant.options.send_empty_keys = True
    assert admin("GET", path, headers=JSON).json["pages"] == []


def test_pages_are_selected_with_commas_too(admin: Caller, model: Model) -> None:
    selectors = pages(model, BUDGET_ID)
    joined = "pages=" + selectors.replace("pages=", "").replace("&", ",")
    assert text_rows(admin("GET", f"{DATA}?{joined}")) == text_rows(admin("GET", f"{DATA}?{selectors}"))
    assert text_rows(admin("GET", f"{DATA}?{joined}"))[3] == ["South", "7", ""]
    one = admin("GET", f"{DATA}?pages={VERSIONS}:{BUDGET_ID}")
    assert text_rows(one)[0][1] == "Budget"


@pytest.mark.parametrize(
    ("selector", "dimension_id"),
    [
        (f"{REGIONS}:207000000501", REGIONS),
        (f"{VERSIONS}:107000009999", VERSIONS),
        ("101000009999:207000000501", "101000009999"),
        ("Versions", "Versions"),
    ],
)
def test_a_bad_selector_is_refused_word_for_word(admin: Caller, selector: str, dimension_id: str) -> None:
    answer = admin("GET", f"{DATA}?pages={selector}")
    assert (answer.status, message(answer)) == (400, f"Invalid page selector [{dimension_id}]")


def exported(caller: Caller, export_type: str, query: str = "") -> Answer:
    return caller("GET", f"{DATA}?exportType={export_type}&moduleId={SALES}{query}")


def test_the_current_page_may_be_asked_for_by_name(admin: Caller) -> None:
    assert exported(admin, "GRID_CURRENT_PAGE").body == admin("GET", DATA).body


def test_tables_of_one_and_of_several_columns(admin: Caller, model: Model) -> None:
    rows = text_rows(exported(admin, "TABULAR_MULTI_COLUMN"))
    assert rows[0] == ["Time", "Versions", "Regions", "Price", "Note"]
    assert ["Jan 26", "Actual", "North", "12.50", '=1+"2"'] in rows
    assert ["Jan 26", "Budget", "South", "7", ""] in rows
    single = text_rows(exported(admin, "TABULAR_SINGLE_COLUMN"))
    assert len(single) - 1 == 2 * (len(rows) - 1)
    assert any("12.50" in row and "Price" in row for row in single)
    page = text_rows(exported(admin, "TABULAR_MULTI_COLUMN", f"&{pages(model)}"))
    assert page[1:] == [row for row in rows if row[:2] == ["Jan 26", "Actual"]]


def test_all_pages_of_the_grid(admin: Caller) -> None:
    rows = text_rows(exported(admin, "GRID_ALL_PAGES"))
    assert any(row[-2:] == ["7", ""] for row in rows)
    assert any("12.50" in row for row in rows)


@pytest.mark.parametrize("query", ["exportType=XLS&moduleId=" + SALES, "exportType=TABULAR_MULTI_COLUMN"])
def test_export_types_need_their_module(admin: Caller, query: str) -> None:
    assert admin("GET", f"{DATA}?{query}").status == 400
    assert admin("GET", f"{DATA}?{query}&moduleId={EMPTY}").status == 400


def test_rows_beyond_the_wanted_number_are_cut(admin: Caller, model: Model) -> None:
    assert len(text_rows(admin("GET", f"{DATA}?maxRows=1"))) == 3
    assert len(admin("GET", f"{DATA}?format=v1&maxRows=1", headers=JSON).json["rows"]) == 1
    assert len(text_rows(exported(admin, "TABULAR_MULTI_COLUMN", "&maxRows=5"))) == 6
    assert admin("GET", f"{DATA}?maxRows=many").status == 400


def test_more_cells_than_the_limit_are_refused(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.view_cell_limit = 4
    assert admin("GET", DATA).status == 200
    assert exported(admin, "TABULAR_MULTI_COLUMN").status == 400
    emulator.tenant.options.view_cell_limit = 3
    assert admin("GET", f"{DATA}?maxRows=1").status == 400
    assert admin("GET", f"{DATA}?format=v1", headers=JSON).status == 400


@pytest.mark.parametrize("base", [MODEL, WM])
def test_an_empty_default_view_is_500(admin: Caller, base: str) -> None:
    assert admin("GET", f"{base}/views/{EMPTY}/data").status == 500


def test_unknown_views_are_404(admin: Caller) -> None:
    assert admin("GET", f"{MODEL}/views/1012000009999/data").status == 404


def test_what_is_accepted(emulator: Emulator, admin: Caller) -> None:
    escaped = {"Accept": "text/csv;escaped=true"}
    assert admin("GET", DATA, headers={"Accept": "image/png"}).status == 406
    assert text_rows(admin("GET", DATA, headers=escaped)) == text_rows(admin("GET", DATA))
    assert admin("GET", DATA, headers=escaped).body.startswith(b'"')
    emulator.tenant.options.plain_csv = False
    assert admin("GET", DATA, headers={"Accept": "text/csv"}).status == 406
    assert admin("GET", DATA, headers=escaped).status == 200
    assert admin("GET", f"{DATA}?format=v1", headers=JSON).status == 200


def test_lines_end_as_wanted_and_come_compressed_if_so(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.csv_line_end = "\r\n"
    assert admin("GET", DATA).body.count(b"\r\n") == 4
    emulator.tenant.options.gzip_text = True
    assert admin("GET", DATA, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
