"""A headless Chromium spoken to over its debugging pipe, with nothing but the standard library."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str:
    """The browser, or the test is skipped with a word."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    pytest.skip(f"no Chromium here (looked for {', '.join(NAMES)}): nobody looked at the page")


class Browser:
    """One page. ``requests`` are the addresses it asked for, ``complaints`` what it wrote to the console,
    ``dialogs`` the kinds of windows it put before the person, each answered with yes."""

    def __init__(self, profile: Path) -> None:
        reads, self._out = os.pipe()
        self._in, writes = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        argv = [executable(), *flags, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]

        def wire() -> None:  # Chromium reads its commands from 3 and answers on 4
            one, other = os.dup(reads), os.dup(writes)
            os.dup2(one, 3)
            os.dup2(other, 4)

        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            argv, stdin=quiet, stdout=quiet, stderr=quiet, close_fds=False, preexec_fn=wire
        )
        os.close(reads)
        os.close(writes)
        self._buffer, self._count = b"", 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.dialogs: list[str] = []
        self._loaded = False
        target = self._call("Target.createTarget", {"url": "about:blank"}, None)["targetId"]
        session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True}, None)["sessionId"]
        self.call: Callable[..., dict[str, Any]] = lambda name, **values: self._call(name, values, session)
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def open(self, path: Path, width: int = 1100, height: int = 900) -> None:
        """Load a file and wait for it."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.requests.clear()
        self._loaded = False
        self.call("Page.navigate", url=path.as_uri())
        while not self._loaded:
            self._event(self._message())

    def theme(self, name: str) -> None:
        """``light`` or ``dark``."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def close(self) -> None:
        """End the browser."""
        os.close(self._out)
        self._process.terminate()
        self._process.wait(20)
        os.close(self._in)

    def _call(self, name: str, values: dict[str, Any], session: str | None) -> dict[str, Any]:
        self._count += 1
        message = {"id": self._count, "method": name, "params": values} | ({"sessionId": session} if session else {})
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._count:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._event(answer)

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            piece = os.read(self._in, 1 << 16)
            assert piece, "the browser is gone"
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def _event(self, message: dict[str, Any]) -> None:
        name, values = message.get("method", ""), message.get("params", {})
        if name == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])
        elif name in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.complaints.append(json.dumps(values))
        elif name == "Page.loadEventFired":
            self._loaded = True
        elif name == "Page.javascriptDialogOpening":  # nothing goes on until it is answered
            self.dialogs.append(values["type"])
            yes = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            os.write(self._out, json.dumps(yes | {"sessionId": message["sessionId"]}).encode() + b"\0")
