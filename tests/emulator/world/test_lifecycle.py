"""Revisions of the richer structure: compared, reported and brought to another model."""

from __future__ import annotations

from datetime import date

import pytest

from anaplan_sdk.emulator import (
    Calendar,
    Dashboard,
    Emulator,
    GeneralList,
    LineItem,
    LineItemSubset,
    ListProperty,
    Model,
    Subset,
    Version,
    View,
    structure,
)
from anaplan_sdk.emulator.world.planning import demo
from anaplan_sdk.emulator.world.planning.dimensions import TIME_ID
from stage.calls.alm_calls import (
    DEVELOPMENT,
    DEVELOPMENT_ID,
    PRODUCTION,
    PRODUCTION_ID,
    SECOND,
    create,
    finish,
    revision_ids,
)
from stage.calls.caller import Caller


@pytest.fixture
def source(emulator: Emulator, admin: Caller) -> Model:
    """Development, when production has had everything from it."""
    finish(admin, "syncTasks", sourceRevisionId=create(admin))
    return emulator.tenant.models[DEVELOPMENT_ID]


def latest(admin: Caller) -> str:
    (found,) = revision_ids(admin("GET", f"{PRODUCTION}/alm/latestRevision"))
    return found


def summary(admin: Caller) -> dict[str, dict[str, int]]:
    """What a new revision of development would change in production, by category."""
    source, target = create(admin), latest(admin)
    finish(admin, "summaryReportTasks", sourceRevisionId=source, targetRevisionId=target)
    report = admin("GET", f"{PRODUCTION}/alm/summaryReports/{target}/{source}").json["summaryReport"]
    differences: dict[str, dict[str, int]] = report["differences"]
    return differences


def sync(admin: Caller) -> None:
    """Bring the latest revision of development to production."""
    (source,) = revision_ids(admin("GET", f"{DEVELOPMENT}/alm/latestRevision"))
    assert finish(admin, "syncTasks", sourceRevisionId=source, targetRevisionId=latest(admin))["result"]["successful"]
    assert admin("GET", f"/emulator/models/{DEVELOPMENT_ID}/structure").status == 200


def change(model: Model) -> None:
    products, plan = model.lists[demo.PRODUCTS_ID], model.modules[demo.PRICING_ID]
    products.properties.append(ListProperty("1206000000009", "Origin"))
    products.properties[0].format = "TEXT"
    products.subsets.append(Subset("109000000009", "New"))
    products.top_level_item = "Everything"
    plan.line_items.append(LineItem("206000050099", "Margin", "NUMBER", formula="Revenue - Returns"))
    plan.line_items[-2].applies_to = [demo.FAMILIES_ID]
    del model.views[demo.VIEW_ID]
    model.views["1012000000009"] = View("1012000000009", "New", demo.PRICING_ID, [TIME_ID])
    model.add(Version("107000000009", "What If"), Dashboard("115000000009", "New"))
    model.add(LineItemSubset("114000000009", "New", [demo.UNITS_ID]))
    model.calendar.half_year_totals = True


def test_every_part_of_the_structure_is_compared(admin: Caller, source: Model) -> None:
    change(source)
    assert summary(admin) == {
        "lists": {"modified": 1},
        "listProperties": {"created": 1, "modified": 1},
        "listSubsets": {"created": 1},
        "lineItems": {"created": 1, "modified": 1},
        "lineItemSubsets": {"created": 1},
        "views": {"created": 1, "deleted": 1},
        "versions": {"created": 1},
        "timeSettings": {"modified": 1},
        "dashboards": {"created": 1},
    }


def test_a_sync_brings_every_part(emulator: Emulator, admin: Caller, source: Model) -> None:
    target = emulator.tenant.models[PRODUCTION_ID]
    change(source)
    create(admin)
    sync(admin)
    assert structure(target) == structure(source)
    assert target.lists[demo.PRODUCTS_ID].property_at(0, demo.WEIGHT_ID) == "7.5"
    assert target.lists[demo.PRODUCTS_ID].count == 8
    module = target.modules[demo.PRICING_ID]
    assert (len(module.columns_of(demo.UNITS_ID)), module.columns_of(demo.SHELF_ID)) == (16, [])
    assert target.calendar.labelled("H1 FY26") is not None


def test_data_is_not_compared(admin: Caller, source: Model) -> None:
    source.lists[demo.PRODUCTS_ID].add(["Lungo"])
    source.lists[demo.PRODUCTS_ID].rename(0, "Short")
    source.set_fiscal_year("FY27")
    source.calendar.set_current(None)
    source.set_switchover(demo.FORECAST_ID, None)
    source.versions[demo.BUDGET_ID].edit_to = date(2026, 6, 30)
    answer = admin("POST", f"{DEVELOPMENT}/alm/revisions", {"name": "Nothing"})
    assert answer.status != 201


def test_items_of_a_list_that_is_no_data_are_structure(emulator: Emulator, admin: Caller, source: Model) -> None:
    part = GeneralList(
        "101000000099", "Accounts", production_data=False, properties=[ListProperty("1206000000099", "Sign")]
    )
    source.add(part)
    part.add_item("Revenue", "4000", properties={"1206000000099": "+"})
    part.add(["Costs"])
    assert summary(admin) == {"lists": {"created": 1}, "listProperties": {"created": 1}, "listItems": {"created": 2}}
    sync(admin)
    target = emulator.tenant.models[PRODUCTION_ID].lists[part.id]
    assert (list(target.items), target.by_code("4000"), target.property_at(0, "1206000000099")) == (
        *(["Revenue", "Costs"], 0, "+"),
    )
    kept = target.item_id(1)
    source.delete_item(part.id, 0)
    part.rename(1, "Expenses")
    assert summary(admin) == {"listItems": {"deleted": 1, "modified": 1}}
    sync(admin)
    assert (list(target.items), target.code_at(1), target.item_id(1)) == (["Expenses"], "Costs", kept)


def test_items_that_are_structure_come_with_all_they_have(emulator: Emulator, admin: Caller, source: Model) -> None:
    parents = GeneralList("101000000098", "Groups", production_data=False, top_level_item="All Groups")
    part = GeneralList(
        *("101000000099", "Accounts"),
        parent_list_id=parents.id,
        numbered=True,
        production_data=False,
        properties=[
            ListProperty("1206000000098", "Tier", "LIST", demo.TIERS_ID),
            ListProperty("1206000000099", "From", "TIME PERIOD"),
        ],
        subsets=[Subset("109000000099", "Open")],
    )
    source.add(parents, part)
    parents.add_item("Assets", "G-1", parent_id=parents.top_level_id)
    tier = source.stored(part.properties[0], "Gold")
    for code in ("1000", None):
        properties = {"1206000000098": tier, "1206000000099": "Jan 26"}
        parent_id = source.find_parent(part.id, "Assets")
        part.add_item(None, code, parent_id=parent_id, properties=properties, subsets=["109000000099"])
    create(admin)
    target = emulator.tenant.models[PRODUCTION_ID]
    target.calendar.fiscal_year = "FY27"
    sync(admin)
    copied = target.lists[part.id]
    assert [copied.code_at(position) for position in copied.positions()] == ["1000", None]
    assert copied.members("109000000099") == [0, 1]
    found = target.parent_item(part.id, 0)
    assert found is not None
    assert found[1].name == "Assets"
    assert target.display(copied.properties[0], copied.property_at(0, "1206000000098")) == "Gold"
    assert copied.property_at(0, "1206000000099") == ""
    emulator.tenant.options.sync_overwrites_changes = True
    copied.delete(copied.add_item())
    part.add_item()
    create(admin)
    sync(admin)
    assert list(copied.items) == ["#1", "#2", "#4"]


def test_names_that_are_exchanged_do_not_fail_a_sync(emulator: Emulator, admin: Caller, source: Model) -> None:
    part = GeneralList("101000000099", "Accounts", production_data=False)
    source.add(part)
    part.add(["A", "B"])
    create(admin)
    sync(admin)
    for position, name in ((0, "C"), (1, "A"), (0, "B")):
        part.rename(position, name)
    create(admin)
    sync(admin)
    assert emulator.tenant.models[PRODUCTION_ID].lists[part.id].count == 2


def test_a_report_names_details_only_where_they_are_unusual(admin: Caller, source: Model) -> None:
    change(source)
    source_id, target_id = create(admin), latest(admin)
    finish(admin, "comparisonReportTasks", sourceRevisionId=source_id, targetRevisionId=target_id)
    path = f"{PRODUCTION}/alm/comparisonReports/{target_id}/{source_id}"
    report = admin("GET", path).body.decode()
    assert "=== LIST PROPERTIES ADDED ===\nId\tName\tFormat" in report
    assert "101000000012\tProducts\tTop Level Item\t\tEverything\n" in report
    assert "=== LINE ITEMS ADDED ===\nId\tName\tFormat\tFormula\tModule\n" in report
    assert "206000050099\tMargin\tNUMBER\tRevenue - Returns\tProduct Plan\n" in report
    assert "20000000003\tTime\tHalf Year Totals\t\ttrue\n" in report
    assert "=== VIEWS REMOVED ===" in report


def test_both_models_of_the_demo_plan_alike(emulator: Emulator, admin: Caller) -> None:
    development, production = (structure(emulator.tenant.models[each]) for each in (DEVELOPMENT_ID, PRODUCTION_ID))
    for category in (
        "listProperties",
        "listSubsets",
        "lineItemSubsets",
        "views",
        "versions",
        "timeSettings",
        "dashboards",
    ):
        assert development[category] == production[category]
        assert development[category]
    assert SECOND not in revision_ids(admin("GET", f"{PRODUCTION}/alm/latestRevision"))


def test_a_calendar_of_another_type_comes_with_a_sync(emulator: Emulator, admin: Caller, source: Model) -> None:
    source.calendar = Calendar("Weeks: General", weeks_count=10)
    assert summary(admin) == {"timeSettings": {"modified": 1}}
    sync(admin)
    calendar = emulator.tenant.models[PRODUCTION_ID].calendar
    assert (len(calendar.periods), calendar.calendar_type) == (10, "Weeks: General")
