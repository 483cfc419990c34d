"""The machines: they put code and inputs into an empty folder, run the job's command, a process a rank, and take back.

What they run is the command that was sent, with the Python that runs the tests; everything else of this environment
that a machine of Azure would not have is kept from it.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.azure.loopback.blobs import ROOT, STORE

if TYPE_CHECKING:
    from tests.azure.loopback.cloud import Azure

_FOREIGN = ("PYTHONPATH", "BLOGSUM_HOME", "REQUESTS_CA_BUNDLE", "ARM_CLOUD_METADATA_URL", "AZUREML_CURRENT_CLOUD")
FAILED = (
    "Execution failed. User process '/bin/bash' exited with status code {code}. Please check log file 'std_log.txt'"
)


class Machines:
    """Starts jobs. ``instead`` is run in the place of every command; jobs stay in the queue while ``open`` is clear."""

    def __init__(self, azure: Azure, folder: Path) -> None:
        self.instead = ""
        self.open = threading.Event()
        self.open.set()
        self.started: list[str] = []
        self._azure, self._folder = azure, folder
        self._threads: dict[str, threading.Thread] = {}
        self._running: dict[str, list[subprocess.Popen[bytes]]] = {}
        self._cancelled: set[str] = set()

    def start(self, name: str, job: dict[str, Any]) -> None:
        """Compute a job that was put."""
        self._threads[name] = threading.Thread(target=self._compute, args=(name, job["properties"]), daemon=True)
        self._threads[name].start()

    def wait(self, name: str) -> None:
        """Until a job has ended."""
        self._threads[name].join(300)

    def cancel(self, name: str) -> None:
        """End a job from outside."""
        self._cancelled.add(name)
        self._azure.jobs[name]["properties"]["status"] = "CancelRequested"
        self.open.set()
        for process in self._running.get(name, []):
            _kill(process)
        self.wait(name)
        self._is(name, "Canceled")

    def stop(self) -> None:
        """End all that runs."""
        for name in list(self._threads):
            self._cancelled.add(name)
        self.open.set()
        for process in [one for its in self._running.values() for one in its]:
            _kill(process)
        for thread in self._threads.values():
            thread.join(60)

    def _is(self, name: str, status: str, wrong: str = "") -> None:
        properties = self._azure.jobs[name]["properties"]
        if properties["status"] != "CancelRequested" or status == "Canceled":
            properties |= {"status": status, "wrong": wrong}
        self._azure.news()

    def _compute(self, name: str, properties: dict[str, Any]) -> None:
        self._is(name, "Queued")
        self.open.wait(300)
        if name in self._cancelled:
            return
        try:
            node = Path(tempfile.mkdtemp(prefix="node-", dir=self._folder))
            command = self._placed(name, properties, node)
            self._is(name, "Running")
            code = self._run(name, properties, self.instead or command, node)
            if name in self._cancelled:
                return
            for output in properties.get("outputs", {}):
                self._azure.blobs.push(f"azureml/{name}/{output}/", node / "outputs" / output)
        except Exception as error:  # a fault of the loopback itself: the one who waits shall see it
            self._is(name, "Failed", f"{type(error).__name__}: {error}")
            return
        self._is(name, "Completed") if code == 0 else self._is(name, "Failed", FAILED.format(code=code))

    def _placed(self, name: str, properties: dict[str, Any], node: Path) -> str:
        """Put code and inputs in place, and return the command with their folders."""
        documents, blobs = self._azure.documents, self._azure.blobs
        code = documents[_way(properties["codeId"])]["properties"]["codeUri"]
        container, _, prefix = code.partition(f"{ROOT}/")[2].partition("/")
        blobs.pull(container, prefix, node / "code")
        command = str(properties["command"])
        for key, one in properties.get("inputs", {}).items():
            asset = documents[_way(one["uri"])]["properties"]
            uri = asset.get("dataUri") or asset["modelUri"]
            blobs.pull(STORE, uri.partition("/paths/")[2], node / "inputs" / key)
            command = command.replace(f"${{{{inputs.{key}}}}}", str(node / "inputs" / key))
        for key in properties.get("outputs", {}):
            (node / "outputs" / key).mkdir(parents=True)
            command = command.replace(f"${{{{outputs.{key}}}}}", str(node / "outputs" / key))
        assert "${{" not in command
        return command

    def _run(self, name: str, properties: dict[str, Any], command: str, node: Path) -> int:
        """Run every rank and write its log; the highest exit code."""
        spread = properties.get("distribution") or {}
        each = int(spread.get("processCountPerInstance") or 1)
        size = each * int((properties.get("resources") or {}).get("instanceCount") or 1) if spread else 1
        self.started.append(name)
        port, root = _port(), node / "code"
        ranks = [
            subprocess.Popen(
                ["bash", "-c", command],
                cwd=root,
                env=_environment(node, name, rank, size, each, port) | properties.get("environmentVariables", {}),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            for rank in range(size)
        ]
        self._running[name] = ranks
        if name in self._cancelled:  # while they were started
            for rank in ranks:
                _kill(rank)
        logs = [f"std_log_process_{rank}.txt" for rank in range(size)] if size > 1 else ["std_log.txt"]
        readers = [threading.Thread(target=self._log, args=(name, *pair)) for pair in zip(ranks, logs, strict=True)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        return max(rank.wait() if rank.wait() >= 0 else 128 - rank.wait() for rank in ranks)

    def _log(self, name: str, process: subprocess.Popen[bytes], log: str) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._azure.blobs.append(f"ExperimentRun/dcid.{name}/user_logs/{log}", line)
            self._azure.news()


def _environment(node: Path, name: str, rank: int, size: int, each: int, port: int) -> dict[str, str]:
    """What Azure ML tells the processes of a job; ``python`` is the one of the tests."""
    path = node / "bin"
    with contextlib.suppress(FileExistsError):
        path.mkdir()
        (path / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        (path / "python").chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    alone = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(size), "RANK": str(rank)}
    more = {"LOCAL_RANK": str(rank % each), "NODE_RANK": str(rank // each)}
    spread = {**alone, **more} if size > 1 else {}
    return {**kept, **spread, "PATH": f"{path}:{os.environ['PATH']}", "AZUREML_RUN_ID": name, "OMP_NUM_THREADS": "1"}


def _way(reference: str) -> str:
    """The way below the workspace of what is named by its long or short name."""
    if found := re.search(r"(?i)/workspaces/[^/]+/(.+)$", reference):
        return found[1]
    name, _, version = reference.removeprefix("azureml:").partition(":")
    return f"data/{name}/versions/{version}"


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
