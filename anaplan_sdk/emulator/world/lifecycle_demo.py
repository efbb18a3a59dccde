"""What the demo tenant has for its lifecycle: planning parts in both models, and revisions that set them apart."""

from __future__ import annotations

import time

from .definitions import Action
from .model import Model
from .planning.lists import GeneralList
from .planning.modules import LineItem, Module
from .tenant import Tenant, User

REGIONS_ID, CHANNELS_ID, COST_CENTERS_ID = "101000000001", "101000000002", "101000000003"
DRIVERS_ID, HEADCOUNT_ID = "102000000001", "102000000002"
GROWTH_ID, SEASONALITY_ID, DISCOUNT_ID = "206000100001", "206000100002", "206000100003"
FIRST_REVISION_ID, SECOND_REVISION_ID = "5A1E5000000000000000000000000001", "5A1E5000000000000000000000000002"

DAY_SECONDS = 86_400.0


def add_planning(model: Model) -> None:
    """Add lists and a module beside those that the imports and the export use."""
    line_items = [
        LineItem(GROWTH_ID, "Growth Rate", "NUMBER"),
        LineItem(SEASONALITY_ID, "Seasonality"),
        LineItem(DISCOUNT_ID, "Discount", "NUMBER"),
    ]
    model.add(
        GeneralList(REGIONS_ID, "Regions"),
        GeneralList(CHANNELS_ID, "Sales Channels"),
        Module(DRIVERS_ID, "Planning Drivers", REGIONS_ID, line_items),
    )


def fill_planning(model: Model) -> None:
    """Give the planning parts data, which no sync may touch where the structure stays."""
    model.lists[REGIONS_ID].add(["Île-de-France", "Zürich", "Kraków"])
    model.lists[CHANNELS_ID].add(["Online", "Retail"])
    model.modules[DRIVERS_ID].cells = {
        GROWTH_ID: ["0.03", "0.05", "0.02"],
        SEASONALITY_ID: ["Summer", "Winter", ""],
        DISCOUNT_ID: ["0.1", "0", "0.15"],
    }


def begin_lifecycle(
    tenant: Tenant,
    user: User,
    source: Model,
    target: Model,
    *,
    source_revision_id: str = SECOND_REVISION_ID,
    target_revision_id: str = FIRST_REVISION_ID,
) -> None:
    """Start from a revision that both models have; the source then has one more, and changes after that.

    What it has in advance are lists, modules and line items that came, went and changed.
    """
    now, history = time.time(), tenant.history
    first_on = now - 30 * DAY_SECONDS
    first = history.create(source, user.id, target_revision_id, "Initial Model", created_on=first_on).revision
    history.apply(first, target.id, user.id, "Model copied", applied_on=first_on + DAY_SECONDS)
    _develop(source)
    description = "Headcount by cost center; numeric seasonality; discounts and sales channels retired"
    second_on = now - 2 * DAY_SECONDS
    history.create(source, user.id, source_revision_id, "Headcount Planning", description, created_on=second_on)
    source.change_structure("Forecast Confidence", module_id=DRIVERS_ID)


def _develop(model: Model) -> None:
    drivers = model.modules[DRIVERS_ID]
    for line_item in drivers.line_items:
        if line_item.id == SEASONALITY_ID:
            line_item.format = "NUMBER"
    drivers.line_items = [line_item for line_item in drivers.line_items if line_item.id != DISCOUNT_ID]
    drivers.line_items.append(LineItem("206000100004", "Price Change", "NUMBER"))
    del model.lists[CHANNELS_ID]
    headcount = [
        LineItem("206000100005", "Employees", "NUMBER"),
        LineItem("206000100006", "Average Salary", "NUMBER"),
        LineItem("206000100007", "Hiring Manager"),
    ]
    model.add(
        GeneralList(COST_CENTERS_ID, "Cost Centers"),
        Module(HEADCOUNT_ID, "Headcount Plan", COST_CENTERS_ID, headcount),
        Action("117000000003", "Delete Cost Centers", "DELETE_BY_SELECTION", list_id=COST_CENTERS_ID),
    )
