"""`db.run`: one command under a local engine that has the declared tables."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from types import FrameType

from ...aws.target import LOCAL
from ...config.target import environment_of
from ...engines.lifecycle import RunningEngine
from ...errors import UsageError
from .changes import migrate
from .command import Command
from .engine import UpFlags, local_variables, start

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126  # as a shell has them


class _NotRun(UsageError):
    """The command cannot be run; ends with the exit code that a shell gives then."""

    def __init__(self, what: str, exit_code: int) -> None:
        super().__init__(what)
        self.exit_code = exit_code


class _Signals:
    """Passes signals on to the command while it runs; before that they end this process, after it nothing does."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._kept: list[int] | None = None

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Take over the signals that end a process."""
        kinds = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {kind: signal.signal(kind, self._take) for kind in kinds}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)

    def run(self, words: Sequence[str], environment: Mapping[str, str]) -> int:
        """Run the command to its end and return its exit code."""
        self.hold()
        program = shutil.which(words[0]) or words[0]  # on Windows npm is npm.cmd
        try:
            self._child = subprocess.Popen([program, *words[1:]], env=environment)
        except FileNotFoundError:
            raise _NotRun(f"{words[0]}: command not found", _NOT_FOUND) from None
        except OSError as error:
            raise _NotRun(f"{words[0]} cannot be run: {error.strerror}", _NOT_EXECUTABLE) from None
        for kind in self._kept or ():
            self._child.send_signal(kind)
        code = self._child.wait()
        return code if code >= 0 else 128 - code

    def hold(self) -> None:
        """Do not let signals end this process from now on."""
        self._kept = []

    def _take(self, kind: int, frame: FrameType | None) -> None:
        if self._kept is None:
            raise KeyboardInterrupt if kind == signal.SIGINT else SystemExit(128 + kind)
        if self._child is None:
            self._kept.append(kind)
        elif kind != signal.SIGINT or not _typed():
            self._child.send_signal(kind)


def _typed() -> bool:
    """Return whether Ctrl-C was typed where the command hears it, too: both are in the terminal's foreground group."""
    try:
        with open(os.ctermid(), "rb") as terminal:  # noqa: PTH123
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
    except AttributeError:  # Windows: the console tells all its processes
        return True


def run(command: Command, flags: UpFlags) -> int:
    """Start the engine, migrate, run the command; stop the engine if it was started here."""
    from ..shell_exports import UNSET

    words = _words(command.remainder)
    if not words:
        raise UsageError("no command to run", hint="put it after two dashes: `inv db.run -- npm test`")
    if command.dry:
        command.out.note(f"dry run: would run {shlex.join(words)}")
        return 0
    signals = _Signals()
    engine: RunningEngine | None = None
    with signals.handled():
        try:
            with redirect_stdout(sys.stderr):  # stdout is the command's
                if _uses_own_engine(command):
                    engine = start(command, flags)
                values = local_variables(command)
                code = migrate(
                    command,
                    allow_destructive=False,
                    confirm=None,
                    prune=False,
                    reviewed=None,
                    wait=True,
                    timeout=None,
                )
            inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
            return code or signals.run(words, {**inherited, **values})
        finally:
            signals.hold()
            if engine and not engine.reused:
                engine.stop()


def _words(joined: str | None) -> list[str]:
    """Return the words after `--` as they were given.

    Args:
        joined: what Invoke passes on: the words joined by spaces, without the quotes that kept them apart.
    """
    given = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    return given if joined is None or " ".join(given) == joined else shlex.split(joined)


def _uses_own_engine(command: Command) -> bool:
    settings = command.settings
    entries = command.config.environments if settings.has_config() else {}
    return settings.env == LOCAL and not (settings.value("endpoint") or environment_of(settings, entries).endpoint)
