"""A list does what a plain table of items would, whatever happens to it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import pytest

from anaplan_sdk.emulator import GeneralList
from anaplan_sdk.emulator.world.planning.items import ItemError

WORDS = [*"abcdefgh", *"ABCD"]


@dataclass
class Row:
    name: str
    code: str | None
    id: str


@dataclass
class Table:
    """What the list is compared with: slow, and plain."""

    part: GeneralList
    rows: dict[int, Row] = field(default_factory=dict[int, Row])
    ids: set[str] = field(default_factory=set[str])

    def check(self) -> None:
        part, rows = self.part, self.rows
        assert list(part.positions()) == sorted(rows)
        assert [part.name_at(position) for position in part.positions()] == [rows[at].name for at in sorted(rows)]
        assert list(part.names()) == [rows[at].name for at in sorted(rows)]
        assert list(part.labels()) == [rows[at].code or rows[at].name for at in sorted(rows)]
        assert part.items == {row.name: position for position, row in rows.items()}
        for word in WORDS:
            self.check_word(word)
        for position, row in rows.items():
            assert (part.item_id(position), part.position_of(row.id), part.code_at(position)) == (
                *(row.id, position, row.code),
            )
        for gone in self.ids - {row.id for row in rows.values()}:
            assert part.position_of(gone) is None

    def check_word(self, word: str) -> None:
        named = [at for at, row in self.rows.items() if row.name.casefold() == word.casefold()]
        coded = [at for at, row in self.rows.items() if row.code == word]
        folded = [at for at, row in self.rows.items() if (row.code or "").casefold() == word.casefold()]
        keyed = coded or [at for at, row in self.rows.items() if row.name == word]
        assert self.part.by_code(word) == next(iter(coded), None)
        assert sorted(self.part.named_in_any_case(word)) == sorted(named)
        assert sorted(self.part.coded_in_any_case(word)) == sorted(folded)
        assert self.part.by_key().get(word) == next(iter(keyed), None)

    def step(self, random: Random) -> None:
        """Do something to both; what is refused must leave no trace."""
        word, code = random.choice(WORDS), random.choice([None, *WORDS])
        match random.choice(["add", "add", "add key", "rename", "code", "delete", "clear"]):
            case "add":
                with suppress(ItemError):
                    self.keep(self.part.add_item(word, code), word, code)
            case "add key" if word not in self.part.by_key():
                self.part.add([word, word])
                self.keep(self.part.items[word], word, word)
            case "clear" if random.random() < 0.2:
                self.part.clear()
                self.rows.clear()
            case kind if self.rows:
                self.change(kind, random.choice(list(self.rows)), word)
            case _:
                pass

    def keep(self, position: int, name: str, code: str | None) -> None:
        row = Row(name, code, self.part.item_id(position))
        assert row.id not in self.ids
        self.rows[position] = row
        self.ids.add(row.id)

    def change(self, kind: str, position: int, word: str) -> None:
        with suppress(ItemError):
            if kind == "rename":
                self.part.rename(position, word)
                self.rows[position].name = word
            elif kind == "code":
                self.part.set_code(position, word)
                self.rows[position].code = word
            elif kind == "delete":
                self.part.delete(position)
                del self.rows[position]


@pytest.mark.parametrize("seed", range(30))
def test_a_list_is_a_table_of_items(seed: int) -> None:
    random, table = Random(seed), Table(GeneralList("101000000001", "Letters", number=1))
    for _ in range(100):
        table.step(random)
        table.check()
