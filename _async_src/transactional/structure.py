# Source of both colours: scripts/codegen.py emits this file twice.
"""Modules, line items, views, dimensions and lists of a model."""

from __future__ import annotations

from collections.abc import Iterable

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.transactional.lookup import check_codes, check_listable, matched, questions, texts
from anaplan_sdk.models import (
    Dashboard,
    Dimension,
    DimensionItem,
    ItemLookup,
    LineItem,
    ListDefinition,
    ListSummary,
    Module,
    View,
    ViewDefinition,
)

from ..scope import Scope


class Structure(Scope):
    """What the user has no access to is missing in listings, and NotFoundError by its id."""

    async def list_modules(self, *, timeout: float | None = None) -> list[Module]:
        """The modules of the model."""
        return await self._session.rows(transactional.modules(self._model()), Deadline.after(timeout))

    async def list_line_items(
        self, module_id: int | str | None = None, *, details: bool = True, timeout: float | None = None
    ) -> list[LineItem]:
        """The line items of a module, or of the whole model, in the order of the user interface.

        Args:
            module_id: The module. In a big model, ask module by module.
            details: Also ask for format, formula, dimensions and so on; otherwise for ids and names only.
            timeout: Seconds for the call, None for no limit.
        """
        listing = transactional.line_items(self._model(), module_id, details=details)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def list_line_item_dimensions(
        self, line_item_id: int | str, *, timeout: float | None = None
    ) -> list[Dimension]:
        """All dimensions of a line item, also time and versions: what has to be named to write a cell of it."""
        listing = transactional.line_item_dimensions(self._model(), line_item_id)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def list_line_item_dimension_items(
        self, line_item_id: int | str, dimension_id: int | str, *, timeout: float | None = None
    ) -> list[DimensionItem]:
        """The items that a line item has in one of its dimensions, also in Time and Versions, in the model's order.

        Raises:
            ApiError: 400 for ids that are malformed, and for more than 1,000,000 items.
        """
        listing = transactional.line_item_dimension_items(self._model(), line_item_id, dimension_id)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def list_views(
        self, module_id: int | str | None = None, *, subsidiary: bool = False, timeout: float | None = None
    ) -> list[View]:
        """The views of a module, or of the whole model.

        The default view of a module has the id of the module. In the listing of one module it is called ``default``,
        and saved views have their bare names; in that of the model they are called ``Module.View``.

        Args:
            module_id: The module.
            subsidiary: Also list the unsaved views of line items, which have id and name of the line item.
            timeout: Seconds for the call, None for no limit.
        """
        listing = transactional.views(self._model(), module_id, subsidiary=subsidiary)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def get_view(self, view_id: int | str, *, timeout: float | None = None) -> ViewDefinition:
        """The dimensions of a view on rows, columns and pages.

        Args:
            view_id: A view, a module for its default view, or a line item for its own.
            timeout: Seconds for the call, None for no limit.
        """
        return await self._session.one(transactional.view(self._model(), view_id), Deadline.after(timeout))

    async def list_view_dimension_items(
        self, view_id: int | str, dimension_id: int | str, *, timeout: float | None = None
    ) -> list[DimensionItem]:
        """The items of a dimension that a view shows, in no certain order.

        Items that are hidden or filtered, or that the user may not see, are left out.

        Raises:
            ApiError: 400 for a view of more than 1,000,000 cells.
        """
        listing = transactional.view_dimension_items(self._model(), view_id, dimension_id)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def list_dimension_items(
        self, dimension_id: int | str, *, timeout: float | None = None
    ) -> list[DimensionItem]:
        """All items of a list (101…), a list subset (109…), a line item subset (114…) or of the users (101999999999).

        Raises:
            ConfigurationError: For Line Items, Time and Versions, which Anaplan does not list this way.
            ApiError: 400 for more than 1,000,000 items.
        """
        check_listable(dimension_id)
        listing = transactional.dimension_items(self._model(), dimension_id)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def look_up_items(
        self,
        dimension_id: int | str,
        *,
        names: Iterable[str] = (),
        codes: Iterable[str] = (),
        timeout: float | None = None,
    ) -> ItemLookup:
        """The items of a dimension with these names or codes, in any case.

        Args:
            dimension_id: A list, Users, Time or Versions; the latter two have no codes.
            names: Names, and labels of periods, of any number: 10,000 are asked for at a time.
            codes: The same for codes.
            timeout: Seconds for the call, None for no limit.

        Returns:
            What was found for each of them, and what was not found. Without names and codes, nothing is sent.

        Raises:
            ConfigurationError: A text was passed instead of a list, or codes of Time or Versions.
        """
        deadline, names, codes = Deadline.after(timeout), texts(names, "names"), texts(codes, "codes")
        check_codes(dimension_id, codes)
        found: list[DimensionItem] = []
        for question in questions(names, codes):
            deadline.check(f"looking up items of dimension {dimension_id}")
            listing = transactional.look_up_items(self._model(), dimension_id, question)
            found += await self._session.rows(listing, deadline)
        return matched(names, codes, found)

    async def list_lists(self, *, timeout: float | None = None) -> list[ListSummary]:
        """The lists of the model. Their subsets are found with ``get_list``."""
        return await self._session.rows(transactional.lists(self._model()), Deadline.after(timeout))

    async def get_list(self, list_id: int | str, *, timeout: float | None = None) -> ListDefinition:
        """A list: its properties, its subsets, its parent, how many items it has."""
        return await self._session.one(transactional.list_definition(self._model(), list_id), Deadline.after(timeout))

    async def preview_list(self, list_id: int | str, *, timeout: float | None = None) -> bytes:
        """The first items of a list (1,000 at most) as CSV: name, parent, code."""
        deadline = Deadline.after(timeout)
        at = await self._model_in_workspace(deadline)
        return await self._session.content(transactional.list_preview(at, list_id), deadline)

    async def list_dashboards(self, *, timeout: float | None = None) -> list[Dashboard]:
        """The classic dashboards of the model. Anaplan does not list pages of the new user experience."""
        deadline = Deadline.after(timeout)
        at = await self._model_in_workspace(deadline)
        return await self._session.rows(transactional.dashboards(at), deadline)
