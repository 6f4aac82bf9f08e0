"""Flags whose value is missing: Invoke rejects that, but takes a repeatable flag without one as not given."""

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
    """A task whose repeatable flags need a value, in any program."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the flags; Invoke's parser misses a value where the raw one is `None`, and lists begin with `[]`."""
        arguments = super().get_arguments(ignore_unknown_help)
        for argument in arguments:
            if argument.kind is list:
                argument.raw_value = None
        return arguments


def check_given(words: Mapping[str, Any]) -> None:
    """Reject an empty value, which an unset shell variable gives, and a flag in the place of one.

    Raises:
        UsageError: a value is missing.
    """
    for name, value in words.items():
        for part in value if isinstance(value, list) else [value]:
            if part == "":
                raise UsageError(f"--{name.replace('_', '-')} is empty", hint="give it a value, or leave it away")
            if isinstance(part, str) and part.startswith("--"):
                raise UsageError(f"--{name.replace('_', '-')} has no value: it is followed by {part}")


def check_repeated(program: Program | None = None) -> None:
    """Reject `--table a --table`, of which Invoke's parser sees the first value alone.

    Args:
        program: that was called, after its parsing; by default Invoke's own.

    Raises:
        ParseError: a value is missing.
    """
    program = program or getattr(sys.modules.get("invoke.main"), "program", None)
    if program is None or not hasattr(program, "tasks"):  # another program runs
        return
    if flag := _without_value(program):
        raise ParseError(f"{flag} needs a value")


def _without_value(program: Program) -> str | None:
    now: ParserContext | None = None
    tokens = iter(program.core.unparsed)
    for token in tokens:
        flag = now.flags.get(token) if now else None
        if now and flag is not None and flag.takes_value:
            value = next(tokens, None)
            if (value is None or value in now.flags) and isinstance(program.collection[now.name], StrictTask):
                return str(token)
        elif flag is None and token in program.parser.contexts:
            now = program.parser.contexts[token]
    return None
