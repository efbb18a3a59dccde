"""What a crash reporter would send of an error."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

import attrs

_DEPTH = 6


def reported(error: BaseException, *, but: str) -> str:
    """Every word of an error, and every local variable of its frames outside of the file *but*, causes included.

    Containers are opened, as reporters do; beyond that, so are objects of attrs that do not hide a field.
    """
    words: list[str] = []
    for link in chain(error):
        words += [str(link), repr(link), *getattr(link, "__notes__", ())]
        words += [repr(value) for value in vars(link).values()]
        for frame in frames(link):
            if frame.f_code.co_filename != but:
                for name, value in frame.f_locals.items():
                    words += [f"{frame.f_code.co_qualname}:{name} {word}" for word in opened(value, _DEPTH)]
    return "\n".join(words)


def chain(error: BaseException) -> list[BaseException]:
    """The error, and all that led to it, shown or not."""
    links: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        link = todo.pop()
        if link is None or any(link is known for known in links):
            continue
        links.append(link)
        todo += [link.__cause__, link.__context__, *(link.exceptions if isinstance(link, BaseExceptionGroup) else ())]
    return links


def frames(error: BaseException) -> Iterator[FrameType]:
    return (frame for frame, _ in traceback.walk_tb(error.__traceback__))


def opened(value: Any, depth: int) -> Iterator[str]:
    try:
        yield repr(value)
    except Exception:
        return
    if depth == 0:
        return
    inner: list[Any] = []
    if isinstance(value, Mapping):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner = list(value)
    elif attrs.has(type(value)):
        inner = [getattr(value, field.name, None) for field in attrs.fields(type(value)) if field.repr is True]
    for item in inner:
        yield from opened(item, depth - 1)
