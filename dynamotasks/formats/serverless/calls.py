"""A source of a variable with its arguments, and the parameter that can replace it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..context import question
from ..value import Data, Unresolved, Value


@dataclass(frozen=True, slots=True)
class Call:
    """A source of a variable, with the values of the variables in it.

    Attributes:
        name: its text, which is the name of the parameter that replaces it.
        at: the value that contains the variable.
    """

    kind: str
    arguments: tuple[Value, ...]
    address: str
    name: str
    at: Value

    def ask(self, reason: str) -> Unresolved:
        """Return the placeholder for a value that requires a parameter."""
        return question(reason, self.name)


Found: TypeAlias = "Value | Data"
