"""Ctrl-C and SIGTERM while training: the step in hand is finished and saved first. A second one stops at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from blogsum.errors import INTERRUPTED, TERMINATED

_CODES = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}


class Stop:
    """While this lasts, ``code`` is the exit code that a signal asked for, 0 as long as none came."""

    def __init__(self) -> None:
        self.code = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():  # elsewhere signals are not ours
            self._before = {number: signal.signal(number, self._asked) for number in _CODES}
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _asked(self, number: int, _: FrameType | None) -> None:
        if self.code:
            raise KeyboardInterrupt
        self.code = _CODES[signal.Signals(number)]
