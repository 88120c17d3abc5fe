"""Deltas of a session as iterators: of an advance, and of everything that happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Protocol

from stdrules.engine.session.delta import Delta

Tell = Callable[[Delta | None], None]


class Stepping(Protocol):
    """A session that is moved step by step."""

    def step(self, limit: int) -> Delta | None:
        """Judge the next case whose moment has come; None at the end."""


class Advance:
    """The steps of an advance that changed something, in the order of time.

    For ``for`` and for ``async for``, which lets other tasks run after every step.
    """

    def __init__(self, session: Stepping, limit: int) -> None:
        self._session = session
        self._limit = limit

    @property
    def limit(self) -> int:
        """Where it ends, in microseconds."""
        return self._limit

    def __iter__(self) -> Iterator[Delta]:
        return self

    def __next__(self) -> Delta:
        while (delta := self._session.step(self._limit)) is not None:
            if delta:
                return delta
        raise StopIteration

    def __aiter__(self) -> Advance:
        return self

    async def __anext__(self) -> Delta:
        while (delta := self._session.step(self._limit)) is not None:
            await asyncio.sleep(0)
            if delta:
                return delta
        raise StopAsyncIteration

    def finish(self) -> int:
        """Make all steps that are left; return how many of them changed something."""
        return sum(1 for _ in self)


class Stream:
    """All deltas of a session from the moment it was made, for ``async for``.

    Deltas come in the order in which they happened, whichever thread posts. What is not fetched
    waits in memory.
    """

    def __init__(self, tells: list[Tell]) -> None:
        self._tells = tells
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Delta | None] = asyncio.Queue()
        tells.append(self._tell)

    def _tell(self, delta: Delta | None) -> None:
        if self._loop.is_closed():
            self.close()
        else:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, delta)

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> Delta:
        delta = await self._queue.get()
        if delta is None:
            self.close()
            raise StopAsyncIteration
        return delta

    def close(self) -> None:
        """Listen no more."""
        if self._tell in self._tells:
            self._tells.remove(self._tell)
