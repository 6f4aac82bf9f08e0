"""Ask the user for consent, and refuse to continue without it."""

from __future__ import annotations

import sys

from ..aws.target import Target
from ..errors import UsageError
from .output import Output


def confirm(out: Output, action: str) -> None:
    """Ask whether to do something.

    Args:
        out: where the question goes.
        action: a verb phrase, such as `drop 1 table (20 items)`.

    Raises:
        UsageError: the answer is not yes, or stdin is not a terminal.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"refusing to {action} without confirmation", hint="confirm with --yes")
    out.note(f"{action}? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("aborted: nothing was changed")


def confirm_environment(
    out: Output, target: Target, given: str | None, effect: str = "removes data or protection"
) -> None:
    """Require the environment's name before dangerous changes of an environment that is not disposable.

    Args:
        out: where the question goes.
        target: the environment.
        given: the value of `--confirm`; without it the name can be typed.
        effect: what the changes do.

    Raises:
        UsageError: the name is missing or another one.
    """
    if given is None and sys.stdin.isatty():
        out.note(f"this {effect} in environment {target.env}; type its name to continue:")
        given = sys.stdin.readline().strip()
    if given is None:
        raise not_disposable(target, f"confirm with --confirm {target.env}")
    check_name(target, given)


def check_name(target: Target, given: str | None) -> None:
    """Raise `UsageError` if a given name is that of another environment: the target may be a mistake."""
    if given not in (None, target.env):
        raise UsageError(f"aborted: {given!r} is not the name of environment {target.env!r}")


def consent_flags(target: Target) -> str:
    """Return the flags that permit destructive operations in an environment."""
    return "--allow-destructive" if target.disposable else f"--allow-destructive --confirm {target.env}"


def not_disposable(target: Target, hint: str) -> UsageError:
    """Return the refusal of destructive changes, with the reason if the config's `disposable` does not apply."""
    reason = f": {target.overridden_by}" if target.overridden_by else ""
    return UsageError(f"environment {target.env} is not disposable{reason}", hint=hint)
