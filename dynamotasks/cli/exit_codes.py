"""How a task ends: its exit code, and one message instead of a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from ..errors import DynamotasksError
from . import streams
from .interrupts import INTERRUPTED
from .output import Output


def carefully(run: Callable[[], int | None], out: Output) -> int:
    """Run a task's body to its end, also where nobody reads what it prints, and return the exit code."""
    streams.open_missing()
    try:
        code = _ended(run, out)
    except KeyboardInterrupt:
        out.interrupted("interrupted: run the same command again to continue")
        code = INTERRUPTED
    finally:
        out.close()
    if out.lost is not None:
        reason = out.lost.strerror or str(out.lost)
        streams.write(sys.stderr, f"error: the result could not be written to stdout: {reason}\n")
        return code or 1
    return code


def _ended(run: Callable[[], int | None], out: Output) -> int:
    try:
        return run() or 0
    except DynamotasksError as error:
        out.error(error)
        return error.exit_code
    except OSError as error:
        out.error(DynamotasksError(error.strerror or str(error), where=str(error.filename or "")))
        return 1
