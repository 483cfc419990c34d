"""The command ``blogsum``: lazy verbs, the one place that catches errors, and the exit code."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from blogsum import __version__
from blogsum.cli import console
from blogsum.cli.lazy import LazyGroup
from blogsum.errors import DONE, FAILED, INTERRUPTED, PIPE_CLOSED, TERMINATED, Stopped, UserError

# verb -> where it lives and its line in the help, so that `blogsum --help` imports none of them
COMMANDS = {
    "read": ("blogsum.cli.read:command", "Show the article that blogsum sees in a source."),
    "summarize": ("blogsum.cli.summarize:command", "Write a teaser, a meta description or bullets for articles."),
    "models": ("blogsum.cli.models:group", "List, install, verify and remove models that write in their own words."),
    "finetune": ("blogsum.cli.finetune:command", "Train a model on the summaries of a dataset, and judge it."),
    "azure": ("blogsum.cli.azure:group", "Name the Azure workspace that trains instead of this machine."),
    "runs": ("blogsum.cli.runs:group", "List, show and compare runs of training."),
    "export": ("blogsum.cli.export:command", "Turn a trained checkpoint into a model that runs without torch."),
    "eval": ("blogsum.cli.eval:command", "Score summaries: coherence, consistency, fluency, relevance."),
    "rate": ("blogsum.cli.rate:command", "Rate summaries yourself and learn which scores agree with you."),
    "scrape": ("blogsum.cli.scrape:command", "Take the posts of a blog into a dataset."),
    "data": ("blogsum.cli.data:group", "Keep, explore, validate and split datasets of articles."),
    "doctor": ("blogsum.cli.doctor:command", "Say what is installed and where, for a bug report."),
}


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="blogsum", message="%(prog)s %(version)s")
def root() -> None:
    """Summarise blog articles offline, German and English first.

    \b
    blogsum summarize https://example.org/post
    blogsum summarize post.md --length meta,teaser,bullets
    blogsum read post.html --format json

    Exit codes: 0 done, 1 a check or gate failed, 2 wrong usage, 3 could not do the work, 4 done but a human should
    look, 130 interrupted, 141 the pipe was closed, 143 terminated.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (default: this process's) and return its exit code; no error escapes as a traceback."""
    if sys.stderr is None:  # closed by the shell's 2>&-
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        console.error("standard output is closed", "there is nowhere to write")
        return FAILED
    with _terminable():
        try:
            code = _guarded(lambda: root.main(arguments, prog_name="blogsum", standalone_mode=False))
            return code if code != DONE else _guarded(_flush)
        finally:
            _hush(sys.stdout)


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """While this lasts, SIGTERM ends the command as Ctrl-C does, instead of on the spot with its files half-written."""

    def end(*_: object) -> None:
        raise Stopped("terminated", TERMINATED)

    if threading.current_thread() is not threading.main_thread():  # a notebook's or a server's: signals are not ours
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _guarded(work: Callable[[], Any]) -> int:
    """The exit code of ``work``; an error becomes one line on stderr."""
    try:
        return int(work() or DONE)
    except UserError as error:
        console.error(str(error), error.hint)
        return error.code
    except click.ClickException as error:
        console.error(error.format_message(), _usage(error))
        return error.exit_code
    except Stopped as stop:
        console.error(str(stop))
        return stop.code
    except (KeyboardInterrupt, click.Abort):
        console.error("interrupted")
        return INTERRUPTED
    except SystemExit:  # click exits with 1 when a pipe is closed, and for nothing else when it is not standalone
        return PIPE_CLOSED
    except (OSError, UnicodeEncodeError) as error:
        return _unwritten(error)
    except MemoryError:
        console.error("out of memory", "try fewer --jobs or a smaller source")
        return FAILED
    except Exception as error:
        console.internal_error(error)
        return FAILED


def _unwritten(error: OSError | UnicodeEncodeError) -> int:
    """Say why the answer did not reach standard output, unless nobody wants it any more."""
    if isinstance(error, UnicodeEncodeError):
        missing = error.object[error.start : error.start + 1]
        console.error(f"the encoding {error.encoding} of standard output has no '{missing}'", "PYTHONIOENCODING=utf-8")
    elif error.errno == errno.EPIPE:
        return PIPE_CLOSED
    else:
        console.error(f"cannot write the answer: {error.strerror or error}", "nothing was left half-written")
    return FAILED


def _usage(error: click.ClickException) -> str:
    """What to type to learn how the command is used."""
    context = getattr(error, "ctx", None)
    return f"{context.command_path} --help shows how" if context else ""


def _flush() -> int:
    """Send what is buffered now, while a full disk or a closed pipe can still be reported."""
    sys.stdout.flush()
    return DONE


def _hush(stream: Any) -> None:
    """Keep the interpreter from complaining about a closed pipe at exit."""
    try:
        stream.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
