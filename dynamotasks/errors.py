"""What can go wrong, said so that the reader can mend it.

Every error that a user can cause is a `DynamotasksError`: it knows what happened, where, and what to do next. The tasks
print it and leave with its exit code; a library user catches the base class.
"""

from __future__ import annotations

from dataclasses import dataclass

from .escaping import printable

MOST_SHOWN = 100  # mistakes that are printed

_PASSING = (
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    "ThrottlingException",
    "ThrottlingError",
    "RequestLimitExceeded",
    "InternalServerError",
    "InternalFailure",
    "ServiceUnavailable",
    "ResourceNotFoundException",
    "ResourceNotFound",  # moto's DescribeTimeToLive
    "TableNotFoundException",
)


class DynamotasksError(Exception):
    """Base of all errors of this package.

    Args:
        what: what happened, one sentence without a full stop.
        cure: what to do next; may be several lines, may be empty.
        where: the place it is about (`file:line`, a table, an endpoint), may be empty.
    """

    exit_code = 1

    def __init__(self, what: str, *, cure: str = "", where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure
        self.where = where

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return printable(head) + "".join(f"\n  {line}" for line in self.cure.split("\n") if line)


class UsageError(DynamotasksError):
    """Flags, variables or settings that contradict each other or name what is not there."""


class EngineError(DynamotasksError):
    """The local engine could not be started, reached or stopped."""


class Unavailable(EngineError):
    """A backend cannot run on this machine now; `auto` goes on to the next one."""


class TargetError(DynamotasksError):
    """The database cannot be talked to at all: credentials, endpoint, network, Region or account.

    Whatever is asked of that database would fail the same way, so a run stops at the first one.
    """


class Interrupted(TargetError):
    """The connection broke, or no answer came: the same call may succeed in a moment."""

    code = "no answer"


class NoAnswer(Interrupted):
    """No answer came in time, again and again."""


class Unrecognized(Interrupted):
    """What answers at the endpoint is not DynamoDB, or not a whole answer of it."""

    code = "not an answer of DynamoDB"


class CallError(DynamotasksError):
    """DynamoDB answered one call with an error.

    Args:
        code: DynamoDB's error code, such as `ValidationException`.
    """

    def __init__(self, what: str, *, code: str, cure: str = "", where: str = "") -> None:
        super().__init__(what, cure=cure, where=where)
        self.code = code

    @property
    def gone(self) -> bool:
        """Whether what the call was about does not exist."""
        return self.code in ("ResourceNotFoundException", "ResourceNotFound", "TableNotFoundException")

    @property
    def passing(self) -> bool:
        """Whether it is the service's own trouble, or a table that is too new to be found everywhere."""
        return self.code in _PASSING


class StepError(DynamotasksError):
    """A step of a plan did not reach its end: time ran out, or the table turned into something unexpected."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a config file. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        tail = f"; {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{tail}"


class ConfigError(DynamotasksError):
    """The config files have mistakes: all of them, in the order of their places, of which the first are printed."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_place))
        count = len(self.problems)
        more = f" ({count - MOST_SHOWN} more than are shown)" if count > MOST_SHOWN else ""
        super().__init__(f"{count} problem{'s' if count > 1 else ''} in the config{more}; nothing was sent")

    @property
    def shown(self) -> tuple[Problem, ...]:
        """Those that are printed."""
        return self.problems[:MOST_SHOWN]

    def __str__(self) -> str:
        return "\n".join([*map(str, self.shown), self.what])


def _place(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.file, problem.line, problem.column, problem.message, problem.hint
