"""The pages of many posts, hosts side by side and each host politely one by one; knows nothing of what is in them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

from blogsum.errors import UserError
from blogsum.read import links
from blogsum.read.entries import Entry
from blogsum.read.web import Answer, Scope, Web

Job = tuple[Entry, Scope]
_AHEAD = 4  # pages read and not yet understood: enough to keep both sides busy, and at most 40 MB


def answers(jobs: Sequence[Job], web: Web) -> Iterator[tuple[Entry, Answer | Exception]]:
    """Each job's entry with its page, or with what went wrong, as they come.

    As many hosts as ``web.manners.connections`` are asked at a time, each by one thread. Leaving the loop stops them.
    """
    hosts: dict[str, list[Job]] = {}
    for job in jobs:
        hosts.setdefault(links.host(job[0].url), []).append(job)
    waiting: queue.SimpleQueue[list[Job]] = queue.SimpleQueue()
    for one in hosts.values():
        waiting.put(one)
    done: queue.Queue[tuple[Entry, Answer | Exception]] = queue.Queue(_AHEAD)
    stopped = threading.Event()
    for _ in range(min(web.manners.connections, len(hosts))):
        threading.Thread(target=_work, args=(waiting, done, stopped, web), daemon=True).start()
    try:
        for _ in jobs:
            yield done.get()
    finally:
        stopped.set()


def _work(
    waiting: queue.SimpleQueue[list[Job]],
    done: queue.Queue[tuple[Entry, Answer | Exception]],
    stopped: threading.Event,
    web: Web,
) -> None:
    """Ask host after host until none is left or nobody waits any more."""
    while not stopped.is_set():
        try:
            jobs = waiting.get_nowait()
        except queue.Empty:
            return
        for entry, scope in jobs:
            if stopped.is_set() or not _hand_over(done, (entry, _answer(entry, scope, web)), stopped):
                return


def _answer(entry: Entry, scope: Scope, web: Web) -> Answer | Exception:
    try:
        return web.page(entry.url, scope)
    except UserError as error:
        return error
    except Exception as error:  # a bug on one post must not leave the others waiting for ever
        return error


def _hand_over(
    done: queue.Queue[tuple[Entry, Answer | Exception]],
    item: tuple[Entry, Answer | Exception],
    stopped: threading.Event,
) -> bool:
    """Whether somebody still wanted the item."""
    while not stopped.is_set():
        try:
            done.put(item, timeout=0.2)
        except queue.Full:  # the reader is busy
            continue
        return True
    return False
