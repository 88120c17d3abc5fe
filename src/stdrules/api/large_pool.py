"""The processes that judge the parts of a large audit."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from typing import TYPE_CHECKING, Any

from stdrules.base.errors import UnfinishedError
from stdrules.base.process import collect_rarely
from stdrules.base.text import Text

if TYPE_CHECKING:
    from stdrules.api.large_work import Task


def judge(task: Task, parts: list[int], jobs: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the sums of parts as they are done, in any order.

    Args:
        task: What every part needs.
        parts: Their numbers.
        jobs: How many processes; with one it is this one.

    Raises:
        UnfinishedError: A process was lost.
    """
    from stdrules.api.large_work import start, work

    jobs = min(jobs, len(parts))
    if jobs <= 1:
        start(task)
        for part in parts:
            yield part, work(part)
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _ready, (task,))
    try:
        with _undisturbed():
            waiting: dict[Future[None], int] = {
                pool.submit(_only_work, part): part for part in parts
            }
        while waiting:
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for one in ready:
                one.result()
                part = waiting.pop(one)
                yield part, json.loads(task.name(part, "done", "json").read_text("utf-8"))
    except BrokenProcessPool:
        _end(pool)  # the pool itself asks them to end, and may wait for ever for one that does not
        raise unfinished(
            Text("审核未能完成：一个进程意外结束，可能是内存不足",
                 "the audit could not be finished: a process ended before its time, perhaps for "
                 "lack of memory"),
            True,
        ) from None  # fmt: skip
    except BaseException:
        _end(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _ready(task: Task) -> None:
    """Make a process ready, and end it if the one that it works for is lost."""
    from stdrules.api.large_work import start

    collect_rarely()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()
    start(task)


def _only_work(part: int) -> None:
    """Judge a part; its sums are in its file.

    A process that is killed while it sends something long would leave this one waiting for ever.
    """
    from stdrules.api.large_work import work

    work(part)


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start processes that leave an interruption to this one, which ends them.

    One that comes meanwhile waits until all are started, so that none is forgotten.
    """
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    mask = getattr(signal, "pthread_sigmask", None)  # there is none on Windows
    blocked = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else None
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, blocked)
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _end(pool: ProcessPoolExecutor) -> None:
    """End the processes: what they have not finished is judged again when the audit goes on."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()


def unfinished(message: Text, may_go_on: bool) -> UnfinishedError:
    """Build the error of an audit that ended before its end.

    Args:
        message: What happened.
        may_go_on: Whether all was read, so that only parts are left to judge.
    """
    if may_go_on:
        hint = Text("读取的数据与已完成的部分保留在 --out；用 --resume 接着审核，"
                    "内存不足时减小 --jobs 或 --memory",
                    "what was read and judged is kept in `out`: --resume goes on; where memory is "
                    "short, with fewer --jobs or less --memory")  # fmt: skip
    else:
        hint = Text("请腾出空间后重新审核", "make room and audit again")
    return UnfinishedError(message, hint=hint)
