"""Errors a user can act on; nothing here knows where they are caught (``cli/main.py``, once)."""

# Exit codes are an interface, documented in the README.
DONE, GATE_FAILED, USAGE, FAILED, LOOK, INTERRUPTED, PIPE_CLOSED, TERMINATED = 0, 1, 2, 3, 4, 130, 141, 143


class UserError(Exception):
    """A mistake the user can fix: one line, one hint, one exit code."""

    def __init__(self, message: str, hint: str = "", code: int = FAILED) -> None:
        super().__init__(message)
        self.hint, self.code = hint, code


class Stopped(BaseException):
    """A signal said stop: it passes every ``except Exception`` and runs every ``finally``."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class MissingExtra(UserError, ImportError):  # noqa: N818 its name is what is wrong
    """A feature needs a package that only an extra installs."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(f"this needs the package '{module}'", hint=f"pip install 'blogsum[{extra}]'")
