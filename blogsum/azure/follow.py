"""A job is watched until it ends: how it stands, what it writes, and why it failed; sends nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from blogsum.azure import jobs, refusals, sdk
from blogsum.azure.place import Place
from blogsum.errors import UserError

Wait = Callable[[float], None]
pause: Wait = time.sleep
FIRST, LONGEST, GROWTH = 2.0, 30.0, 1.3  # seconds between two looks: a job takes minutes to begin, hours to end
PATIENCE = 5  # looks in a row that may fail, for Azure has its moments; each was repeated by the SDK ten times
_MAIN = re.compile(r"user_logs/std_log\D*0*\.txt")  # of the process that leads: the SDK streams the same
_TAIL, _TAIL_OF_OTHERS = 15, 5  # lines
_LEFT = "{hint}; the job goes on, blogsum azure cancel {name} ends it"


class Show(Protocol):
    """Who is told what happens meanwhile."""

    def status(self, text: str) -> None:
        """The job stands otherwise than before."""

    def line(self, text: str) -> None:
        """A line of the job's log."""

    def note(self, text: str) -> None:
        """Something that a person should read."""


@dataclass(frozen=True)
class End:
    """How a job ended, Azure's reason if it gave one, and the end of its logs by their names."""

    status: str
    reason: str = ""
    tail: Mapping[str, list[str]] = field(default_factory=dict)


def standing(client: Any, place: Place, name: str) -> str | None:
    """Azure's word for how a job stands; None when there is no such job."""
    try:
        with refusals.in_words(place, f"look for job {name}"), sdk.quiet():
            return sdk.word(client.jobs.get(name).status)
    except refusals.Refused as error:
        if error.is_missing:
            return None
        raise


def follow(client: Any, place: Place, name: str, show: Show, wait: Wait | None = None) -> End:
    """Watch a job until it has ended, showing its log as it grows; UserError when Azure cannot be asked any more.

    ``wait`` is called with the seconds between two looks (None: ``pause``). The job goes on whatever happens here.
    """
    log, seconds, failures, before, wait = _Log(), FIRST, 0, "", wait or pause
    while True:
        try:
            with refusals.in_words(place, f"tell how job {name} stands"), sdk.quiet():
                run = sdk.details(client, name)
            failures = 0
        except refusals.Refused as error:
            failures += 1
            if failures > PATIENCE or not error.may_pass:
                raise UserError(str(error), hint=_LEFT.format(hint=error.hint, name=name)) from error
            show.note(f"{error}; looking again")
            wait(seconds)
            continue
        if run.status != before:
            seconds = FIRST
            show.status(f"{name}: {run.status}")
        log.grow(run.log_files or {}, show)
        if run.status in jobs.ENDED:
            log.end(show)
            return End(run.status, _reason(run), _tails(run.log_files or {}))
        before = run.status
        wait(seconds)
        seconds = min(seconds * GROWTH, LONGEST)


def tail(client: Any, place: Place, name: str, lines: int = _TAIL) -> dict[str, list[str]]:
    """The last lines of a job's logs, by their names, the leading process first: ``lines`` of that, fewer of others."""
    with refusals.in_words(place, f"give the logs of job {name}"), sdk.quiet():
        return _tails(sdk.details(client, name).log_files or {}, lines)


class _Log:
    """The leading process's log as far as it was shown."""

    def __init__(self) -> None:
        self._at = 0
        self._rest = b""

    def grow(self, logs: Mapping[str, str], show: Show) -> None:
        """Show the whole lines that were added; what cannot be read now is read at the next look."""
        for name in sorted(logs):
            if _MAIN.fullmatch(name):
                data = _read(logs[name], self._at)
                self._at += len(data)
                *lines, self._rest = (self._rest + data).split(b"\n")
                for line in lines:
                    show.line(line.decode("utf-8", "replace").rstrip("\r"))
                return

    def end(self, show: Show) -> None:
        """Show the last line, if it has no line break."""
        if self._rest:
            show.line(self._rest.decode("utf-8", "replace"))


def _read(url: str, start: int = 0) -> bytes:
    """What stands in a log from ``start`` on; nothing when it cannot be read."""
    import requests

    try:
        answer = requests.get(url, headers={"Range": f"bytes={start}-"} if start else {}, timeout=(5, 60))
    except requests.RequestException:
        return b""
    if answer.status_code == 206 or (answer.status_code == 200 and not start):
        return answer.content
    return answer.content[start:] if answer.status_code == 200 else b""  # a storage that knows no ranges


def _tails(logs: Mapping[str, str], most: int = _TAIL) -> dict[str, list[str]]:
    named = sorted((name for name in logs if name.startswith("user_logs/")), key=lambda name: not _MAIN.fullmatch(name))
    found = {}
    for name in named:
        lines = _read(logs[name]).decode("utf-8", "replace").splitlines()
        many = most if _MAIN.fullmatch(name) else min(most, _TAIL_OF_OTHERS)
        found[name.removeprefix("user_logs/")] = [line for line in lines if line.strip()][-many:]
    return found


def _reason(run: Any) -> str:
    error = getattr(getattr(run, "error", None), "error", None)
    return " ".join(str(getattr(error, "message", "") or "").split())
