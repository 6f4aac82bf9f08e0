"""Runs the tasks on a pseudo-terminal, as a person sees them."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time

from tests.support.running import Project, clean_environment, command_line

LIMIT = 60  # seconds without the expected text, or without an end


class Terminal:
    """A command on a terminal 100 columns wide.

    Attributes:
        screen: everything that was shown.
    """

    def __init__(self, project: Project, *argv: str, **variables: str) -> None:
        import pty  # Windows does not have it

        self._ours, theirs = pty.openpty()
        environment = clean_environment({**project.variables, "TERM": "xterm", "COLUMNS": "100", **variables})
        self._process = subprocess.Popen(
            command_line(argv), cwd=project.root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self._shown = b""

    @property
    def screen(self) -> str:
        return self._shown.decode(errors="replace").replace("\r\n", "\n")

    def until(self, text: str) -> None:
        """Wait until the text is shown."""
        deadline = time.monotonic() + LIMIT
        while text not in self.screen:
            assert self._read(deadline), f"{text!r} was not shown:\n{self.screen}"

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        deadline = time.monotonic() + LIMIT
        while self._read(deadline):
            pass
        os.close(self._ours)
        return self._process.wait(timeout=LIMIT)

    def _read(self, deadline: float) -> bool:
        """Add what is shown next; return whether the terminal is still open."""
        if not select.select([self._ours], [], [], max(deadline - time.monotonic(), 0))[0]:
            self._process.kill()
            raise AssertionError(f"nothing more was shown in {LIMIT} s:\n{self.screen}")
        try:
            part = os.read(self._ours, 4096)
        except OSError:  # Linux: the other side is closed
            part = b""
        self._shown += part
        return bool(part)


def show(project: Project, *argv: str, **variables: str) -> tuple[int, str]:
    """Run a command on a terminal and return its exit code and everything that it showed."""
    terminal = Terminal(project, *argv, **variables)
    return terminal.end(), terminal.screen
