"""Check the values of flags: missing, empty and invalid ones are errors.

Invoke rejects a missing value, except that it treats a repeatable flag without a value as not given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from invoke.exceptions import ParseError
from invoke.tasks import Task

from ..errors import UsageError

if TYPE_CHECKING:
    from invoke.parser.argument import Argument
    from invoke.parser.context import ParserContext
    from invoke.program import Program

Body = TypeVar("Body", bound=Callable[..., Any])


class StrictTask(Task[Body]):
    """A task whose repeatable flags require a value, in any program."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the flags; repeatable ones start without a value instead of with Invoke's empty list."""
        texts = dict(self.help)
        arguments = super().get_arguments(ignore_unknown_help)
        self.help = texts  # Invoke removes the texts that it reads
        for argument in arguments:
            if argument.kind is list:
                argument.raw_value = None
        return arguments


def check_given(words: Mapping[str, Any]) -> None:
    """Reject an empty value, such as an unset shell variable gives, and a flag in place of a value.

    Raises:
        UsageError: a value is missing.
    """
    for name, value in words.items():
        for part in value if isinstance(value, list) else [value]:
            if part == "":
                raise UsageError(f"--{name.replace('_', '-')} is empty", hint="specify a value or omit the flag")
            if isinstance(part, str) and part.startswith("--"):
                raise UsageError(f"--{name.replace('_', '-')} requires a value, but is followed by {part}")


def check_repeated(program: Program | None = None) -> None:
    """Reject `--table a --table`, of which Invoke's parser sees only the first value.

    Args:
        program: the program that runs, after its parsing; by default Invoke's own.

    Raises:
        ParseError: a value is missing.
    """
    program = program or getattr(sys.modules.get("invoke.main"), "program", None)
    if program is None or not hasattr(program, "tasks"):  # another program runs
        return
    if flag := _without_value(program):
        raise ParseError(f"{flag} requires a value")


def _without_value(program: Program) -> str | None:
    task: ParserContext | None = None
    tokens = iter(program.core.unparsed)
    for token in tokens:
        flag = task.flags.get(token) if task else None
        if task and flag is not None and flag.takes_value:
            value = next(tokens, None)
            if (value is None or value in task.flags) and isinstance(program.collection[task.name], StrictTask):
                return str(token)
        elif flag is None and token in program.parser.contexts:
            task = program.parser.contexts[token]
    return None


_LARGEST = {"port": 65535, "timeout": 30 * 24 * 3600, "lines": 1_000_000, "workers": 1000}
_LARGEST |= {"limit": 10**12, "concurrency": 64, "max-rcu": 10**9, "max-wcu": 10**9}
_POSITIVE = ("limit", "concurrency", "max-rcu", "max-wcu")


def whole_number(flag: str, text: str | None) -> int | None:
    """Return the whole number that a flag gives, or `None` if it is not given.

    Args:
        flag: its name, such as `port`.
        text: its value.

    Raises:
        UsageError: it is not a whole number, or is too large.
    """
    if text is None:
        return None
    smallest, largest, digits = int(flag in _POSITIVE), _LARGEST[flag], text.lstrip("0") or "0"
    # the length first: Python refuses to parse a number of more than some thousand digits
    if not text.isdecimal() or len(digits) > len(str(largest)) or not smallest <= int(digits) <= largest:
        hint = f"expected a whole number from {smallest} to {largest}"
        raise UsageError(f"invalid --{flag} {text[:40]!r}", hint=hint)
    return int(digits)


def seconds(timeout: str | None, default: float) -> float:
    """Return the value of `--timeout`, else the default.

    Raises:
        UsageError: it is not a whole number of seconds, or is too large.
    """
    given = whole_number("timeout", timeout)
    return default if given is None else float(given)
