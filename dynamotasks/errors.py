"""The exceptions of this package: errors of users, servers and the network, most with a hint that says what to do.

DynamotasksError
├── UsageError          flags, variables or settings
├── ConfigError         problems in the config or seed files
├── EngineError         the local engine
│   └── Unavailable     a backend that cannot run on this machine
├── TargetError         the connection to the database
│   └── Interrupted     a broken connection; retried
│       ├── NoAnswer
│       └── Unrecognized
├── CallError           an error response of one API call
└── StepError           an operation of a plan
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .escaping import escape

MOST_SHOWN = 100  # problems that are printed

_NOT_FOUND = (
    "ResourceNotFoundException",
    "ResourceNotFound",  # moto's DescribeTimeToLive
    "TableNotFoundException",
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task for the reader to run.

    Attributes:
        name: the name in the `db` collection, such as `up`.
        arguments: the arguments, quoted for a shell.
    """

    name: str
    arguments: str = ""

    def __str__(self) -> str:
        return f"`{' '.join(filter(None, ('dynamotasks', self.name, self.arguments)))}`"


class Hint:
    """What to do next: text, and tasks that the command line writes as the reader can call them."""

    def __init__(self, *parts: str | Task) -> None:
        self.parts = parts

    def __add__(self, other: Hint | str) -> Hint:
        return Hint(*self.parts, *(other.parts if isinstance(other, Hint) else (other,)))

    def __bool__(self) -> bool:
        return any(self.parts)

    def __str__(self) -> str:
        return self.render(str)

    def render(self, write: Callable[[Task], str]) -> str:
        """Return the text.

        Args:
            write: returns a task as the reader can call it, with its quotation marks.
        """
        return "".join(part if isinstance(part, str) else write(part) for part in self.parts)


class DynamotasksError(Exception):
    """The base of all exceptions of this package.

    Args:
        what: what happened, in one sentence without a period.
        hint: what to do next; may have several lines, may be empty.
        where: what it is about, such as `file:line`, a table or an endpoint; may be empty.
    """

    exit_code = 1

    def __init__(self, what: str, *, hint: Hint | str = "", where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint if isinstance(hint, Hint) else Hint(hint)
        self.where = where

    def __str__(self) -> str:
        return self.render(str)

    def render(self, write: Callable[[Task], str]) -> str:
        """Return the message and, indented below it, the hint.

        Args:
            write: returns a task as the reader can call it.
        """
        head = f"{self.where}: {self.what}" if self.where else self.what
        return escape(head) + "".join(f"\n  {line}" for line in self.hint.render(write).split("\n") if line)


class UsageError(DynamotasksError):
    """Flags, variables or settings are invalid, contradict each other or name something that does not exist."""


class EngineError(DynamotasksError):
    """The local engine cannot be started, reached or stopped."""


class Unavailable(EngineError):
    """A backend cannot run on this machine now; with `auto` the next one is tried."""


class TargetError(DynamotasksError):
    """The database cannot be reached or used: credentials, endpoint, network, Region or account.

    Every call to that database would fail the same way, so a run stops at the first one.
    """


class Interrupted(TargetError):
    """The connection broke or no response came; a retry may succeed."""

    code = "no response"


class NoAnswer(Interrupted):
    """No response came in time, after all retries."""


class Unrecognized(Interrupted):
    """The response is incomplete or does not come from DynamoDB."""

    code = "not a response from DynamoDB"


class CallError(DynamotasksError):
    """DynamoDB answered a call with an error.

    Args:
        code: DynamoDB's error code, such as `ValidationException`.
    """

    def __init__(self, what: str, *, code: str, hint: Hint | str = "", where: str = "") -> None:
        super().__init__(what, hint=hint, where=where)
        self.code = code

    @property
    def not_found(self) -> bool:
        """Whether the table, or another resource that the call named, does not exist."""
        return self.code in _NOT_FOUND


class StepError(DynamotasksError):
    """An operation of a plan failed: it timed out, or its table changed unexpectedly."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem in a config or seed file. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        tail = f"; {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{tail}"


class ConfigError(DynamotasksError):
    """The config or seed files have problems: all in file order, of which the first `MOST_SHOWN` are printed."""

    def __init__(self, problems: list[Problem], subject: str = "config") -> None:
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        more = f" (the first {MOST_SHOWN} are shown)" if count > MOST_SHOWN else ""
        super().__init__(f"{count} problem{'s' if count > 1 else ''} in the {subject}{more}; nothing was sent")

    @property
    def shown(self) -> tuple[Problem, ...]:
        """The problems that are printed."""
        return self.problems[:MOST_SHOWN]

    def render(self, write: Callable[[Task], str]) -> str:
        """Return the problems, a line each, and their number."""
        return "\n".join([*map(str, self.shown), self.what])
