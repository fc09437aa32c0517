"""Reading the queue of notifications: a letter is deleted only once what it says is durable."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.errors import BadPayload, ChannelError, SyncStateError
from core.marketplaces.amazon.letters import Letter, Queue
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.threads import in_thread
from core.marketplaces.bodies import refuse
from core.messages import Message

_log = logging.getLogger(__name__)
_READERS = 3
_TRIES = 3
_VISIBILITY = 60
_RENEW = 20.0
_LATER = 10
_PATIENCE = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)


@dataclass(frozen=True, slots=True)
class Ties:
    """What the reader needs of the house around it.

    `parse` reads a body (BadPayload), `receive` makes durable what it says, `clock` gives epoch seconds, `sleep` waits.
    """

    parse: Callable[[bytes], Sequence[Message]]
    receive: Callable[[Sequence[Message]], Awaitable[object]]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class QueueHealth:
    """How reading goes: times are epoch seconds (0: never), `error` is why it fails now ("": it does not)."""

    last_success: float = 0.0
    failing_since: float = 0.0
    error: str = ""


class QueueReader:
    """Reads `queue` from `run` until `stop`; any number of instances may read the same queue."""

    def __init__(self, queue: Queue, ties: Ties) -> None:
        self._queue = queue
        self._ties = ties
        self._stopping = asyncio.Event()
        self.health = QueueHealth()

    async def run(self) -> None:
        """Read until `stop`; what goes wrong is waited out."""
        await asyncio.gather(*[self._read_on() for _ in range(_READERS)])

    def stop(self) -> None:
        """Take no more letters; `run` ends once those in hand are done with."""
        self._stopping.set()

    async def _read_on(self) -> None:
        strikes = 0
        while not self._stopping.is_set():
            try:
                done = await self._round()
            except SyncStateError as error:
                self._failed(error)
                done = False
            except Exception:  # noqa: BLE001 - the outermost edge of reading: it goes on
                _log.exception("reading the queue failed in a way nobody foresaw")
                done = False
            strikes = 0 if done else strikes + 1
            if not done:
                await self._rest(_PATIENCE[min(strikes, len(_PATIENCE)) - 1])

    async def _round(self) -> bool:
        """Take some letters and do what they say; False when none of them could be done."""
        polling = asyncio.ensure_future(in_thread(self._receive))
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not polling.done():
            # What it may still bring is shown to others at once (see `_receive`).
            polling.cancel()
            return True
        letters = polling.result()
        self.health = QueueHealth(last_success=self._ties.clock())
        async with self._kept(letters):
            done = await asyncio.gather(*[self._is_done(letter) for letter in letters])
        await self._delete([letter for letter, is_done in zip(letters, done, strict=True) if is_done])
        left = [letter for letter, is_done in zip(letters, done, strict=True) if not is_done]
        if left:
            await in_thread(lambda: self._queue.hide(left, _LATER))
        return not letters or any(done)

    def _receive(self) -> Sequence[Letter]:
        letters = self._queue.receive(_VISIBILITY)
        if letters and self._stopping.is_set():
            self._queue.hide(letters, 0)
            return ()
        return letters

    async def _is_done(self, letter: Letter) -> bool:
        """Whether what the letter says is durable; one that nobody can read is parked at its third try."""
        try:
            await self._ties.receive(self._read(letter))
        except BadPayload as error:
            _log.warning("letter %s cannot be read: %s", letter.letter_id, error)
            return False
        except SyncStateError as error:
            _log.warning("letter %s is left for later: %s", letter.letter_id, error)
            return False
        except Exception as error:  # noqa: BLE001 - the same edge: one letter never stops the others
            _log.exception("letter %s failed in a way nobody foresaw", letter.letter_id)
            return letter.tries >= _TRIES and await self._is_parked(letter, type(error).__name__)
        return True

    def _read(self, letter: Letter) -> Sequence[Message]:
        try:
            return self._ties.parse(letter.body)
        except BadPayload as error:
            if letter.tries < _TRIES:
                raise
            return [refuse(CHANNEL, letter.body, f"a message of the queue cannot be read: {error.reason}")]

    async def _is_parked(self, letter: Letter, reason: str) -> bool:
        try:
            await self._ties.receive([refuse(CHANNEL, letter.body, f"a message of the queue failed: {reason}")])
        except SyncStateError as error:
            _log.warning("letter %s cannot be parked yet: %s", letter.letter_id, error)
            return False
        return True

    async def _delete(self, letters: Sequence[Letter]) -> None:
        if not letters:
            return
        failed = await in_thread(lambda: self._queue.delete(letters))
        again = await in_thread(lambda: self._queue.delete(failed)) if failed else ()
        if again:
            # They come once more, and change nothing.
            _log.warning("%d letters could not be deleted", len(again))

    @asynccontextmanager
    async def _kept(self, letters: Sequence[Letter]) -> AsyncIterator[None]:
        """Keep the letters hidden for as long as the work on them takes."""
        renewing = asyncio.ensure_future(self._renew(letters)) if letters else None
        try:
            yield
        finally:
            if renewing is not None:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)

    async def _renew(self, letters: Sequence[Letter]) -> None:
        while True:
            await self._ties.sleep(_RENEW)
            try:
                await in_thread(lambda: self._queue.hide(letters, _VISIBILITY))
            except ChannelError as error:
                _log.warning("letters in hand may be handed out again: %s", error)

    def _failed(self, error: SyncStateError) -> None:
        reason = error.reason if isinstance(error, ChannelError) else str(error)
        _log.warning("reading the queue: %s", reason)
        self.health = QueueHealth(self.health.last_success, self.health.failing_since or self._ties.clock(), reason)

    async def _rest(self, seconds: float) -> None:
        waiting = asyncio.ensure_future(self._ties.sleep(seconds))
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        stopping.cancel()
