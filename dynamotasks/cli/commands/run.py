"""`db.run`: run a command against a local engine that has the declared tables."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from types import FrameType

from ...aws.target import LOCAL
from ...config.target import environment_of
from ...engines.current_engine import recorded
from ...engines.temporary_project import temporary_project
from ...errors import Hint, Task, UsageError
from ..consent import Consent
from ..flag_values import whole_number
from .changes import Run, migrate
from .command import Command
from .engine import UpFlags, local_variables, start
from .worker_tables import create_for_workers

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126  # exit codes of a shell


class _NotRun(UsageError):
    """The command cannot be run; the task exits as a shell would."""

    def __init__(self, what: str, exit_code: int) -> None:
        super().__init__(what)
        self.exit_code = exit_code


class _Signals:
    """Forward signals to the command while it runs; before that they end this process, afterwards they are ignored."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._pending: list[int] | None = None

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handle the signals that end a process."""
        kinds = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {kind: signal.signal(kind, self._take) for kind in kinds}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)

    def run(self, words: Sequence[str], environment: Mapping[str, str]) -> int:
        """Run the command and return its exit code."""
        self.hold()
        program = shutil.which(words[0]) or words[0]  # on Windows npm is npm.cmd
        try:
            self._child = subprocess.Popen([program, *words[1:]], env=environment)
        except FileNotFoundError:
            raise _NotRun(f"{words[0]}: command not found", _NOT_FOUND) from None
        except OSError as error:
            raise _NotRun(f"{words[0]} cannot be run: {error.strerror}", _NOT_EXECUTABLE) from None
        for kind in self._pending or ():
            self._child.send_signal(kind)
        code = self._child.wait()
        return code if code >= 0 else 128 - code

    def hold(self) -> None:
        """Prevent signals from ending this process from now on."""
        self._pending = []

    def _take(self, kind: int, frame: FrameType | None) -> None:
        if self._pending is None:
            raise KeyboardInterrupt if kind == signal.SIGINT else SystemExit(128 + kind)
        if self._child is None:
            self._pending.append(kind)
        elif kind != signal.SIGINT or not _received_by_command():
            self._child.send_signal(kind)


def _received_by_command() -> bool:
    """Return whether the command received the Ctrl-C, too: both are in the terminal's foreground process group."""
    try:
        with open(os.ctermid(), "rb") as terminal:  # noqa: PTH123
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
    except AttributeError:  # Windows sends it to all processes of the console
        return True


@dataclass(frozen=True, slots=True)
class RunFlags:
    """The flags of `db.run`."""

    engine: UpFlags
    temporary: bool = False
    workers: str | None = None


def run(command: Command, flags: RunFlags) -> int:
    """Start the engine, apply the plan and run the command; stop the engine if it was not running before."""
    from ..shell_exports import UNSET, without_proxy

    words = _words(command.remainder)
    if not words:
        raise UsageError("no command to run", hint=Hint("specify it after `--`: ", Task("run", "-- npm test")))
    workers = whole_number("workers", flags.workers) or 0
    if command.dry:
        command.out.note(f"dry run: would run {shlex.join(words)}")
        return 0
    signals = _Signals()
    with signals.handled(), ExitStack() as cleanup:
        try:
            with redirect_stdout(sys.stderr):  # stdout is the command's
                if workers or flags.temporary:
                    command = _with_temporary_engine(command, flags.engine, bool(workers), cleanup)
                elif _uses_own_engine(command):
                    _start_engine(command, flags.engine, cleanup)
                values = local_variables(command)
                code = migrate(command, Consent(), Run())
                if workers and not code:
                    create_for_workers(command, workers)
            inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
            direct = without_proxy(command.target.endpoint or "", inherited)
            return code or signals.run(words, {**inherited, **direct, **values})
        finally:
            signals.hold()


def _start_engine(command: Command, flags: UpFlags, cleanup: ExitStack) -> None:
    engine = start(command, flags)
    if not engine.reused:
        cleanup.callback(engine.stop)


def _with_temporary_engine(command: Command, flags: UpFlags, separate: bool, cleanup: ExitStack) -> Command:
    """Start an engine that serves this command alone, and return the command with its endpoint."""
    settings = command.settings
    if settings.env != LOCAL or settings.flags.endpoint:
        flag = "--endpoint" if settings.flags.endpoint else f"environment {settings.env}"
        raise UsageError(f"--temporary and --workers start an engine, which excludes {flag}", hint="omit one of them")
    last = recorded(command.project)
    backend = flags.backend or settings.value("backend") or (last.backend if last else None)
    new = replace(flags, backend=backend, port=flags.port or "0", in_memory=True, no_shared=separate)
    project = cleanup.enter_context(temporary_project(command.project))
    engine = start(command, new, project)
    redirected = Command(replace(settings, flags=replace(settings.flags, endpoint=engine.endpoint)), command.out)
    cleanup.callback(redirected.close)
    return redirected


def _words(joined: str | None) -> list[str]:
    """Return the words after `--`.

    Args:
        joined: the words joined by spaces, as Invoke passes them on without their quotation marks.
    """
    given = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    return given if joined is None or " ".join(given) == joined else shlex.split(joined)


def _uses_own_engine(command: Command) -> bool:
    settings = command.settings
    entries = command.config.environments if settings.has_config() else {}
    return settings.env == LOCAL and not (settings.value("endpoint") or environment_of(settings, entries).endpoint)
