"""Exit codes of tasks, and errors as messages instead of tracebacks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import DynamotasksError
from . import streams
from .interrupts import INTERRUPTED
from .output import Output

if TYPE_CHECKING:
    from ..migrate.plan import Plan

FAILED = 1
DIFFERENCES = 2


def plan_exit_code(plan: Plan, differences: bool) -> int:
    """Return the exit code of a task that shows a plan; a table that could not be read is an error.

    Args:
        plan: what is shown.
        differences: return `DIFFERENCES` if a table is not in sync.
    """
    if plan.has_read_errors:
        return FAILED
    return DIFFERENCES if differences and not plan.in_sync else 0


def exit_code_of(body: Callable[[], int | None], out: Output) -> int:
    """Run a task's body, print the error that ends it, and return its exit code."""
    streams.open_missing()
    try:
        code = _run(body, out)
    except KeyboardInterrupt:
        out.interrupted("interrupted: run the same command again to continue")
        code = INTERRUPTED
    finally:
        out.close()
    if out.lost is not None:
        reason = out.lost.strerror or str(out.lost)
        streams.write(sys.stderr, f"error: the result could not be written to stdout: {reason}\n")
        return code or FAILED
    return code


def _run(body: Callable[[], int | None], out: Output) -> int:
    try:
        return body() or 0
    except DynamotasksError as error:
        out.error(error)
        return error.exit_code
    except OSError as error:
        out.error(DynamotasksError(error.strerror or str(error), where=str(error.filename or "")))
        return FAILED
