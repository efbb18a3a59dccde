"""What separates two structures: objects created, deleted and modified on the way from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..world.model import Model
from ..world.revisions import RevisionHistory
from ..world.structure import Structure, structure

Counts: TypeAlias = dict[str, int]

# Files are left out: import data sources are production data, and uploads add them in any model.
COMPARED = (
    *("lists", "listProperties", "listSubsets", "listItems", "modules", "lineItems", "lineItemSubsets", "views"),
    *("versions", "timeSettings", "dashboards", "imports", "exports", "actions", "processes"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The ids of the objects of one category that a sync would create, delete and modify."""

    created: list[str]
    deleted: list[str]
    modified: list[str]

    def counts(self) -> Counts:
        """How many there are of each; zeros are left out."""
        counts = {"created": len(self.created), "deleted": len(self.deleted), "modified": len(self.modified)}
        return {kind: count for kind, count in counts.items() if count}


def differences(target: Structure, source: Structure) -> dict[str, Difference]:
    """What is different by category, without the categories in which nothing is."""
    compared = {category: _difference(target[category], source[category]) for category in COMPARED}
    return {category: difference for category, difference in compared.items() if difference.counts()}


def _difference(target: Mapping[str, Any], source: Mapping[str, Any]) -> Difference:
    return Difference(
        created=[object_id for object_id in source if object_id not in target],
        deleted=[object_id for object_id in target if object_id not in source],
        modified=[object_id for object_id in source if target.get(object_id, source[object_id]) != source[object_id]],
    )


def summary(target: Structure, source: Structure) -> dict[str, Any]:
    """The numbers of a summary report, in all and by category."""
    by_category = {name: difference.counts() for name, difference in differences(target, source).items()}
    totals: Counts = {}
    for counts in by_category.values():
        for kind, count in counts.items():
            totals[kind] = totals.get(kind, 0) + count
    return {"totals": totals, "differences": by_category}


def has_changed(model: Model, history: RevisionHistory) -> bool:
    """Whether the structure of the model has changed since its latest revision; True if it has none."""
    latest = history.latest(model.id)
    return latest is None or bool(differences(latest.revision.structure, structure(model)))
