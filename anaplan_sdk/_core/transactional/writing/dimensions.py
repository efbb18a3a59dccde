"""The items of dimensions that cells are written to: looked up once, and kept as the JSON that names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.api.ids import plain
from anaplan_sdk._core.api.transactional import TIME, VERSIONS
from anaplan_sdk._core.transactional.lookup import matched, questions
from anaplan_sdk._core.transactional.writing.formats import compact
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import Dimension, DimensionItem

By: TypeAlias = Literal["name", "code", "id"]


class Named(Protocol):
    """Whatever has an id and a name."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=Named)


class Index(Generic[NamedT]):
    """Finds by id, else by name, else by name in any case."""

    def __init__(self, objects: Iterable[NamedT]) -> None:
        self.objects = tuple(objects)
        self._ids = {each.id: each for each in self.objects}
        self._names: dict[str, list[NamedT]] = {}
        for each in self.objects:
            self._names.setdefault(each.name.casefold(), []).append(each)

    def find(self, key: object) -> NamedT | None:
        """The object, None where there is none, or several."""
        text = plain(key)
        if not isinstance(text, str):
            return None
        if (found := self._ids.get(text)) is not None:
            return found
        named = self._names.get(text.casefold(), [])
        exact = [each for each in named if each.name == text]
        return (exact or named)[0] if len(exact or named) == 1 else None

    def names(self) -> str:
        """All names, for messages."""
        shown = [repr(each.name) for each in self.objects[:20]]
        return ", ".join(shown) + (f" and {len(self.objects) - 20:,} more" if len(self.objects) > 20 else "")


@attrs.frozen
class Question:
    """Ask for the items of a dimension: those of the ``wanted`` names or codes, or all for none. The result is a list.

    ``line_item_id`` is a line item that has the dimension.
    """

    dimension_id: str
    wanted: Mapping[str, Sequence[str]]
    line_item_id: str


@attrs.define(eq=False)
class Items:
    """What is known of one dimension's items: ``known`` has the JSON of each that was given, ``problems`` the others.

    ``line_item_id`` is a line item that has the dimension. What was given is text.
    """

    dimension: Dimension
    by: By
    line_item_id: str
    check: bool = True
    known: dict[str, str] = attrs.field(factory=dict[str, str], init=False)
    problems: dict[str, str] = attrs.field(factory=dict[str, str], init=False)
    _all: Sequence[DimensionItem] | None = attrs.field(default=None, init=False)

    def new(self, given: Iterable[str]) -> list[str]:
        """Those that were not given before."""
        new = [each for each in dict.fromkeys(given) if each not in self.known and each not in self.problems]
        if self.by != "id" and self.check:
            return new
        key = "itemId" if self.by == "id" else "itemCode" if self.by == "code" else "itemName"
        self.known.update((each, self._json(key, each)) for each in new)
        return []

    def questions(self, new: Sequence[str]) -> Iterator[Question]:
        """What to ask before these can be written; tell all that was answered with ``learn``."""
        if self._can_be_looked_up:
            for wanted in questions(*self._names_and_codes(new)):
                yield Question(self.dimension.id, wanted, self.line_item_id)
        elif self._all is None and new:
            yield Question(self.dimension.id, {}, self.line_item_id)

    def learn(self, new: Sequence[str], found: Sequence[DimensionItem]) -> None:
        """What was found for those that were new."""
        if not self._can_be_looked_up:
            found = self._all = found if self._all is None else self._all
        lookup = matched(*self._names_and_codes(new), found)
        for each in new:
            self._match(each, (lookup.by_code if self.by == "code" else lookup.by_name).get(each, ()))

    @property
    def _can_be_looked_up(self) -> bool:
        """Subsets may not be; nobody has tried."""
        return self.dimension.id.startswith("101") or self.dimension.id in (TIME, VERSIONS)

    def _names_and_codes(self, new: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        return ((), new) if self.by == "code" else (new, ())

    def _match(self, given: str, found: Sequence[DimensionItem]) -> None:
        exact = [item for item in found if (item.code if self.by == "code" else item.name) == given]
        ids = [item.id for item in exact or found]
        if len(ids) == 1:
            self.known[given] = self._json("itemId", ids[0])
        elif ids:
            shown = ", ".join(ids[:5])
            self.problems[given] = (
                f"{self.dimension.name}: {len(ids):,} items have the {self.by} {given!r}, among them {shown}; name it "
                f"by its id, with by={{{self.dimension.name!r}: 'id'}}"
            )
        else:
            self.problems[given] = f"{self.dimension.name}: no item has the {self.by} {given!r}"

    def _json(self, key: str, value: str) -> str:
        return compact({"dimensionId": self.dimension.id, key: value})


def by_of(by: By | Mapping[Any, By], dimension: Dimension) -> By:
    """How the items of a dimension are given. Periods and versions have no codes, and are given by name then."""
    if isinstance(by, Mapping):
        for key, chosen in by.items():
            text = str(plain(key))
            if text == dimension.id or text.casefold() == dimension.name.casefold():
                if chosen == "code" and dimension.id in (TIME, VERSIONS):
                    raise ConfigurationError(f"by: the items of {dimension.name} have no codes: choose 'name' or 'id'.")
                return chosen
        return "name"
    return "name" if by == "code" and dimension.id in (TIME, VERSIONS) else by


def check_by(by: object) -> None:
    """Refuse words that say nothing."""
    for chosen in by.values() if isinstance(by, Mapping) else (by,):
        if chosen not in ("name", "code", "id"):
            raise ConfigurationError(
                f"by must be 'name', 'code' or 'id', or say so for each dimension, such as {{'Products': 'code'}}; "
                f"not {chosen!r}."
            )


def as_texts(column: Sequence[object]) -> list[str | None] | Sequence[str]:
    """A column of names, codes or ids as text; None for what can be none of them."""
    if set(map(type, column)) <= {str}:
        return column  # type: ignore[return-value]
    texts = map(plain, column)
    return [text if isinstance(text, str) else None for text in texts]
