"""Looking items up by their names and codes: what to ask for, and what the answers found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from anaplan_sdk._core.api.ids import plain
from anaplan_sdk._core.api.transactional import LINE_ITEMS, TIME, VERSIONS
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import DimensionItem, ItemLookup

# No limit is documented; items per look-up, of names and codes each.
CHUNK = 10_000


def texts(values: Iterable[object], what: str) -> tuple[str, ...]:
    """Names or codes as text, each once, as they were given; a number is taken for its digits."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ConfigurationError(f"{what} must be a list of texts, not {type(values).__name__}: pass [{values!r}].")
    found = [plain(value) for value in values]
    if wrong := [value for value in found if not isinstance(value, str)]:
        raise ConfigurationError(f"{what}: {wrong[0]!r} is no text.")
    return tuple(dict.fromkeys(text for text in found if isinstance(text, str)))


def check_codes(dimension_id: int | str, codes: Sequence[str]) -> None:
    """Time and Versions have no codes, and Anaplan refuses to look for any."""
    if codes and plain(dimension_id) in (TIME, VERSIONS):
        raise ConfigurationError("The items of Time and Versions have no codes: look them up by names.")


def questions(names: Iterable[str], codes: Iterable[str]) -> Iterator[Mapping[str, Sequence[str]]]:
    """The bodies of the look-ups. A key without anything is left out, and so is empty text: nothing is called so."""
    asked = {"names": [*filter(str.strip, names)], "codes": [*filter(str.strip, codes)]}
    for start in range(0, max(map(len, asked.values())), CHUNK):
        cut = {key: values[start : start + CHUNK] for key, values in asked.items()}
        yield {key: values for key, values in cut.items() if values}


def matched(names: Sequence[str], codes: Sequence[str], items: Iterable[DimensionItem]) -> ItemLookup:
    """*items* by what was asked for. Anaplan leaves out what it does not find, and promises no order."""
    found = list({item.id: item for item in items}.values())
    by_name = _by_text(names, ((item.name, item) for item in found))
    by_code = _by_text(codes, ((item.code, item) for item in found if item.code))
    return ItemLookup(
        by_name,
        by_code,
        tuple(name for name in names if name not in by_name),
        tuple(code for code in codes if code not in by_code),
        tuple(found),
    )


def _by_text(asked: Iterable[str], found: Iterable[tuple[str, DimensionItem]]) -> dict[str, tuple[DimensionItem, ...]]:
    items: defaultdict[str, list[DimensionItem]] = defaultdict(list)
    for text, item in found:
        items[text.casefold()].append(item)
    return {text: tuple(items[text.casefold()]) for text in asked if text.casefold() in items}


def check_listable(dimension_id: int | str) -> None:
    """Anaplan lists the items of lists, subsets and users only."""
    if plain(dimension_id) in (LINE_ITEMS, TIME, VERSIONS):
        raise ConfigurationError(
            "Anaplan does not list the items of Line Items, Time or Versions by themselves. Use list_line_items, "
            "list_line_item_dimension_items or list_view_dimension_items, or look_up_items for names that you know."
        )
