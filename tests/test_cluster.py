"""A local Ray cluster of two machines does what one process does, in order, and ends when something goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from blogsum import cluster
from blogsum.cluster import CHUNK, Patience, ordered
from blogsum.errors import UserError
from tests.conftest import Blogsum, Run

P = "Die Werkstatt kaufte 2025 drei Räder für die Innenstadt. Jedes Rad trägt bis zu 200 Kilogramm und fährt mit Strom."


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, blogsum: Blogsum, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "post.txt").write_text(P, encoding="utf-8")
    done = blogsum("summarize", "post.txt", "--engine", "ray")
    assert (done.code, done.stdout) == (3, "")
    assert done.stderr == "error: this needs the package 'ray' (pip install 'blogsum[ray]')\n"


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "[::1]:1"])
def test_an_address_where_nothing_answers_is_an_error_at_once(address: str) -> None:
    with pytest.raises(UserError, match=r"cannot use the Ray cluster .*: nothing answers"):
        cluster._reach(address, 5)


def test_names_are_left_to_ray() -> None:
    for name in ("local", "auto"):
        cluster._reach(name, 5)


def test_another_version_is_no_worker() -> None:
    assert cluster.Worker(squares).begin("0.0.0") == (
        f"a machine of the cluster has blogsum {cluster.__version__}, this one 0.0.0",
        "install the same one",
    )


def squares() -> Callable[[list[int]], list[int]]:
    return lambda chunk: [number * number for number in chunk]


def never() -> Callable[[list[int]], list[int]]:
    return lambda chunk: [threading.Event().wait() for _ in chunk]


def unmade() -> Callable[[list[int]], list[int]]:
    threading.Event().wait()
    return squares()


def refusing() -> Callable[[list[int]], list[int]]:
    raise UserError("no such bundle", hint="copy it there")


def deadly() -> Callable[[list[int]], list[int]]:
    return lambda chunk: os._exit(9)


@pytest.fixture(scope="module")
def two() -> Iterator[str]:
    """The address of a cluster of two machines with a CPU each, beside a head without one."""
    ray = pytest.importorskip("ray", reason="the cluster needs blogsum[ray]")
    from ray.cluster_utils import Cluster

    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        found = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        for _ in range(2):
            found.add_node(num_cpus=1, object_store_memory=100 * 2**20)
        patch.setenv("RAY_ADDRESS", found.address)
        yield found.address
    ray.shutdown()
    found.shutdown()


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    lines = [json.dumps({"id": f"p{row}", "text": f"{P}\n\nDas war Rad {row}."}) for row in range(60)]
    lines[17], lines[30] = json.dumps({"id": "p17", "text": "***"}), "{"
    (tmp_path / "posts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("workers", [None, 2])
def test_results_come_in_order(two: str, workers: int | None) -> None:
    assert list(ordered(squares, range(100), workers)) == [number * number for number in range(100)]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [None, 2])
def test_readers_are_not_starved(two: str, workers: int | None, tmp_path: Path) -> None:
    import ray

    def met() -> Callable[[list[int]], list[str]]:
        here = ray.get_runtime_context().get_node_id()

        def work(chunk: list[int]) -> list[str]:
            (tmp_path / here).touch()
            while len(list(tmp_path.iterdir())) < (workers or 1):  # no worker does it all before the other has come
                threading.Event().wait(0.01)
            return [here for _ in chunk]

        return work

    results = ordered(met, range(1000), workers, Patience(any=60))
    found = [next(results)]
    # somebody else's task that asks for a whole CPU, as the readers of Ray Data do, runs while the workers are there
    assert ray.get(ray.remote(num_cpus=1)(lambda: "read").remote(), timeout=60) == "read"
    found += results
    assert len(found) == 1000
    assert len(set(found)) == (workers or 1)


@pytest.mark.slow
def test_no_more_items_are_taken_than_are_under_way(two: str) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10_000):
            taken.append(number)
            yield number

    results = ordered(squares, items(), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(taken) <= (2 * cluster._AHEAD + 1) * CHUNK
    results.close()  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_lost_worker_is_replaced_and_its_work_done_again(two: str, tmp_path: Path) -> None:
    died = tmp_path / "died"

    def mortal() -> Callable[[list[int]], list[int]]:
        def work(chunk: list[int]) -> list[int]:
            if 40 in chunk and not died.exists():
                died.touch()
                os._exit(9)
            return [number * number for number in chunk]

        return work

    assert list(ordered(mortal, range(100), 2)) == [number * number for number in range(100)]
    assert died.exists()


FAILURES: dict[str, tuple[Any, Patience, str]] = {
    "a worker that dies every time": (deadly, Patience(), "a worker was lost: "),
    "work that never ends": (never, Patience(any=0.5), "no worker of the cluster has answered for 0.5 s"),
    "a worker that never gets ready": (
        unmade,
        Patience(first=0.5),
        "no worker was ready within 0.5 s: the cluster has 2",
    ),
    "a model that is not there": (refusing, Patience(), "a worker on .*: no such bundle"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("make", "patience", "said"), FAILURES.values(), ids=FAILURES.keys())
def test_what_fails_is_an_error_and_not_a_hang(two: str, make: Any, patience: Patience, said: str) -> None:
    with pytest.raises(UserError, match=said):
        list(ordered(make, range(100), 2, patience))


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--shard", "1/1"), ("--jobs", "2", "--evidence")], ids=str)
def test_the_command_writes_what_one_process_writes(two: str, run: Run, posts: Path, options: tuple[str, ...]) -> None:
    done = run("summarize", "posts.jsonl", "-o", "out.jsonl", "--engine", "ray", *options)
    assert done.returncode == 4
    assert [line for line in done.stderr.splitlines() if line.startswith("error")] == [
        "error: p17: no text to read (the source is empty once markup is taken away)",
        "error: posts.jsonl:31: not JSON: expecting property name enclosed in double quotes at column 2",
    ]
    more = [option for option in options if option == "--evidence"]
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == run("summarize", "posts.jsonl", *more).stdout


@pytest.mark.slow
def test_what_ray_says_of_its_workers_is_not_among_the_results(two: str, capfd: pytest.CaptureFixture[str]) -> None:
    from ray._private import worker

    # Ray's thread prints whatever happens to a worker to standard output, and finds what does that by this name
    assert "print_to_stdstream" in worker.listen_error_messages.__code__.co_names
    with cluster._connected(cluster._ray(), Patience()):
        worker.print_to_stdstream({"lines": ["Worker.begin failed"], "pid": "raylet", "is_err": False}, False)
    assert capfd.readouterr().out == ""


@pytest.mark.slow
def test_each_worker_has_its_own_model(two: str, run: Run, posts: Path, bundle: Path) -> None:
    rows = (posts / "posts.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[:20]
    (posts / "few.jsonl").write_text("".join(rows), encoding="utf-8")
    shutil.copytree(bundle, posts / "model")
    done = run("summarize", "few.jsonl", "--engine", "ray", "--jobs", "2", "--model", "model")
    alone = run("summarize", "few.jsonl", "--model", "model")
    assert (done.returncode, done.stdout, done.stderr) == (alone.returncode, alone.stdout, alone.stderr)
    assert done.stdout.count("\n") == 20


@pytest.mark.slow
def test_without_an_address_a_cluster_is_started_and_ends(run: Run, posts: Path) -> None:
    pytest.importorskip("ray", reason="the cluster needs blogsum[ray]")
    done = run("summarize", "posts.jsonl", "--engine", "ray", RAY_ADDRESS="")
    assert done.stdout == run("summarize", "posts.jsonl").stdout
    assert done.stderr.count("\n") == 2


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_stopped_run_goes_on_anywhere(two: str, run: Run, posts: Path) -> None:
    text = (posts / "posts.jsonl").read_text(encoding="utf-8")
    (posts / "posts.jsonl").write_text(text * 40, encoding="utf-8")
    command = [sys.executable, "-m", "blogsum", "summarize", "posts.jsonl", "-o", "out.jsonl", "-q"]
    process = subprocess.Popen([*command, "--engine", "ray"], cwd=posts, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        parts = list(posts.glob(".out.jsonl.*.part"))
        if parts and parts[0].stat().st_size > 2000:
            process.send_signal(signal.SIGTERM)
            break
    assert process.communicate(timeout=60)[1].splitlines()[-1] == "error: terminated"
    assert process.returncode == 143
    assert "lines of an interrupted run" in run("summarize", "posts.jsonl", "-o", "out.jsonl").stderr
    assert (posts / "out.jsonl").read_text(encoding="utf-8") == run("summarize", "posts.jsonl").stdout
