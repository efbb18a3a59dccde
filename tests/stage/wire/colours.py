"""Both twins behind one face, so that a blocking test drives either."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from anaplan_sdk._core.http.messages import Request, Response, TransportOptions
from anaplan_sdk._io import aio, blocking
from anaplan_sdk._io.accumulation import Accumulator
from anaplan_sdk.errors import AnaplanError

R = TypeVar("R")
T = TypeVar("T")


class Caller(Protocol):
    """A transport."""

    def send(self, request: Request) -> Response: ...

    def send_all(self, requests: list[Request]) -> list[Response | AnaplanError]:
        """Send side by side."""
        ...

    def stream(self, request: Request, blocks: int = 1_000_000) -> Response:
        """Read no more than so many blocks of the answer, then leave it."""
        ...

    def stream_into(self, request: Request, write: Callable[[bytes], object]) -> None:
        """Hand every block of the answer to ``write``."""
        ...

    def close(self) -> None: ...


class Colour(Protocol):
    """One of the twins."""

    def caller(self, options: TransportOptions) -> Caller: ...

    def map_bounded(self, fn: Callable[[T], R], items: Iterable[T], limit: int) -> list[R]: ...

    def prefetch(self, fn: Callable[[T], R], items: Iterable[T], limit: int) -> Iterator[R]: ...

    def pieces(self, source: Iterable[Any], accumulator: Accumulator[Any, R]) -> Iterator[R]: ...

    def shielded(self, fn: Callable[[], R], seconds: float) -> R | None: ...

    def finish(self) -> None:
        """Give back what the colour itself holds."""


class Blocking:
    """The blocking twin as it is."""

    def caller(self, options: TransportOptions) -> Caller:
        return BlockingCaller(options)

    def map_bounded(self, fn: Callable[[T], R], items: Iterable[T], limit: int) -> list[R]:
        return blocking.map_bounded(fn, items, limit=limit)

    def prefetch(self, fn: Callable[[T], R], items: Iterable[T], limit: int) -> Iterator[R]:
        return blocking.prefetch(fn, items, limit=limit)

    def pieces(self, source: Iterable[Any], accumulator: Accumulator[Any, R]) -> Iterator[R]:
        return blocking.pieces(source, accumulator)

    def shielded(self, fn: Callable[[], R], seconds: float) -> R | None:
        return blocking.shielded(fn, seconds=seconds)

    def finish(self) -> None:
        pass


class BlockingCaller:
    """The blocking transport."""

    def __init__(self, options: TransportOptions) -> None:
        self.transport = blocking.Transport(options)

    def send(self, request: Request) -> Response:
        return self.transport.send(request)

    def send_all(self, requests: list[Request]) -> list[Response | AnaplanError]:
        def attempt(request: Request) -> Response | AnaplanError:
            try:
                return self.transport.send(request)
            except AnaplanError as error:
                return error

        with ThreadPoolExecutor(len(requests)) as threads:
            return list(threads.map(attempt, requests))

    def stream(self, request: Request, blocks: int = 1_000_000) -> Response:
        content = b""
        with self.transport.stream(request) as answer:
            for _, block in zip(range(blocks), answer.blocks, strict=False):
                content += block
            return Response(answer.status, answer.headers, content)

    def stream_into(self, request: Request, write: Callable[[bytes], object]) -> None:
        with self.transport.stream(request) as answer:
            for block in answer.blocks:
                write(block)

    def close(self) -> None:
        self.transport.close()


class Aio:
    """The asyncio twin on an event loop of its own."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()

    def caller(self, options: TransportOptions) -> Caller:
        return AioCaller(options, self.runner)

    def map_bounded(self, fn: Callable[[T], R], items: Iterable[T], limit: int) -> list[R]:
        return self.runner.run(aio.map_bounded(in_thread(fn), each(items), limit=limit))

    def prefetch(self, fn: Callable[[T], R], items: Iterable[T], limit: int) -> Iterator[R]:
        return self._drive(aio.prefetch(in_thread(fn), items, limit=limit))

    def pieces(self, source: Iterable[Any], accumulator: Accumulator[Any, R]) -> Iterator[R]:
        return self._drive(aio.pieces(source, accumulator))

    def shielded(self, fn: Callable[[], R], seconds: float) -> R | None:
        async def run() -> R | None:
            async def clean_up() -> R:
                return fn()

            return await aio.shielded(clean_up, seconds=seconds)

        return self.runner.run(run())

    def _drive(self, iterator: AsyncIterator[R]) -> Iterator[R]:
        async def advance() -> list[R]:
            return [item async for item in _first(iterator)]

        async def close() -> None:
            async with aio.closing(iterator):
                pass

        try:
            while taken := self.runner.run(advance()):
                yield taken.pop()
        finally:
            self.runner.run(close())

    def finish(self) -> None:
        self.runner.close()


async def _first(iterator: AsyncIterator[R]) -> AsyncIterator[R]:
    async for item in iterator:
        yield item
        return


def in_thread(fn: Callable[[T], R]) -> Callable[[T], Any]:
    """An async function of a blocking one."""

    async def call(item: T) -> R:
        return await asyncio.to_thread(fn, item)

    return call


async def each(items: Iterable[T]) -> AsyncIterator[T]:
    """Draw in a thread: the source of a test may block."""
    iterator = iter(items)
    end = object()
    while (item := await asyncio.to_thread(next, iterator, end)) is not end:
        yield item  # type: ignore[misc]


class AioCaller:
    """The asyncio transport."""

    def __init__(self, options: TransportOptions, runner: asyncio.Runner) -> None:
        self.transport = aio.Transport(options)
        self._runner = runner

    def send(self, request: Request) -> Response:
        return self._runner.run(self.transport.send(request))

    def send_all(self, requests: list[Request]) -> list[Response | AnaplanError]:
        async def attempt(request: Request) -> Response | AnaplanError:
            try:
                return await self.transport.send(request)
            except AnaplanError as error:
                return error

        async def run() -> list[Response | AnaplanError]:
            return await asyncio.gather(*map(attempt, requests))

        return self._runner.run(run())

    def stream(self, request: Request, blocks: int = 1_000_000) -> Response:
        async def run() -> Response:
            content = b""
            async with self.transport.stream(request) as answer:
                for _ in range(blocks):
                    content += await anext(answer.blocks, b"")
                return Response(answer.status, answer.headers, content)

        return self._runner.run(run())

    def stream_into(self, request: Request, write: Callable[[bytes], object]) -> None:
        async def run() -> None:
            async with self.transport.stream(request) as answer:
                async for block in answer.blocks:
                    write(block)

        self._runner.run(run())

    def close(self) -> None:
        self._runner.run(self.transport.close())
