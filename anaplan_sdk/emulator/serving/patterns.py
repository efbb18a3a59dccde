"""Regular expressions that come over HTTP: only such as take no more than seconds, whatever they are held against.

Python's expressions hold up every thread of the process while they search, and some need years for a line.
"""

from __future__ import annotations

import re

# Characters of a path that a pattern is searched in: the longest path of the API has about 200.
SEARCHED_CHARACTERS = 256
MOST_CHARACTERS = 500
# Binary orders of magnitude: how many ways there are to match a pattern, from all places where it can begin.
_MOST_WAYS = 18
_WAYS_OF_OPEN_REPEAT = 8

_NO_SYNTAX = re.compile(r"\\[^0-9]|\[\^?\]?(?:\\.|[^\]\\])*\]")
_OPEN_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")
_FIXED_REPEAT = re.compile(r"\{\d+\}")
_LAZY = re.compile(r"(?<=[*+?}])[?+]")


def check_pattern(pattern: str) -> None:
    """Raise a ValueError where a pattern could take long."""
    if len(pattern) > MOST_CHARACTERS:
        raise ValueError(f"path may have {MOST_CHARACTERS} characters, not {len(pattern)}.")
    plain = _LAZY.sub("", _NO_SYNTAX.sub("x", pattern))
    if "\\" in plain or re.search(r"\(\?(?!:)", plain):
        raise ValueError("path may not refer back or look around over HTTP; arrange such a fault in Python.")
    plain = plain.replace("(?:", "(")
    if re.search(r"\)([*+]|\{)", plain):
        raise ValueError("path may not repeat a group over HTTP; arrange such a fault in Python.")
    if any(int(count[1:-1]) > MOST_CHARACTERS for count in _FIXED_REPEAT.findall(plain)):
        raise ValueError(f"path may repeat something {MOST_CHARACTERS} times at most.")
    ways = _WAYS_OF_OPEN_REPEAT * len(_OPEN_REPEAT.findall(plain)) + plain.count("?") + plain.count("|")
    if ways > _MOST_WAYS:
        raise ValueError("path may have two repeats and a few alternatives over HTTP; arrange such a fault in Python.")
