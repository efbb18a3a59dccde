"""What the demo tenant has to plan with, in both of its models: products, a module over them, a view and a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .calendar import Calendar, Version
from .contents import Planning
from .dimensions import LINE_ITEMS_ID, TIME_ID, VERSIONS_ID
from .items import ListProperty, Subset
from .lists import GeneralList
from .modules import Dashboard, LineItem, LineItemSubset, Module, View, column_key

FAMILIES_ID, PRODUCTS_ID = "101000000011", "101000000012"
ORDERS_ID, TIERS_ID = "101000000013", "101000000014"
ACTIVE_ID = "109000000001"
"""The subset of the products that are sold."""
WEIGHT_ID, SINCE_ID, LOCAL_ID, MANAGER_ID = "1206000000001", "1206000000002", "1206000000003", "1206000000004"
"""Properties of products: a number, a month, a boolean and a text."""
CUSTOMER_ID = "1206000000011"
"""The display name of orders."""

PRICING_ID = "102000000011"
LIST_PRICE_ID, UNITS_ID, REVENUE_ID, COMMENT_ID = "206000050001", "206000050002", "206000050003", "206000050004"
APPROVED_ID, VALID_FROM_ID, TIER_ID, LAUNCH_ID = "206000050005", "206000050006", "206000050007", "206000050008"
HEADING_ID, RETURNS_ID, SHELF_ID = "206000050009", "206000050010", "206000050011"
FIGURES_ID = "114000000001"
"""A subset of line items."""
ACTUAL_ID, FORECAST_ID, BUDGET_ID = "107000000001", "107000000002", "107000000003"
VIEW_ID, DASHBOARD_ID = "1012000000001", "115000000001"

FAMILIES = {"Coffee": "F-1", "Tea": "F-2", "Maté": "F-3"}
PRODUCTS = {
    "P-01": ("Espresso", "Coffee"),
    "P-02": ("Café crème", "Coffee"),
    "P-03": ("Ristretto", "Coffee"),
    "P-04": ("Earl Grey", "Tea"),
    "P-05": ("Rooibos", "Tea"),
    "P-06": ("Sencha", "Tea"),
    "P-07": ("Yerba maté", "Maté"),
    "P-08": ("Mate cocido", "Maté"),
}
TIERS = ("Gold", "Silver", "Bronze")


def add_products(model: Planning) -> None:
    """Add the planning parts with their data."""
    model.calendar = Calendar(fiscal_year="FY26", current=date(2026, 5, 15))
    figures = LineItemSubset(FIGURES_ID, "Figures", [LIST_PRICE_ID, UNITS_ID, REVENUE_ID])
    model.add_planned(*_lists(), *_versions(), _module(), _view(), figures, Dashboard(DASHBOARD_ID, "Start Here"))
    _fill_lists(model)
    _fill_cells(model)


def _lists() -> list[GeneralList]:
    properties = [
        ListProperty(WEIGHT_ID, "Weight", "NUMBER"),
        ListProperty(SINCE_ID, "Since", "TIME PERIOD"),
        ListProperty(LOCAL_ID, "Local", "BOOLEAN"),
        ListProperty(MANAGER_ID, "Manager"),
    ]
    products = GeneralList(PRODUCTS_ID, "Products", parent_list_id=FAMILIES_ID, properties=properties, code="PRD")
    products.subsets.append(Subset(ACTIVE_ID, "Active"))
    customer = ListProperty(CUSTOMER_ID, "Customer")
    return [
        GeneralList(FAMILIES_ID, "Product Families", top_level_item="All Products"),
        products,
        GeneralList(ORDERS_ID, "Orders", numbered=True, properties=[customer], display_name_property=CUSTOMER_ID),
        GeneralList(TIERS_ID, "Price Tiers"),
    ]


def _versions() -> list[Version]:
    return [
        Version(ACTUAL_ID, "Actual", is_actual=True, notes="Closed every month"),
        Version(FORECAST_ID, "Forecast", is_current=True, switchover=date(2026, 4, 1)),
        Version(BUDGET_ID, "Budget", edit_from=date(2026, 1, 1), edit_to=date(2026, 12, 31)),
    ]


def _module() -> Module:
    line_items = [
        LineItem(HEADING_ID, "Prices", "NONE", is_summary=True, style="Heading1"),
        LineItem(LIST_PRICE_ID, "List Price", "NUMBER", format_details={"decimalPlaces": 2}, start_of_section=True),
        LineItem(UNITS_ID, "Units", "NUMBER", summary="Sum", notes="Cups sold"),
        LineItem(REVENUE_ID, "Revenue", "NUMBER", formula="'List Price' * Units", summary="Sum"),
        LineItem(RETURNS_ID, "Returns", "NUMBER", summary="Sum", use_switchover=True),
        LineItem(COMMENT_ID, "Comment"),
        LineItem(APPROVED_ID, "Approved", "BOOLEAN"),
        LineItem(VALID_FROM_ID, "Valid From", "DATE"),
        LineItem(TIER_ID, "Tier", "LIST", entity_id=TIERS_ID),
        LineItem(LAUNCH_ID, "Launch", "TIME PERIOD"),
        LineItem(SHELF_ID, "Shelf Life", "NUMBER", applies_to=[PRODUCTS_ID], time_scale="", versions=False),
    ]
    return Module(PRICING_ID, "Product Plan", PRODUCTS_ID, line_items, time_scale="Month", versions=True)


def _view() -> View:
    figures = {LINE_ITEMS_ID: [LIST_PRICE_ID, UNITS_ID, REVENUE_ID]}
    return View(
        VIEW_ID, "Revenue by Month", PRICING_ID, [PRODUCTS_ID], [LINE_ITEMS_ID, TIME_ID], [VERSIONS_ID], figures
    )


def _fill_lists(model: Planning) -> None:
    lists = model.lists
    families, products, orders = lists[FAMILIES_ID], lists[PRODUCTS_ID], lists[ORDERS_ID]
    for name, code in FAMILIES.items():
        families.add_item(name, code, parent_id=families.top_level_id)
    for number, (code, (name, family)) in enumerate(PRODUCTS.items(), start=1):
        position = products.add_item(name, code, parent_id=model.find_parent(PRODUCTS_ID, family))
        products.set_property(position, WEIGHT_ID, f"{number * 7.5}")
        products.set_property(position, LOCAL_ID, "true" if number % 2 else "false")
        products.set_subset(position, ACTIVE_ID, number % 4 != 0)
    products.set_property(0, SINCE_ID, "Jan 26")
    products.set_property(0, MANAGER_ID, "Ada Li")
    customers: dict[str | None, str] = {"O-1": "Bar Centrale", "O-2": "Tea House", None: "Walk-in"}
    for code_or_none, customer in customers.items():
        orders.add_item(code=code_or_none, properties={CUSTOMER_ID: customer})
    lists[TIERS_ID].add(TIERS)


def _fill_cells(model: Planning) -> None:
    """Actual numbers until April and a budget for the year; everything else in January."""
    products = model.lists[PRODUCTS_ID]
    months = [each for each in model.calendar.periods if each.level == "MONTH"]
    tiers = model.lists[TIERS_ID]
    module = model.modules[PRICING_ID]

    def fill(line_item_id: str, version_id: str, month: str, texts: Iterable[str]) -> None:
        column = module.column(column_key(line_item_id, (month, version_id)), products.length)
        column[:] = texts

    for number, month in enumerate(months):
        for version_id in (ACTUAL_ID, BUDGET_ID) if number < 4 else (BUDGET_ID,):
            prices = [f"{2 + position * 0.25:.2f}" for position in range(products.length)]
            fill(LIST_PRICE_ID, version_id, month.id, prices)
            fill(
                UNITS_ID, version_id, month.id, [str(10 * (number + 1) + position) for position in products.positions()]
            )
    january = months[0].id
    fill(RETURNS_ID, ACTUAL_ID, january, ["1", "0", "2", "", "", "", "", "1"])
    fill(COMMENT_ID, ACTUAL_ID, january, ["House blend", "With cream", "", "", "", "", "Sold out, again", ""])
    fill(APPROVED_ID, ACTUAL_ID, january, ["true", "false", "true", "", "", "", "", ""])
    fill(VALID_FROM_ID, ACTUAL_ID, january, ["2026-01-01", "2026-01-15", "", "", "", "", "", ""])
    fill(TIER_ID, ACTUAL_ID, january, [tiers.item_id(0), tiers.item_id(1), tiers.item_id(1), "", "", "", "", ""])
    fill(LAUNCH_ID, ACTUAL_ID, january, ["Jan 26", "Feb 26", "", "", "", "", "", ""])
    module.column(SHELF_ID, products.length)[:] = [str(90 + 30 * position) for position in products.positions()]
