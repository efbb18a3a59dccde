"""Cells as they are displayed: those that are kept, those of formulas, and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, DecimalException, InvalidOperation

from ..calendar import TIME_SCALES, Version
from ..contents import Planning
from ..dimensions import TIME_ID, VERSIONS_ID, Dimension, ListDimension
from ..modules import LineItem, Module, column_key
from ..periods import Period
from .formulas import ZERO, Calculation, FormulaError, Numbers, compiled, names_in
from .layouts import Layout, grouped


class Cells:
    """The cells of a module as they are at the moment; what was calculated is kept as long as this is."""

    def __init__(self, planning: Planning, module: Module) -> None:
        self._planning = planning
        self._module = module
        self._layouts: dict[str, Layout] = {}
        self._line_items = {each.id: each for each in module.line_items}
        self._by_name = {each.name: each.id for each in module.line_items}
        self._numbers: dict[str, Numbers] = {}
        self._groups: dict[str, dict[str, list[int]]] = {}
        self._calculating: set[str] = set()

    def layout(self, line_item_id: str) -> Layout | None:
        """How the cells of a line item are kept; None for one that the module has not."""
        if line_item_id not in self._layouts:
            line_item = self._line_items.get(line_item_id)
            if line_item is None:
                return None
            first, ids = self._planning.storage(self._module, line_item)
            found = (self._planning.line_item_dimension(self._module, line_item, each) for each in ids)
            self._layouts[line_item_id] = Layout(
                line_item, first, [each for each in found if each], _calculation(line_item.formula)
            )
        return self._layouts[line_item_id]

    # --- texts ---

    def text(self, layout: Layout, coordinates: Mapping[str, str]) -> str:
        """One cell as it is displayed. LookupError: there is no such cell."""
        others = tuple(coordinates[each.id] for each in layout.others)
        if any(each.find(item) is None for each, item in zip(layout.others, others, strict=True)):
            raise LookupError(coordinates)
        if layout.first is None:
            return self.texts(layout, others)[0]
        item = coordinates[layout.first.id]
        if layout.first.is_leaf(item):
            return self.texts(layout, others)[layout.first.own.position_of(item) or 0]
        totals = [member.id for member in layout.first.totals()]
        if item not in totals:
            raise LookupError(coordinates)
        return self.totals(layout, others)[totals.index(item)]

    def series(self, layout: Layout, others: tuple[str, ...]) -> Sequence[str]:
        """The cells of all items of the first dimension as displayed, totals after the others."""
        texts = self.texts(layout, others)
        if layout.first is None:
            return texts
        positions = layout.first.positions()
        chosen = texts if isinstance(positions, range) else [texts[position] for position in positions]
        totals = self.totals(layout, others)
        return [*chosen, *totals] if totals else chosen

    def texts(self, layout: Layout, others: tuple[str, ...]) -> Sequence[str]:
        """The cells by position in the first list as displayed."""
        line_item, others = layout.line_item, self._switched(layout, others)
        if self._is_calculated(layout, others):
            return self._calculated_texts(layout, others)
        column = self._column(layout, others)
        if line_item.format in ("LIST", "BOOLEAN"):
            return [self._planning.display(line_item, text) for text in column]
        return column

    def _calculated_texts(self, layout: Layout, others: tuple[str, ...]) -> Sequence[str]:
        if layout.is_number:
            numbers = self.numbers(layout, others)
            return [""] * layout.length if numbers is None else [number_text(number) for number in numbers]
        copied = self._copied(layout)
        coordinates = layout.named(others)
        if copied is not None and copied.first is not None and copied.ids == layout.ids and not layout.total_in(others):
            return self.texts(copied, tuple(coordinates[each.id] for each in copied.others))
        return [""] * layout.length

    def _copied(self, layout: Layout) -> Layout | None:
        """The line item of the same format that a formula consists of."""
        formula = layout.line_item.formula or ""
        names = names_in(formula)
        source = self.layout(self._by_name.get(names[0], "")) if len(names) == 1 else None
        whole = formula.strip().strip("'") == (names[0] if names else None)
        return source if source and whole and source.line_item.format == layout.line_item.format else None

    def totals(self, layout: Layout, others: tuple[str, ...]) -> list[str]:
        """The cells of the totals of the first dimension, in their order."""
        if layout.first is None:
            return []
        others = self._switched(layout, others)
        numbers = self._total_numbers(layout, others)
        if numbers is None:
            return ["" for _ in layout.first.totals()]
        return [number_text(number) for number in numbers]

    def _column(self, layout: Layout, others: tuple[str, ...]) -> Sequence[str]:
        column = self._module.cells.get(column_key(layout.line_item.id, others), [])
        return column if len(column) == layout.length else [*column, *[""] * (layout.length - len(column))]

    # --- what is calculated ---

    def _version(self, layout: Layout, others: Sequence[str]) -> Version | None:
        return self._planning.versions.get(layout.named(others).get(VERSIONS_ID, ""))

    def _period(self, layout: Layout, others: Sequence[str]) -> Period | None:
        return self._planning.calendar.period(layout.named(others).get(TIME_ID, ""))

    def _switched(self, layout: Layout, others: tuple[str, ...]) -> tuple[str, ...]:
        """The cells that stand in for these before the switchover of their version."""
        return others if (actual := self.stand_in(layout, others)) is None else layout.with_version(others, actual)

    def stand_in(self, layout: Layout, others: tuple[str, ...]) -> str | None:
        """The id of the actual version where a cell is before the switchover of its version."""
        if not layout.line_item.use_switchover:
            return None
        version, period = self._version(layout, others), self._period(layout, others)
        if version is None or period is None or layout.total_in(others) or not version.switched(period):
            return None
        return next((each.id for each in self._planning.versions.values() if each.is_actual), None)

    def _is_calculated(self, layout: Layout, others: tuple[str, ...]) -> bool:
        if layout.line_item.formula is not None or layout.total_in(others) is not None:
            return True
        version = self._version(layout, others)
        return version is not None and version.formula is not None

    def numbers(self, layout: Layout, others: tuple[str, ...]) -> Numbers | None:
        """The cells by position in the first list; None where totals are not made."""
        others = self._switched(layout, others)
        key = column_key(layout.line_item.id, others)
        if key in self._numbers:
            return self._numbers[key]
        if key in self._calculating:  # a formula that leads back to itself
            return None
        self._calculating.add(key)
        try:
            numbers = self._calculate(layout, others)
        except DecimalException:  # larger than any number
            numbers = None
        finally:
            self._calculating.discard(key)
        if numbers is not None:
            self._numbers[key] = numbers
        return numbers

    def _calculate(self, layout: Layout, others: tuple[str, ...]) -> Numbers | None:
        if not layout.is_number:
            return None
        total, version = layout.total_in(others), self._version(layout, others)
        if total is not None and layout.line_item.summary != "Formula":
            return self._sum(layout, others, total) if layout.line_item.summary == "Sum" else None
        if version is not None and version.formula is not None:
            return self._over_versions(layout, others, version.formula)
        if layout.calculation is not None:
            return layout.calculation(lambda name: self._operand(name, layout, others), layout.length)
        return None if total is not None else _parsed(self._column(layout, others))

    def _sum(self, layout: Layout, others: tuple[str, ...], total: int) -> Numbers:
        sums: Sequence[Decimal] = [ZERO] * layout.length
        for leaf in self._leaves(layout.others[total], others[total], layout.line_item):
            part = self.numbers(layout, (*others[:total], leaf, *others[total + 1 :])) or ()
            sums = [a + b for a, b in zip(sums, part, strict=True)] if part else sums
        return sums

    def _over_versions(self, layout: Layout, others: tuple[str, ...], formula: str) -> Numbers:
        by_name = {version.name: version.id for version in self._planning.versions.values()}
        blank = [ZERO] * layout.length

        def numbers_of(name: str) -> Numbers:
            version_id = by_name.get(name)
            return (
                blank if version_id is None else self.numbers(layout, layout.with_version(others, version_id)) or blank
            )

        calculation = _calculation(formula)
        return calculation(numbers_of, layout.length) if calculation else blank

    def _operand(self, name: str, layout: Layout, others: tuple[str, ...]) -> Numbers:
        """The numbers of the line item that a formula names, at the cells of the one that has the formula."""
        blank = [ZERO] * layout.length
        source = self.layout(self._by_name.get(name, ""))
        coordinates = layout.named(others)
        if source is None or any(each.id not in coordinates for each in source.others):
            return blank
        chosen = tuple(coordinates[each.id] for each in source.others)
        if any(each.find(item) is None for each, item in zip(source.others, chosen, strict=True)):
            return blank
        numbers = self.numbers(source, chosen)
        if numbers is None or (source.first and layout.first and source.first.own is layout.first.own):
            return numbers or blank
        if source.first is None:
            return [numbers[0]] * layout.length
        position = source.first.own.position_of(coordinates.get(source.first.id, ""))
        return blank if position is None else [numbers[position]] * layout.length

    # --- totals of the first dimension ---

    def _total_numbers(self, layout: Layout, others: tuple[str, ...]) -> Numbers | None:
        if layout.first is None or not layout.is_number:
            return None
        if layout.line_item.summary == "Formula" and layout.calculation is not None:
            count = sum(1 for _ in layout.first.totals())
            return layout.calculation(lambda name: self._total_operand(name, layout, others, count), count)
        numbers = self.numbers(layout, others) if layout.line_item.summary == "Sum" else None
        if numbers is None:
            return None
        groups = self._groups_of(layout.first)
        return [sum((numbers[at] for at in groups.get(total.id, ())), ZERO) for total in layout.first.totals()]

    def _total_operand(self, name: str, layout: Layout, others: tuple[str, ...], count: int) -> Numbers:
        source = self.layout(self._by_name.get(name, ""))
        if source is not None and source.first is None:
            numbers = self._operand(name, layout, others)
            return [numbers[0] if numbers else ZERO] * count
        if source is None or source.ids != layout.ids or source is layout:
            return [ZERO] * count
        coordinates = layout.named(others)
        chosen = tuple(coordinates[each.id] for each in source.others)
        return self._total_numbers(source, chosen) or [ZERO] * count

    def _leaves(self, dimension: Dimension, total_id: str, line_item: LineItem) -> list[str]:
        """The items whose sum a total is."""
        if isinstance(dimension, ListDimension):
            return [dimension.own.item_id(position) for position in self._groups_of(dimension).get(total_id, ())]
        total = self._planning.calendar.period(total_id)
        level = TIME_SCALES.get(self._module.time_scale_of(line_item))
        within = (each for each in self._planning.calendar.periods if each.level == level)
        return [each.id for each in within if total and total.start <= each.start and each.end <= total.end]

    def _groups_of(self, dimension: ListDimension) -> dict[str, list[int]]:
        """The positions whose sum each total of a list is."""
        if dimension.id not in self._groups:
            self._groups[dimension.id] = grouped(dimension)
        return self._groups[dimension.id]


def _calculation(formula: str | None) -> Calculation | None:
    if formula is None:
        return None
    try:
        return compiled(formula)
    except FormulaError:
        return None


def _parsed(column: Sequence[str]) -> Numbers:
    try:
        return [Decimal(text) if text else ZERO for text in column]
    except InvalidOperation:
        return [_number(text) for text in column]


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return ZERO


def number_text(number: Decimal) -> str:
    """A number as calculated cells show it."""
    return format(number.normalize(), "f") if number else "0"
