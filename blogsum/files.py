"""Atomic replacement, resumable journals, locks and hashes of files: the only way anything is written."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from blogsum.errors import UserError


def replace(path: Path, content: str | bytes, hint: str = "choose another place with -o") -> None:
    """Put ``content`` (text as UTF-8) at ``path`` at once or not at all; UserError with ``hint`` when it cannot.

    A link stays, and what it leads to is replaced; into a device or a named pipe the content is written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if is_stream(path):
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise _unwritable(path, error, hint) from error


def is_stream(path: Path) -> bool:
    """Whether ``path`` is a device or a pipe (``/dev/stdout``): there a file of that name would do harm."""
    try:
        return not stat.S_ISREG(mode := path.stat().st_mode) and not stat.S_ISDIR(mode)
    except OSError:
        return False


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:  # an interrupt leaves nothing either
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A place beside ``path`` to write a large file to; it takes its name when the block ends well, else it is gone.

    Raise UserError when it cannot be written.
    """
    temporary = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        os.close(handle)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                temporary.unlink()


@contextlib.contextmanager
def appearing_folder(path: Path) -> Iterator[Path]:
    """A new folder beside ``path`` to fill; it takes its name, and the place of what is there, when all went well.

    Whether what is there may go is the caller's to decide, before. Raise UserError when it cannot be written.
    """
    temporary = None
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
        new, old = temporary / "new", temporary / "old"
        new.mkdir()
        yield new
        if path.exists():
            os.replace(path, old)
        os.replace(new, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


def clear(path: Path) -> None:
    """Remove what a killed process left of a file or folder that was to appear at ``path``."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The mode ``path`` has, or the one a new file would get: mkstemp's 0600 would surprise a web server."""
    try:
        return path.stat().st_mode & 0o7777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


class Journal:
    """A file written line by line that appears at ``path`` only when it is whole, and that a later run can continue.

    Until then its lines stand in a hidden file beside it whose name carries ``key``: a run with another key (other
    input, other options) does not see them. Use as a context manager; two runs at once are refused.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.{key[:16]}.part")
        self._ends: list[int] = []

    def __enter__(self) -> Journal:
        while not self._opened():
            pass
        self._file.seek(0)
        end = 0
        for line in self._file:
            if line.endswith(b"\n"):  # the last line of a killed run may be half a line
                end += len(line)
                self._ends.append(end)
        return self

    def _opened(self) -> bool:
        """Open and lock the hidden file; False when the run that held the lock has just put it in place."""
        try:
            self._file = open(self._part, "a+b")  # noqa: SIM115 closed by __exit__
        except OSError as error:
            raise _unwritable(self._path, error) from error
        try:
            _lock(self._file.fileno())
        except OSError as error:
            self._file.close()
            raise UserError(f"{self._path} is being written by another process", hint="wait for it") from error
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(self._file.fileno()), os.stat(self._part)):
                return True
        self._file.close()
        return False

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._file.close()

    def lines(self) -> list[str]:
        """The whole lines that an earlier run left."""
        self._file.seek(0)
        return [self._file.readline().decode("utf-8") for _ in self._ends]

    def cut(self, count: int) -> None:
        """Keep the first ``count`` lines and go on behind them."""
        self._file.truncate(self._ends[count - 1] if count else 0)
        self._file.seek(0, os.SEEK_END)

    def add(self, line: str) -> None:
        """Append one line (with its line break), written through at once; UserError when the disk is full."""
        try:
            self._file.write(line.encode("utf-8"))
            self._file.flush()
        except OSError as error:
            raise _unwritable(self._path, error, "the lines so far are kept; run the same command again") from error

    def discard(self) -> None:
        """Forget the lines: what they were kept for is done."""
        with contextlib.suppress(OSError):
            os.unlink(self._part)

    def finish(self) -> None:
        """Put the file in place."""
        try:
            os.fsync(self._file.fileno())
            os.replace(self._part, self._path)
        except OSError as error:
            raise _unwritable(self._path, error, "the lines so far are kept; run the same command again") from error


class Ledger(Journal):
    """A file of lines that stands at its place from the first line on, each on the disk before ``add`` returns.

    Half a line that a killed run left is taken away when it is opened; a ledger without lines leaves no file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "")
        self._part = path

    def __enter__(self) -> Ledger:
        super().__enter__()
        whole = self._ends[-1] if self._ends else 0
        self._file.seek(whole)
        if _is_record(self._file.read()):  # somebody's editor took the last line break away
            self._file.write(b"\n")
            self._ends.append(self._file.tell())
        self.cut(len(self._ends))
        return self

    def __exit__(self, *_: object) -> None:
        if not self._ends:
            self.discard()
        super().__exit__()

    def add(self, line: str) -> None:
        """Append one line (with its line break) and wait until the disk has it; UserError when it is full."""
        super().add(line)
        self._sync()
        self._ends.append(self._file.tell())

    def drop(self) -> None:
        """Take the last line back."""
        self._ends.pop()
        self.cut(len(self._ends))
        self._sync()

    def _sync(self) -> None:
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self._path, error, "the lines so far are kept; run the same command again") from error


def _is_record(tail: bytes) -> bool:
    """Whether the end of a file without line break is a whole JSON object."""
    try:
        return isinstance(json.loads(tail), dict)
    except (ValueError, RecursionError):
        return False


@contextlib.contextmanager
def lock(path: Path, wait: bool = True) -> Iterator[None]:
    """Wait until no other process holds ``path`` (made with its folder if need be), and hold it meanwhile.

    Without ``wait``, UserError when another process holds it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _unwritable(path, error, "check the folder's rights") from error
    try:
        try:
            _lock(handle, wait)
        except OSError as error:
            raise UserError(f"{path.parent} is in use by another process", hint="wait for it") from error
        yield
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, if they are not there; UserError when that is not allowed."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error, "check the folder's rights") from error


def digest(*parts: object) -> str:
    """The sha256, in hexadecimal, of the parts' texts: equal for equal parts in equal order."""
    state = hashlib.sha256()
    for part in parts:
        data = repr(part).encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big") + data)
    return state.hexdigest()


def digest_of_folder(folder: Path) -> str:
    """The sha256 of every file in ``folder`` and below, hidden ones aside, by name and content."""
    parts = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        whole = hashlib.sha256()
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                whole.update(block)
        parts.append((path.relative_to(folder).as_posix(), whole.hexdigest()))
    return digest(*parts)


def stamp(path: Path) -> tuple[int, int] | None:
    """Size in bytes and time of change in ns: a cheap sign that a file is still the same; None if there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


def _unwritable(path: Path, error: OSError, hint: str = "choose another place with -o") -> UserError:
    return UserError(f"cannot write {path}: {error.strerror or error}", hint=hint)


def _lock(handle: int, wait: bool = False) -> None:
    """Take an exclusive lock that ends with the process; raise OSError if another has it and ``wait`` is not set."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
