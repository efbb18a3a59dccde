"""Rows of list items made into requests: what each must say, and what is looked up before it is sent.

Preparing is a conversation, as for cells.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, Literal, TypeAlias

import attrs

from anaplan_sdk._core.flow import Compute
from anaplan_sdk._core.transactional.lookup import matched, questions
from anaplan_sdk._core.transactional.writing.batches import ITEMS, Batch, Entries, Packer
from anaplan_sdk._core.transactional.writing.entries import Action, Entry, Rules
from anaplan_sdk._core.transactional.writing.formats import compact
from anaplan_sdk._core.transactional.writing.parcels import VERBS, Parcel
from anaplan_sdk.models import DimensionItem, ItemLookup, ListDefinition


@attrs.frozen
class ReadList:
    """Read the definition of the list. The result is the definition."""


@attrs.frozen
class ReadItems:
    """Read all items of the list, or those of the ``wanted`` names or codes. The result is a list of them."""

    wanted: Mapping[str, Sequence[str]]


Step: TypeAlias = Compute | ReadList | ReadItems
Conversation: TypeAlias = Generator[Step, Any, Iterator[Parcel]]


@attrs.frozen
class Block:
    """Rows that were drawn together, and the position of the first."""

    first: int
    rows: list[object]


@attrs.define
class Rows:
    """Collects rows of items."""

    _rows: list[object] = attrs.field(factory=list[object], init=False)

    def take(self, row: Any, _: int) -> int:
        """Take a row, which may be used again by its source."""
        self._rows.append(dict(row) if isinstance(row, Mapping) else row)
        return 1

    def block(self, first: int) -> Block:
        """What was taken since the last block."""
        rows, self._rows = self._rows, []
        return Block(first, rows)


@attrs.define
class Items:
    """The items of one call."""

    action: Literal["add", "update", "upsert", "delete"]
    packer: Packer = attrs.field(factory=lambda: Packer(ITEMS))
    rules: Rules | None = attrs.field(default=None, init=False)
    definition: ListDefinition | None = attrs.field(default=None, init=False)
    _codes: dict[str, str | None] | None = attrs.field(default=None, init=False)

    def prepare(self, block: Block) -> Conversation:
        """The requests that the rows of *block* complete."""
        if self.rules is None:
            if self.action != "delete":
                self.definition = yield ReadList()
            self.rules = Rules(self.action, self.definition)
        entries: list[Entry] = yield Compute(partial(self.rules.entries, block.rows, block.first))
        if self.action == "update":
            yield from self._complete(entries)
        if self.action == "upsert":
            return (yield from self._split(block.first, entries))
        return self._parcels(entries)

    def finish(self) -> Iterator[Parcel]:
        """The request of the rows that are left."""
        return self._parcels(())

    def _parcels(self, entries: Sequence[Entry]) -> Iterator[Parcel]:
        """The requests that these rows complete; those of the rows that are left, for none."""
        for batch in self.packer.feed(encoded(entries)) if entries else self.packer.finish():
            assert self.action != "upsert"  # which has packers of its own
            yield self._parcel(self.action, batch)

    # --- what an update has to say ------------------------------------------------------------------------------------

    def _complete(self, entries: Sequence[Entry]) -> Generator[Step, Any, None]:
        """Give each entry the code that its item has: Anaplan refuses to change an item whose code is not named."""
        bare = [entry for entry in entries if entry.code_is_unknown]
        by_id = [entry for entry in bare if "id" in entry.fields]
        by_name = [entry for entry in bare if "id" not in entry.fields]
        if by_id and self._codes is None:
            every: list[DimensionItem] = yield ReadItems({})
            self._codes = {item.id: item.code for item in every}
        yield Compute(partial(_complete_by_id, by_id, self._codes or {}))
        found = yield from self._look_up(by_name, ())
        yield Compute(partial(_complete_by_name, by_name, found))

    def _look_up(self, by_name: Sequence[Entry], by_code: Sequence[Entry]) -> Generator[Step, Any, ItemLookup]:
        names = [entry.fields["name"] for entry in by_name if "name" in entry.fields]
        codes = [entry.fields["code"] for entry in by_code]
        items: list[DimensionItem] = []
        for wanted in questions(names, codes):
            items += yield ReadItems(wanted)
        found: ItemLookup = yield Compute(partial(matched, names, codes, items))
        return found

    # --- what is there and what is not --------------------------------------------------------------------------------

    def _split(self, first: int, entries: Sequence[Entry]) -> Conversation:
        """Add what the list does not have, update the rest."""
        yield from self._complete([entry for entry in entries if "id" in entry.fields])
        by_code = [entry for entry in entries if "code" in entry.fields and "id" not in entry.fields]
        found = yield from self._look_up((), by_code)
        unknown: list[Entry] = yield Compute(partial(_not_there, by_code, found))
        unnamed = [entry for entry in entries if not entry.fields.keys() & {"code", "id"}]
        # An item may be there without its code, which the update then gives to it.
        named = yield from self._look_up((*unknown, *unnamed), ())
        new: set[int] = yield Compute(partial(_new_rows, (*unknown, *unnamed), named))
        added = [entry for entry in entries if entry.row in new]
        return self._both(first, added, [entry for entry in entries if entry.row not in new])

    def _both(self, first: int, new: Sequence[Entry], rest: Sequence[Entry]) -> Iterator[Parcel]:
        """Additions first, then updates, in requests of their own."""
        assert self.rules is not None
        for entry in new:
            self.rules.check_new(entry)
        both: tuple[tuple[Action, Sequence[Entry]], ...] = (("add", new), ("update", rest))
        for action, entries in both:
            packer = Packer(ITEMS)
            for batch in chain(packer.feed(encoded(entries)), packer.finish()):
                yield self._parcel(action, attrs.evolve(batch, before=first))

    def _parcel(self, action: Action, batch: Batch) -> Parcel:
        assert self.rules is not None
        return Parcel(VERBS[action], batch, self.rules.numbered)


def _complete_by_id(entries: Iterable[Entry], codes: Mapping[str, str | None]) -> None:
    for entry in entries:
        entry.complete(codes.get(entry.fields["id"]))


def _complete_by_name(entries: Iterable[Entry], found: ItemLookup) -> None:
    for entry in entries:
        if (item := _one_of(found.by_name, entry.fields["name"], by_code=False)) is not None:
            entry.is_of(item)


def _not_there(entries: Iterable[Entry], found: ItemLookup) -> list[Entry]:
    """Those whose code no item has; the others get it as it is written there."""
    left: list[Entry] = []
    for entry in entries:
        code = entry.fields["code"]
        if code not in found.by_code:
            left.append(entry)
        elif (item := _one_of(found.by_code, code, by_code=True)) is not None:
            entry.complete(item.code)
    return left


def _new_rows(entries: Iterable[Entry], found: ItemLookup) -> set[int]:
    """The rows of those that are not there by their names either; the others learn what their items have."""
    new: set[int] = set()
    for entry in entries:
        item = _one_of(found.by_name, entry.fields.get("name", ""), by_code=False)
        if item is None or (item.code and "code" in entry.fields):
            new.add(entry.row)
        else:
            entry.is_of(item)
    return new


def _one_of(found: Mapping[str, Sequence[DimensionItem]], key: str, *, by_code: bool) -> DimensionItem | None:
    """The item that is meant, None where there is none or several."""
    items = found.get(key, ())
    exact = [item for item in items if (item.code if by_code else item.name) == key] or list(items)
    return exact[0] if len(exact) == 1 else None


def encoded(entries: Sequence[Entry]) -> Entries:
    """Entries in JSON."""
    return Entries([entry.row for entry in entries], [compact(entry.fields) for entry in entries])
