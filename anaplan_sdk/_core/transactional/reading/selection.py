"""Which items of the dimensions on pages are wanted, by name or id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from anaplan_sdk._core.api.ids import plain
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import Dimension, DimensionItem, ViewDefinition

# What a caller may give: a dimension, by name or id, and one of its items or several, by name or id.
Pages: TypeAlias = Mapping[str, str | Iterable[str]]
Texts: TypeAlias = Mapping[Dimension, tuple[str, ...]]
Items: TypeAlias = Sequence[DimensionItem]

# Names that a message lists.
_SHOWN = 10


def asked(pages: Pages | None, view: ViewDefinition) -> Texts:
    """What is asked for of each dimension, which must be on pages of the view."""
    if pages is None:
        return {}
    if not isinstance(pages, Mapping):
        raise ConfigurationError(f"pages must be a mapping such as {{'Versions': 'Actual'}}, not {pages!r}.")
    chosen: dict[Dimension, tuple[str, ...]] = {}
    for name, wanted in pages.items():
        dimension = _dimension(name, view)
        if dimension in chosen:
            raise ConfigurationError(f"pages: {dimension.name} is there twice, by name and by id.")
        chosen[dimension] = _texts(wanted, dimension)
    return chosen


def _dimension(name: object, view: ViewDefinition) -> Dimension:
    text = str(plain(name))
    by_id = [dimension for dimension in view.pages if dimension.id == text]
    exact = [dimension for dimension in view.pages if dimension.name == text]
    alike = [dimension for dimension in view.pages if dimension.name.casefold() == text.casefold()]
    found = by_id or exact or alike
    if len(found) == 1:
        return found[0]
    there = ", ".join(dimension.name for dimension in view.pages) or "none"
    raise ConfigurationError(
        f"pages: {text!r} is no dimension on pages of view {view.id}. Those are: {there}. What is on rows and columns "
        "is always read whole."
    )


def _texts(wanted: object, dimension: Dimension) -> tuple[str, ...]:
    several = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str | bytes) else (wanted,)
    texts = tuple(text for item in several if isinstance(text := plain(item), str) and text)
    if not texts:
        raise ConfigurationError(f"pages: {wanted!r} is no item of {dimension.name}: pass its name or its id.")
    return texts


def selected(texts: Texts, items: Mapping[str, Items]) -> dict[Dimension, tuple[DimensionItem, ...]]:
    """The items that are asked for, among those that each dimension shows, by its id."""
    if unknown := [dimension.name for dimension in texts if dimension.id not in items]:
        raise ConfigurationError(
            f"pages: Anaplan does not list the items of {unknown[0]} in a view of so many cells. Leave it out, and "
            "take the rows with the labels that you want."
        )
    return {
        dimension: tuple(dict.fromkeys(_item(text, dimension, items[dimension.id]) for text in wanted))
        for dimension, wanted in texts.items()
    }


def check_labels(selection: Mapping[Dimension, Items], items: Mapping[str, Items]) -> None:
    """Rows of several pages are told apart by labels, which must not be those of other items, too."""
    for dimension, chosen in selection.items():
        others = {item.name for item in items.get(dimension.id, ()) if item not in chosen}
        if shared := sorted(others.intersection(item.name for item in chosen)):
            raise ConfigurationError(
                f"pages: {shared[0]!r} is also the label of another item of {dimension.name}, and the rows of several "
                "pages are told apart by labels. Read its page alone: select one item of each dimension on pages, or "
                "use get_view_data."
            )


def check_one_each(selection: Mapping[Dimension, Items]) -> None:
    """A page has one item of each dimension."""
    for dimension, items in selection.items():
        if len(items) > 1:
            raise ConfigurationError(
                f"pages: a page has one item of {dimension.name}, not {len(items)}. get_view_rows reads several pages."
            )


def _item(text: str, dimension: Dimension, items: Items) -> DimensionItem:
    by_id = [item for item in items if item.id == text]
    exact = [item for item in items if text in (item.name, item.code)]
    found = by_id or exact or [item for item in items if item.name.casefold() == text.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(item.id for item in found[:_SHOWN])
        raise ConfigurationError(f"pages: several items of {dimension.name} are called {text!r}: pass one id of {ids}.")
    some = ", ".join(item.name for item in items[:_SHOWN]) + (" …" if len(items) > _SHOWN else "")
    raise ConfigurationError(f"pages: the view shows no item {text!r} in {dimension.name}. It shows: {some or 'none'}.")
