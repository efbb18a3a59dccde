"""Dimensions: lists with their parents, subsets, time, versions and line items, as sequences of members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from .lists import GeneralList

TIME_ID = "20000000003"
VERSIONS_ID = "20000000020"
LINE_ITEMS_ID = "20000000012"
USERS_ID = "101999999999"
ALL_VERSIONS_ID, NO_VERSIONS_ID = "16000000000", "16000000001"


class Member(NamedTuple):
    """An item of a dimension."""

    id: str
    name: str
    code: str | None = None


class Dimension(Protocol):
    """The items of a dimension as somebody sees them."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def has_codes(self) -> bool: ...
    @property
    def count(self) -> int: ...

    def members(self) -> Iterator[Member]:
        """All of them, in order."""
        ...

    def find(self, member_id: str) -> Member | None: ...

    def named(self, name: str) -> list[Member]:
        """Those of this name, in any case."""
        ...

    def coded(self, code: str) -> list[Member]:
        """Those of this code, in any case."""
        ...

    def is_leaf(self, member_id: str) -> bool:
        """Whether cells of this item are no totals."""
        ...


class FixedDimension:
    """A dimension with few items, all made beforehand."""

    def __init__(
        self,
        id: str,
        name: str,
        members: Iterable[Member],
        totals: Collection[str] = (),
        *,
        has_codes: bool = False,
    ) -> None:
        self.id, self.name, self.has_codes = id, name, has_codes
        self._members = list(members)
        self._by_id = {member.id: member for member in self._members}
        self._totals = frozenset(totals)
        self._by_name: dict[str, list[Member]] | None = None
        self._by_code: dict[str, list[Member]] | None = None

    @property
    def count(self) -> int:
        return len(self._members)

    def members(self) -> Iterator[Member]:
        return iter(self._members)

    def find(self, member_id: str) -> Member | None:
        return self._by_id.get(member_id)

    def named(self, name: str) -> list[Member]:
        if self._by_name is None:
            self._by_name = _in_any_case((member.name, member) for member in self._members)
        return self._by_name.get(name.casefold(), [])

    def coded(self, code: str) -> list[Member]:
        if self._by_code is None:
            self._by_code = _in_any_case((member.code, member) for member in self._members if member.code is not None)
        return self._by_code.get(code.casefold(), [])

    def is_leaf(self, member_id: str) -> bool:
        return member_id in self._by_id and member_id not in self._totals


def _in_any_case(members: Iterable[tuple[str, Member]]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for text, member in members:
        found.setdefault(text.casefold(), []).append(member)
    return found


class ListDimension:
    """The items of a list or of a subset, then those of the lists above it, then the top level items."""

    has_codes = True

    def __init__(
        self,
        id: str,
        name: str,
        own: GeneralList,
        *,
        subset_id: str | None = None,
        above: Sequence[GeneralList] = (),
        with_top: bool = True,
    ) -> None:
        self.id, self.name, self.own = id, name, own
        self._subset_id = subset_id
        self._above = above
        self._tops = [each for each in (own, *above) if with_top and each.top_level_item is not None]

    @property
    def lists(self) -> list[GeneralList]:
        return [self.own, *self._above]

    def positions(self) -> Iterable[int]:
        """The positions of its own items, in order."""
        return self.own.positions() if self._subset_id is None else self.own.members(self._subset_id)

    @property
    def count(self) -> int:
        own = self.own.count if self._subset_id is None else len(self.own.members(self._subset_id))
        return own + sum(each.count for each in self._above) + len(self._tops)

    def members(self) -> Iterator[Member]:
        yield from members_at(self.own, self.positions())
        yield from self.totals()

    def totals(self) -> Iterator[Member]:
        """The items of the lists above, and the top level items."""
        for each in self._above:
            yield from members_at(each, each.positions())
        yield from (Member(each.top_level_id or "", each.top_level_item or "") for each in self._tops)

    def find(self, member_id: str) -> Member | None:
        for each in self.lists:
            position = each.position_of(member_id)
            if position is not None and self._has(each, position):
                return member_at(each, position)
        return next(
            (Member(member_id, top.top_level_item or "") for top in self._tops if top.top_level_id == member_id), None
        )

    def _has(self, part: GeneralList, position: int) -> bool:
        return part is not self.own or self._subset_id is None or self.own.in_subset(position, self._subset_id)

    def named(self, name: str) -> list[Member]:
        found = [
            member_at(each, position)
            for each in self.lists
            for position in each.named_in_any_case(name)
            if self._has(each, position)
        ]
        wanted = name.casefold()
        tops = (each for each in self._tops if (each.top_level_item or "").casefold() == wanted)
        return [*found, *(Member(each.top_level_id or "", each.top_level_item or "") for each in tops)]

    def coded(self, code: str) -> list[Member]:
        return [
            member_at(each, position)
            for each in self.lists
            for position in each.coded_in_any_case(code)
            if self._has(each, position)
        ]

    def is_leaf(self, member_id: str) -> bool:
        return self.leaf_position(member_id) is not None

    def leaf_position(self, member_id: str) -> int | None:
        """The position in its own list, of an item that it has."""
        position = self.own.position_of(member_id)
        return position if position is not None and self._has(self.own, position) else None


def member_at(part: GeneralList, position: int) -> Member:
    return Member(part.item_id(position), part.name_at(position), part.code_at(position))


def members_at(part: GeneralList, positions: Iterable[int]) -> Iterator[Member]:
    return (member_at(part, position) for position in positions)
