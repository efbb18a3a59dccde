"""What tests of the Transactional API have in common: small lists of their own, and calls that several make."""

from __future__ import annotations

import csv
import io
from typing import Any

from anaplan_sdk.emulator import Emulator, GeneralList, LineItem, ListProperty, Model, Module, Subset, View
from stage.calls.caller import MODEL, Answer, Caller

MODEL_ID = "1" * 32
AREAS, REGIONS, ORDERS, PLACES = "101000000901", "101000000902", "101000000903", "101000000904"
ACTIVE = "109000000901"
WEIGHT, SINCE, LOCAL = "1206000000901", "1206000000902", "1206000000903"
SALES, EMPTY = "102000000901", "102000000902"
PRICE, NOTE, TWICE, DONE, DUE, SIZE = (f"20600000090{number}" for number in range(1, 7))
BY_REGION, FLAT = "1012000000901", "1012000000902"
LINE_ITEMS = "20000000012"
TIME, VERSIONS, USERS = "20000000003", "20000000020", "101999999999"


def the_model(emulator: Emulator) -> Model:
    return emulator.tenant.models[MODEL_ID]


def add_lists(emulator: Emulator) -> Model:
    """Add a hierarchy (areas above regions), a numbered list, and a list that is structure and no data."""
    model = the_model(emulator)
    properties = [
        ListProperty(WEIGHT, "Weight", "NUMBER"),
        ListProperty(SINCE, "Since", "TIME PERIOD"),
        ListProperty(LOCAL, "Local", "BOOLEAN"),
    ]
    model.add(
        GeneralList(AREAS, "Areas", code="AR", top_level_item="World"),
        GeneralList(
            REGIONS, "Regions", parent_list_id=AREAS, properties=properties, subsets=[Subset(ACTIVE, "Active")]
        ),
        GeneralList(ORDERS, "Orders", numbered=True),
        GeneralList(PLACES, "Places", production_data=False),
    )
    areas, regions = model.lists[AREAS], model.lists[REGIONS]
    north = areas.item_id(areas.add_item("Northern Area", "NA"))
    first = regions.add_item(
        "North", "N-01", parent_id=north, properties={WEIGHT: "12.5", LOCAL: "true"}, subsets=[ACTIVE]
    )
    regions.add_item("South", parent_id=north)
    regions.set_access(first, ["ada@example.com", "ben@example.com"], ["ada@example.com"])
    return model


def add_sales(emulator: Emulator) -> Model:
    """Add a module over the regions, months and versions, with a view of it that has two dimensions on pages."""
    model = add_lists(emulator)
    line_items = [
        LineItem(PRICE, "Price", "NUMBER", summary="Sum"),
        LineItem(NOTE, "Note", "TEXT"),
        LineItem(TWICE, "Twice", "NUMBER", formula="Price * 2"),
        LineItem(DONE, "Done", "BOOLEAN"),
        LineItem(DUE, "Due", "DATE"),
        LineItem(SIZE, "Size", "NUMBER", applies_to=[REGIONS], time_scale="", versions=False),
    ]
    model.add(
        Module(SALES, "REV01 Sales", REGIONS, line_items, time_scale="Month", versions=True),
        Module(EMPTY, "SYS01 Empty", ""),
        View(
            BY_REGION,
            "By region",
            SALES,
            rows=[REGIONS],
            columns=[LINE_ITEMS],
            pages=[TIME, VERSIONS],
            shown={LINE_ITEMS: [PRICE, NOTE], REGIONS: [region_id(model, "North"), region_id(model, "South")]},
        ),
        View(
            FLAT,
            "Flat",
            SALES,
            rows=[REGIONS],
            columns=[TIME, VERSIONS],
            pages=[],
            shown={LINE_ITEMS: [PRICE], REGIONS: [region_id(model, "North")]},
        ),
    )
    return model


def region_id(model: Model, name: str) -> str:
    position = model.lists[REGIONS].by_name(name)
    assert position is not None
    return model.lists[REGIONS].item_id(position)


def text_rows(answer: Answer) -> list[list[str]]:
    """The rows of an answer in CSV."""
    assert answer.status == 200, answer
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.body.decode(), newline="")))


def start_read(caller: Caller, path: str, body: object = None) -> str:
    """Make a large read of a view or list and return its path."""
    answer = caller("POST", f"{MODEL}{path}/readRequests", body)
    assert answer.status == 200, answer
    (request,) = (value for key, value in answer.json.items() if key.endswith("ReadRequest"))
    return f"{MODEL}{path}/readRequests/{request['requestId']}"


def read_state(caller: Caller, read: str) -> Any:
    """Look at a large read."""
    answer = caller("GET", read)
    assert answer.status == 200, answer
    return next(value for key, value in answer.json.items() if key.endswith("ReadRequest"))


def failed(answer: Answer) -> list[tuple[int, str, str]]:
    """The failures of a write."""
    assert answer.status == 200, answer
    return [(one["requestIndex"], one["failureType"], one["failureMessageDetails"]) for one in answer.json["failures"]]
