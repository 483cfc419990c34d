"""Many items through one function on a Ray cluster: in order, in bounded memory; knows nothing of what is done.

Each worker is an actor that makes the function once, a model's session for one, and keeps it. The items are read in
this process, outside of Ray's accounts, and the workers together never hold the last CPU: a cluster that is all actors
starves whoever reads for it (Ray Data hung with two actors at 0.9 of two CPUs). What takes too long is an error.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any, Generic, TypeVar

from blogsum import __version__
from blogsum.errors import MissingExtra, UserError

_log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")
Make = Callable[[], Callable[[list[T]], list[R]]]

CHUNK = 8  # items sent at once: what a model writes in one batch
_DEEP = 2  # chunks at a worker: one in work, one waiting behind it
_AHEAD = 4  # chunks under way per worker, those included that are done but not their turn
_RESTARTS = 2  # times that a lost worker is started again, on another machine if need be
_STORE = 256 * 2**20  # bytes of shared memory of a cluster of our own: chunks of articles, no model


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for an address to answer, for the ``first`` worker to be ready, and for ``any`` result."""

    address: float = 10
    first: float = 180
    any: float = 1800


def ordered(
    make: Make[T, R], items: Iterable[T], workers: int | None = None, patience: Patience = Patience()
) -> Iterator[R]:
    """``make()(chunk)`` for the items, chunk by chunk, in order, on the cluster of ``RAY_ADDRESS`` or one of our own.

    ``make`` must be picklable and give as many results as it gets items. By default one worker for each CPU but one.
    UserError, instead of a wait without end, when the cluster cannot be reached, starts no worker or falls silent.
    """
    ray = _ray()
    with _connected(ray, patience):
        pool: _Pool[T, R] = _Pool(ray, patience)
        try:
            pool.start(make, workers)
            yield from _results(pool, iter(items))
        except ray.exceptions.RayError as error:
            raise UserError(f"a worker was lost: {_line(error)}", hint="out of memory? try fewer --jobs") from error
        finally:
            pool.stop()


def _results(pool: _Pool[T, R], items: Iterator[T]) -> Iterator[R]:
    under_way: deque[Any] = deque()
    while chunk := list(islice(items, CHUNK)):
        if len(under_way) >= _AHEAD * pool.size:
            yield from pool.result(under_way.popleft())
        under_way.append(pool.submit(chunk))
    while under_way:
        yield from pool.result(under_way.popleft())


@dataclass
class _Pool(Generic[T, R]):
    """The workers, how many chunks each has, and what is not finished: chunks, and workers that are starting."""

    ray: Any
    patience: Patience
    size: int = 0
    _workers: list[Any] = field(default_factory=list)
    _load: dict[Any, int] = field(default_factory=dict)  # of workers that are ready
    _owner: dict[Any, Any] = field(default_factory=dict)
    _starting: set[Any] = field(default_factory=set)

    def start(self, make: Make[T, R], workers: int | None) -> None:
        """Ask for the workers; they are used from when they are ready."""
        cpus = float(self.ray.cluster_resources().get("CPU", 0))
        self.size = workers or max(1, int(cpus) - 1)
        # Shares of a CPU would not do: half of each of two machines is no whole one for a reader. Whole ones as long as
        # one is left; who asks for more workers than that gets them, with nothing held back from anyone.
        options = {"num_cpus": int(self.size < cpus), "max_restarts": _RESTARTS, "max_task_retries": _RESTARTS}
        worker = self.ray.remote(**options)(Worker)
        spread = ["SPREAD"] * self.size if self.size < cpus else self._places()
        self._workers = [worker.options(scheduling_strategy=where).remote(make) for where in spread]
        self._owner = {one.begin.remote(__version__): one for one in self._workers}
        self._starting = set(self._owner)

    def _places(self) -> list[Any]:
        """A machine for each worker, in turn by its CPUs.

        Ray 2.60 heaps up on one machine, or on a head without a CPU, the actors that ask for none: with SPREAD, and 6
        of 6 times with a soft wish for a machine. A fixed one is kept to; when it is lost its workers are, too.
        """
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as At

        cpus = {one["NodeID"]: int(one["Resources"].get("CPU", 0)) for one in self.ray.nodes() if one["Alive"]}
        seats = sorted((seat, node) for node, count in cpus.items() for seat in range(count))
        if not seats:
            return ["SPREAD"] * self.size
        return [At(node, soft=False) for _, node in islice(cycle(seats), self.size)]

    def submit(self, chunk: list[T]) -> Any:
        """Send a chunk to the worker that has least to do, once one has room."""
        while not self._load or min(self._load.values()) >= _DEEP:
            self._wait()
        worker = min(self._load, key=self._load.__getitem__)
        ticket = worker.work.remote(chunk)
        self._owner[ticket] = worker
        self._load[worker] += 1
        return ticket

    def result(self, ticket: Any) -> list[R]:
        """What came of a chunk, once it is finished."""
        while ticket in self._owner:
            self._wait()
        found: list[R] = self.ray.get(ticket)
        return found

    def _wait(self) -> None:
        """Wait until something is finished."""
        limit = self.patience.any if self._load else self.patience.first
        finished, _ = self.ray.wait(list(self._owner), num_returns=1, timeout=limit, fetch_local=False)
        if not finished:
            raise self._silence(limit)
        for ticket in finished:
            worker = self._owner.pop(ticket)
            if ticket in self._starting:
                self._begun(ticket)
            self._load[worker] = max(self._load.get(worker, 0) - 1, 0)

    def _begun(self, ticket: Any) -> None:
        self._starting.remove(ticket)
        try:
            problem = self.ray.get(ticket)
        except self.ray.exceptions.RayError as error:
            hint = f"blogsum {__version__} must be installed on all of them"
            raise UserError(f"a machine of the cluster cannot start a worker: {_line(error)}", hint=hint) from error
        if problem:
            raise UserError(*problem)

    def _silence(self, limit: float) -> UserError:
        total, free = (table.get("CPU", 0) for table in (self.ray.cluster_resources(), self.ray.available_resources()))
        if self._load:
            return UserError(f"no worker of the cluster has answered for {limit:g} s", hint="are its machines alive?")
        why = f"the cluster has {total:g} CPUs, {free:g} of them free"
        return UserError(f"no worker was ready within {limit:g} s: {why}", hint="wait for them, or try fewer --jobs")

    def stop(self) -> None:
        """End the workers, whatever they do."""
        for worker in self._workers:
            with contextlib.suppress(Exception):
                self.ray.kill(worker)


class Worker(Generic[T, R]):
    """What runs on the cluster."""

    def __init__(self, make: Make[T, R]) -> None:
        self._make = make
        self._work: Callable[[list[T]], list[R]] | None = None

    def begin(self, version: str) -> tuple[str, str] | None:
        """Get ready; why that is not possible, and what to do, if it is not."""
        if version != __version__:
            return f"a machine of the cluster has blogsum {__version__}, this one {version}", "install the same one"
        try:
            self._ready()
        except UserError as error:
            return f"a worker on {socket.gethostname()}: {error}", error.hint
        return None

    def work(self, chunk: list[T]) -> list[R]:
        """One chunk done."""
        return self._ready()(chunk)

    def _ready(self) -> Callable[[list[T]], list[R]]:
        if self._work is None:  # also when Ray has started this worker again
            self._work = self._make()
        return self._work


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # before it is imported: it sends statistics otherwise
    try:
        import ray
    except ImportError as error:
        raise MissingExtra("ray", "ray") from error
    return ray


@contextlib.contextmanager
def _connected(ray: Any, patience: Patience) -> Iterator[None]:
    """A connection to the cluster of ``RAY_ADDRESS``, or a cluster of our own that ends with it; one there is stays."""
    if ray.is_initialized():
        yield
        return
    address = os.environ.get("RAY_ADDRESS") or "local"
    _reach(address, patience.address)
    options: dict[str, Any] = {"address": address, "log_to_driver": False, "logging_level": "ERROR"}
    if address == "local":
        options |= {"include_dashboard": False, "object_store_memory": _STORE}
    with _output_kept():
        try:
            with _signals_kept():
                ray.init(**options)
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            where = "a Ray cluster on this machine" if address == "local" else f"the Ray cluster {address}"
            raise UserError(f"cannot use {where}: {_line(error)}", hint="RAY_ADDRESS names it") from error
        try:
            yield
        finally:
            ray.shutdown()  # ends the thread that prints, too


def _reach(address: str, seconds: float) -> None:
    """UserError when nothing answers at ``host:port``: Ray would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=seconds).close()
    except (OSError, OverflowError) as error:
        why = f"nothing answers ({getattr(error, 'strerror', None) or error})"
        raise UserError(f"cannot use the Ray cluster {address}: {why}", hint="RAY_ADDRESS names it") from error


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep this process's answers to signals: Ray's own would exit without a word."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _output_kept() -> Iterator[None]:
    """Log what Ray reports of its workers: its thread prints it to standard output, among our results, unasked."""
    from ray._private import worker

    printing = worker.print_to_stdstream
    worker.print_to_stdstream = lambda data, *_, **__: _log.info("Ray: %s", " ".join(data["lines"]))
    try:
        yield
    finally:
        worker.print_to_stdstream = printing


def _line(error: BaseException) -> str:
    """The last line of an error that says something: a remote one begins with its traceback."""
    lines: Sequence[str] = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
