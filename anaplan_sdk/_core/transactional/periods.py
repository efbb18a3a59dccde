"""What is checked before time and versions are changed, and whether a change whose answer was lost was made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.listing.sorting import day
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import Version, VersionSwitchover


def day_or_none(value: date | str | None, what: str) -> str:
    """A date as Anaplan takes it: YYYY-MM-DD, or empty for None, which resets."""
    return day(value, what) or ""


def fiscal_year(year: object) -> str:
    """The label of a fiscal year, which is the model's own."""
    if not isinstance(year, str) or not year.strip():
        raise ConfigurationError(f"year: {year!r} is not the label of a fiscal year, such as 'FY26'.")
    return year.strip()


def version_to_switch(versions: Iterable[Version], version_id: int | str) -> Version:
    """The version with an id, if it can have a switchover."""
    wanted, known = segment(version_id, "version_id"), {version.id: version for version in versions}
    version = known.get(wanted)
    if version is None:
        there = ", ".join(f"{each.name} ({each.id})" for each in known.values())
        raise ConfigurationError(f"version_id: the model has no version {wanted}. It has {there or 'none'}.")
    if version.is_actual:
        raise ConfigurationError(f"version_id: {version.name} is the actual version, which has no switchover.")
    return version


def switchover_of(version: Version) -> VersionSwitchover:
    """The switchover that a version has."""
    present = version.switchover
    return VersionSwitchover(present.period_text, present.date) if present else VersionSwitchover()


def is_at(switchover: VersionSwitchover, wanted: str) -> bool:
    """Whether a switchover is where it is *wanted*."""
    return (switchover.date.isoformat() if switchover.date else "") == wanted
