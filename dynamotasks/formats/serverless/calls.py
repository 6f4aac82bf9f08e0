"""A source of a variable with its arguments, and the parameter that can replace it."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TypeAlias

from ...config.yaml12 import Substituted
from ..value import Data, Unresolved, Value


def parameter_hint(name: str) -> str:
    """Return the hint to set a parameter, quoted for a shell."""
    return f"add --param {shlex.quote(name + '=VALUE')}"


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
        return Unresolved(reason, parameter_hint(self.name))


Found: TypeAlias = "Value | Data"


def parameter_value(text: str, at: Value) -> Value:
    """Return the value of a parameter: a text, or a map or list in JSON."""
    if text.lstrip().startswith(("{", "[")):
        try:
            return plain_value(json.loads(text), at)
        except ValueError:
            pass
    return at.with_data(Substituted(text))


def plain_value(data: object, at: Value) -> Value:
    """Return plain data as values at one place."""
    match data:
        case dict():
            return at.with_data({str(key): plain_value(part, at) for key, part in data.items()})
        case list():
            return at.with_data([plain_value(part, at) for part in data])
        case str() | int() | float() | None:
            return at.with_data(Substituted(data) if isinstance(data, str) else data)
    raise TypeError(data)
