"""Many items through one function: several processes, in order, in bounded memory; knows nothing of what is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from blogsum.errors import UserError

T = TypeVar("T")
R = TypeVar("R")

# Items under way per process: enough to keep it busy while a long article holds up the order, few enough for memory.
AHEAD = 8


def ordered(work: Callable[[T], R], items: Iterable[T], jobs: int) -> Iterator[R]:
    """``work(item)`` for each item, in order, in ``jobs`` processes; with one job in this process.

    ``work`` must be picklable when ``jobs`` is above 1. Raises UserError when a process is killed.
    """
    if jobs == 1:
        yield from map(work, items)
        return
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # spawn, not fork: a progress bar or a library may run threads by now
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_ignore_interrupt)
    under_way: deque[Future[R]] = deque()
    try:
        for item in items:
            under_way.append(pool.submit(work, item))
            if len(under_way) >= jobs * AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise UserError("a worker process was killed", hint="out of memory? try fewer --jobs") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _ignore_interrupt() -> None:
    """Ctrl-C reaches every process of the terminal; only the first one answers it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
