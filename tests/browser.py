"""A headless Chromium that a test drives over its own pipe: no driver, no port, no package."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60  # seconds that a busy machine may need for one answer


class Browser:
    """Use as a context manager: ``open`` a page, ``run`` JavaScript in it, ``type`` text, ``picture`` it.

    ``home`` gets the profile; what the page saves lands in ``home/downloads``. ``requests`` are the addresses that the
    page asked for, ``complaints`` what it wrote to the console.
    """

    def __init__(self, home: Path) -> None:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            pytest.skip(f"no browser found ({', '.join(NAMES)}); Debian: apt-get install chromium")
        self._program, self._home, self._count, self._left = program, home, 0, b""
        self.downloads = home / "downloads"
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def __enter__(self) -> Browser:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # --no-sandbox: CI runs as root; the pages are our own
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
        command = [self._program, *flags, f"--user-data-dir={self._home / 'profile'}", "about:blank"]
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash", *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def open(self, address: str, width: int = 900, height: int = 1200) -> None:
        """Show a page in a new tab and wait until it is whole."""
        target = self._send("Target.createTarget", url="about:blank", newWindow=True, width=width, height=height)[
            "targetId"
        ]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.downloads.mkdir(exist_ok=True)
        self._send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        for domain in ("Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.requests.clear()
        self.complaints.clear()
        self.call("Page.navigate", url=address)
        self.wait(lambda: self.run("document.readyState === 'complete' && location.href !== 'about:blank'"))

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page, as if a person had caused it."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, userGesture=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def theme(self, name: str) -> None:
        """Show the page as someone sees it who prefers ``light`` or ``dark``."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def type(self, text: str) -> None:
        """Put text where the cursor is."""
        self.call("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """Save what is seen as a PNG file."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def wait(self, ready: Callable[[], Any]) -> Any:
        """The first true value of ``ready``."""
        end = time.monotonic() + PATIENCE
        while not (value := ready()):
            assert time.monotonic() < end, "the page never got there"
            time.sleep(0.05)
        return value

    def call(self, method: str, **parameters: Any) -> Any:
        """The answer to a command of the DevTools protocol."""
        return self._send(method, self._session, **parameters)

    def _send(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        os.write(self._out, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while True:
            answer = json.loads(self._message())
            if answer.get("id") == self._count:
                assert "result" in answer, answer
                return answer["result"]
            self._event(answer.get("method"), answer.get("params", {}))

    def _event(self, name: str | None, values: dict[str, Any]) -> None:
        if name == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])
        elif name in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.complaints.append(json.dumps(values))

    def _message(self) -> bytes:
        while b"\0" not in self._left:
            ready, _, _ = select.select([self._in], [], [], PATIENCE)
            part = os.read(self._in, 1 << 16) if ready else b""
            assert part, "the browser does not answer"
            self._left += part
        message, _, self._left = self._left.partition(b"\0")
        return message
