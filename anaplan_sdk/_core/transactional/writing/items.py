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
from anaplan_sdk.models import DimensionItem, ListDefinition


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
            return (yield from self._split(block, entries))
        return self._parcels(self.packer.feed(encoded(entries)))

    def finish(self) -> Iterator[Parcel]:
        """The request of the rows that are left."""
        return self._parcels(self.packer.finish())

    def _parcels(self, batches: Iterable[Batch]) -> Iterator[Parcel]:
        for batch in batches:
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
        for entry in by_id:
            entry.complete((self._codes or {}).get(entry.fields["id"]))
        found = yield from self._look_up([entry.fields["name"] for entry in by_name], ())
        for entry in by_name:
            item = one_of(found.by_name.get(entry.fields["name"], ()), entry.fields["name"])
            entry.complete(item.code if item else None)

    def _look_up(self, names: Sequence[str], codes: Sequence[str]) -> Generator[Step, Any, Any]:
        items: list[DimensionItem] = []
        for wanted in questions(names, codes):
            items += yield ReadItems(wanted)
        return (yield Compute(partial(matched, names, codes, items)))

    # --- what is there and what is not --------------------------------------------------------------------------------

    def _split(self, block: Block, entries: Sequence[Entry]) -> Conversation:
        """Add what the list does not have, update the rest."""
        assert self.rules is not None
        by_code = [entry for entry in entries if "code" in entry.fields and "id" not in entry.fields]
        codes = [entry.fields["code"] for entry in by_code]
        found = yield from self._look_up((), codes)
        unknown = [entry for entry in by_code if entry.fields["code"] not in found.by_code]
        # An item may be there without its code, which the update then gives to it.
        unnamed = [entry for entry in entries if not entry.fields.keys() & {"code", "id"}]
        names = [entry.fields["name"] for entry in (*unknown, *unnamed) if "name" in entry.fields]
        named = yield from self._look_up(names, ())
        new: list[Entry] = []
        for entry in (*unknown, *unnamed):
            name = entry.fields.get("name", "")
            item = one_of(named.by_name.get(name, ()), name)
            if item is None or (item.code and "code" in entry.fields):
                new.append(entry)
            elif item.code:
                entry.complete(item.code)
        added = {entry.row for entry in new}
        rest = [entry for entry in entries if entry.row not in added]
        return self._both(block.first, sorted(new, key=lambda entry: entry.row), rest)

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


def one_of(found: Sequence[DimensionItem], name: str) -> DimensionItem | None:
    """The item of a name, None where there is none or several."""
    exact = [item for item in found if item.name == name] or list(found)
    return exact[0] if len(exact) == 1 else None


def encoded(entries: Sequence[Entry]) -> Entries:
    """Entries in JSON."""
    return Entries([entry.row for entry in entries], [compact(entry.fields) for entry in entries])
