"""What goes through the pipeline of a call that writes, and the rows that it begins with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sized

import attrs

from anaplan_sdk._core.transactional.writing.batches import Batch
from anaplan_sdk._core.transactional.writing.replies import Verb
from anaplan_sdk._core.transfer.content import is_table
from anaplan_sdk.errors import ConfigurationError

# In the text of a value, quotes are escaped.
_LINE_ITEM = re.compile(r'\{"lineItemId":"([^"]*)"')

VERBS: dict[str, Verb] = {"add": "added", "update": "updated", "delete": "deleted"}


@attrs.frozen(eq=False)
class Parcel:
    """A request that can be sent. ``line_item`` names that of one of its entries, for failures."""

    verb: Verb
    batch: Batch
    numbered: bool = False
    line_item: Callable[[int], str] = lambda _: ""


@attrs.frozen(eq=False)
class Ended:
    """There are no more requests, because of an error."""

    error: Exception


def cell_parcel(batch: Batch, name_of: Callable[[str], str]) -> Parcel:
    """A request of cells."""

    def line_item(index: int) -> str:
        place = batch.place(index)
        return name_of(_LINE_ITEM.findall(batch.texts[place])[index - batch.starts[place]])

    return Parcel("changed", batch, line_item=line_item)


def refuse_mistakes(rows: object, what: str) -> None:
    """Raise ConfigurationError for what would iterate to something else than rows."""
    if is_table(rows):
        raise ConfigurationError(
            f"{what} must be an iterable of rows, and a {type(rows).__name__} gives its columns: pass "
            "frame.to_dict('records') of pandas, or frame.iter_rows(named=True) of polars."
        )
    if isinstance(rows, Mapping | str | bytes):
        raise ConfigurationError(f"{what} must be an iterable of rows: pass a list of them, even if it is only one.")


def not_iterable(rows: object, what: str) -> ConfigurationError:
    """The error of what gives no rows."""
    return ConfigurationError(
        f"{what} must be an iterable of rows, and not {type(rows).__name__}; an asynchronous one needs the "
        "asynchronous client."
    )


def count_of_rows(rows: object) -> float | None:
    """How many there are, None where that is not known beforehand."""
    return float(len(rows)) if isinstance(rows, Sized) else None
