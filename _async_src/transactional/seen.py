# Source of both colours: scripts/codegen.py emits this file twice.
"""What a view shows: its dimensions, their items, and what its cells are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.api.transactional import LINE_ITEMS
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.transactional.reading.selection import Pages, asked, selected
from anaplan_sdk._core.transactional.reading.tables import Ids, ids_by_label
from anaplan_sdk._core.transactional.reading.values import Formats, Numbers
from anaplan_sdk._io.aio import each, map_bounded
from anaplan_sdk.errors import ApiError, NotFoundError
from anaplan_sdk.models import Dimension, DimensionItem, LineItem, ViewDefinition

from ..engine.session import Session

Items = Mapping[str, Sequence[DimensionItem]]

# Line items that are asked for their dimensions, those with the most cells first, until all dimensions are found.
_ASKED_LINE_ITEMS = 20


@attrs.frozen
class Seen:
    """A view with what is selected of it.

    ``items`` are those of each dimension by its id, None where nobody asked, or the view has too many cells for that.
    """

    view: ViewDefinition
    items: Items | None
    selection: Mapping[Dimension, Sequence[DimensionItem]] = attrs.field(factory=dict)
    known: Items = attrs.field(factory=dict)
    """The items among which those of the selection are."""

    @property
    def counts(self) -> Mapping[str, int] | None:
        """How many items the view shows of each dimension."""
        return None if self.items is None else {key: len(items) for key, items in self.items.items()}

    @property
    def with_lone_items(self) -> Seen:
        """The same, with the only items of dimensions on pages that have no others."""
        items = self.items or {}
        lone = {
            dimension: items[dimension.id] for dimension in self.view.pages if len(items.get(dimension.id, ())) == 1
        }
        return attrs.evolve(self, selection={**lone, **self.selection})

    @property
    def single(self) -> frozenset[Dimension]:
        """The dimensions on pages of which one item is selected."""
        return frozenset(dimension for dimension, items in self.selection.items() if len(items) == 1)

    @property
    def labels(self) -> dict[str, frozenset[str]]:
        """The labels that are selected, by the name of the dimension."""
        return {dimension.name: frozenset(item.name for item in items) for dimension, items in self.selection.items()}

    @property
    def selectors(self) -> dict[str, str]:
        """The ids of the items of one page, by the id of the dimension."""
        return {dimension.id: items[0].id for dimension, items in self.selection.items()}

    @property
    def page(self) -> tuple[str, ...]:
        """The labels of one page."""
        return tuple(self.selection[dimension][0].name for dimension in self.view.pages)


@attrs.frozen
class Sight:
    """Looks at the views of a model, within the time limit of one call."""

    session: Session
    at: ModelPath
    deadline: Deadline

    async def of(self, view_id: int | str, pages: Pages | None, *, count: bool) -> Seen:
        """A view, and which items of the dimensions on pages are wanted; with ``count``, all of its items."""
        view = await self.session.one(transactional.view(self.at, view_id), self.deadline)
        texts = asked(pages, view)
        dimensions = (*view.rows, *view.columns, *view.pages) if count else tuple(texts)
        items = await self._items(view_id, dimensions) if dimensions else None
        if not texts:
            return Seen(view, items)
        known = items if items is not None else await self._items_of_line_items(view, texts)
        return Seen(view, items if count else None, selected(texts, known), known)

    async def _items(self, view_id: int | str, dimensions: Sequence[Dimension]) -> Items | None:
        async def shown(dimension: Dimension) -> list[DimensionItem]:
            listing = transactional.view_dimension_items(self.at, view_id, dimension.id)
            return await self.session.rows(listing, self.deadline)

        try:
            first = [await shown(dimension) for dimension in dimensions[:1]]  # if it is refused, all are
            others = await map_bounded(shown, each(dimensions[1:]), limit=self.session.settings.concurrency)
        except ApiError as error:
            if error.status != 400:
                raise
            return None
        return {dimension.id: items for dimension, items in zip(dimensions, [*first, *others], strict=True)}

    async def ids(self, seen: Seen) -> Ids:
        """The ids of the items by their labels, by the name of the dimension."""
        view = seen.view
        dimensions = (*view.rows, *view.columns, *view.pages)
        items = seen.items if seen.items is not None else await self._items_of_line_items(view, dimensions)
        return {dimension.name: ids_by_label(items.get(dimension.id, ())) for dimension in dimensions}

    async def formats(self, view: ViewDefinition, numbers: Numbers) -> Formats:
        """How cells are read, by the line items of the module."""
        return Formats.of(view, await self._line_items(view, details=True), numbers)

    async def module_id(self, view: ViewDefinition) -> str:
        """The module of a view, which Anaplan tells in its list of views only."""
        key = f"{self.at.model_id}/{view.id}"
        known = self.session.modules.get(key)
        if known is None:
            listing = transactional.views(self.at, None, subsidiary=True)
            for listed in await self.session.rows(listing, self.deadline):
                self.session.modules.put(f"{self.at.model_id}/{listed.id}", listed.module_id or listed.id)
            known = self.session.modules.get(key) or view.id
        return known

    async def _line_items(self, view: ViewDefinition, *, details: bool) -> list[LineItem]:
        module_id = await self.module_id(view)
        return await self.session.rows(transactional.line_items(self.at, module_id, details=details), self.deadline)

    async def _items_of_line_items(self, view: ViewDefinition, dimensions: Iterable[Dimension]) -> Items:
        """The items as line items of the module have them: for views of which Anaplan does not list them."""
        line_items = await self._line_items(view, details=True)
        missing, items = {dimension.id for dimension in dimensions}, dict[str, Sequence[DimensionItem]]()
        if LINE_ITEMS in missing:
            items[LINE_ITEMS] = [DimensionItem(item.id, item.name) for item in line_items]
            missing.discard(LINE_ITEMS)
        by_cells = sorted(line_items, key=lambda item: item.cell_count or 0, reverse=True)
        for line_item in by_cells[:_ASKED_LINE_ITEMS]:
            if not missing:
                break
            listing = transactional.line_item_dimensions(self.at, line_item.id)
            for dimension in await self.session.rows(listing, self.deadline):
                if dimension.id in missing:
                    items[dimension.id] = await self._items_of(line_item.id, dimension.id)
                    missing.discard(dimension.id)
        return items

    async def _items_of(self, line_item_id: str, dimension_id: str) -> list[DimensionItem]:
        listing = transactional.line_item_dimension_items(self.at, line_item_id, dimension_id)
        try:
            return await self.session.rows(listing, self.deadline)
        except NotFoundError:
            return []
