# Source of both colours: scripts/codegen.py emits this file twice.
"""Rows on their way into a model: drawn, looked up and encoded while the request before them travels."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from typing import Any, Protocol, TypeVar

import attrs

from anaplan_sdk._core.api import bulk, transactional
from anaplan_sdk._core.api.service import Endpoint, ModelPath
from anaplan_sdk._core.flow import Compute, Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._core.transactional.lookup import questions
from anaplan_sdk._core.transactional.writing.batches import Drawing
from anaplan_sdk._core.transactional.writing.ledger import Ledger, OnFailures, conclude, in_order
from anaplan_sdk._core.transactional.writing.parcels import Ended, Parcel
from anaplan_sdk._core.transactional.writing.sending import Count, Known, LookUp, Send, SendOnce, Status
from anaplan_sdk._io.aio import closing, in_thread, pieces, sleep
from anaplan_sdk._io.caller import warn_caller
from anaplan_sdk.errors import WaitTimeoutError, WriteFailedError, WriteFailuresWarning
from anaplan_sdk.models import DimensionItem, WriteResult

from ..engine.flows import Do, perform
from ..engine.session import Session
from ..transfer.staging import staged

logger = logger_of("transfer")

BlockT = TypeVar("BlockT")
BlockT_contra = TypeVar("BlockT_contra", contravariant=True)


class Prepare(Protocol[BlockT_contra]):
    """Makes requests of rows, as a conversation."""

    def __call__(self, block: BlockT_contra, /) -> Generator[Any, Any, Iterator[Parcel]]: ...


@attrs.frozen
class Writes:
    """The requests of one call, one after the other. ``list_id`` is that of a list whose items are written."""

    session: Session
    at: ModelPath
    endpoint: Callable[[Parcel, Body], Endpoint[dict[str, Any]]]
    ledger: Ledger
    meter: Meter
    deadline: Deadline
    known: Known = attrs.field(factory=Known)
    list_id: int | str = ""

    async def run(
        self,
        rows: Iterable[Any] | AsyncIterable[Any],
        drawing: Drawing[BlockT],
        prepare: Prepare[BlockT],
        finish: Callable[[], Iterator[Parcel]],
        ask: Do,
    ) -> WriteResult:
        """Write all of them. What keeps that from happening says what has been written."""
        try:
            parcels = self._parcels(rows, drawing, prepare, finish, ask)
            await staged(parcels, _body, self._send, ahead=1, connections=1, undecided=_never)
        except Exception:
            raise
        except BaseException as abort:  # the caller was cancelled or interrupted
            abort.add_note(self.ledger.abandoned())
            raise
        self.meter.end()
        return in_order(self.ledger.result)

    async def _parcels(
        self,
        rows: Iterable[Any] | AsyncIterable[Any],
        drawing: Drawing[BlockT],
        prepare: Prepare[BlockT],
        finish: Callable[[], Iterator[Parcel]],
        ask: Do,
    ) -> AsyncIterator[Parcel | Ended]:
        """The requests in order; a failure is the last of them, so that what travels before it is not cut off."""
        try:
            async with closing(pieces(rows, drawing, self.deadline, _late)) as blocks:
                async for block in blocks:
                    parcels = await perform(prepare(block), ask)
                    while (parcel := await in_thread(_next, parcels)) is not None:
                        yield parcel
            for parcel in finish():
                yield parcel
        except Exception as error:
            yield Ended(error)

    async def _send(self, parcel: Parcel | Ended, body: Body) -> None:
        if isinstance(parcel, Ended):
            raise self.ledger.ended(parcel.error)
        outcome = SendOnce(
            parcel.verb,
            parcel.batch,
            self.session.settings.poll,
            self.deadline,
            self.known,
            parcel.numbered,
            parcel.line_item,
        )

        async def do(step: object) -> Any:
            return await self._do(step, parcel, body)

        try:
            self.deadline.check("preparing rows")
            async with self.session.writing_to(self.at.model_id, self.deadline):
                self.ledger.sending(parcel.batch)
                result = await perform(outcome.run(), do)
        except WaitTimeoutError as late:  # of what is not sent yet
            raise self.ledger.ended(late) from None
        self.ledger.heard(parcel.batch, result)
        try:
            self.meter.advance(len(parcel.batch))
        except Exception as error:  # of the caller's function
            raise self.ledger.ended(error) from None

    async def _do(self, step: object, parcel: Parcel, body: Body) -> Any:
        match step:
            case Send(batch):
                sent = body if batch is parcel.batch else batch.body()
                return await self.session.one(self.endpoint(parcel, sent), self.deadline)
            case Status(limit):
                return await self.session.one(bulk.model_status(self.at.model_id), limit)
            case Count(limit):
                return (await self.session.one(transactional.list_definition(self.at, self.list_id), limit)).item_count
            case LookUp(names, codes, limit):
                return await self.look_up(names, codes, limit)
            case Compute(work):
                return await in_thread(work)
            case Pause(seconds):
                return await sleep(seconds)
            case _:
                raise AssertionError(f"{step!r} is no step of a write")

    async def look_up(self, names: Iterable[str], codes: Iterable[str], limit: Deadline) -> list[DimensionItem]:
        """The items of the list that have these names or codes."""
        found: list[DimensionItem] = []
        for wanted in questions(names, codes):
            found += await self.session.rows(transactional.look_up_items(self.at, self.list_id, wanted), limit)
        return found


def _body(parcel: Parcel | Ended) -> Body:
    return b"" if isinstance(parcel, Ended) else parcel.batch.body()


def _never() -> bool:
    return False


def _next(parcels: Iterator[Parcel]) -> Parcel | None:
    return next(parcels, None)


def _late() -> WaitTimeoutError:
    return WaitTimeoutError("The time limit passed while rows were drawn from their source.")


def concluded(result: WriteResult, what: str, on_failures: OnFailures) -> WriteResult:
    """*result*; what the caller should know of its failures goes to the log, and into an error or a warning."""
    try:
        text = conclude(result, what, on_failures)
    except WriteFailedError as error:
        logger.error("%s", error)
        raise
    if text:
        logger.warning("%s", text)
        if on_failures == "warn":
            warn_caller(text, WriteFailuresWarning)
    return result
