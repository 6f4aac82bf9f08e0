"""Replace `${NAME}` in requests that a script fills in, and `<name:1>` in the snapshots of tests."""

from __future__ import annotations

import re

from ..context import Context, parameter_hint, question
from ..value import Unresolved, Value, filled

PLACEHOLDER = re.compile(r"<[^<>]+>")  # in the snapshots of tests
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)(?::-([^{}]*))?\}")


class Variables:
    """Replaces variables by parameters or, if no parameter has the name, by those of the environment."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def replaced(self, value: Value) -> Value:
        """Return a value with its variables replaced, except in a resource policy, which has its own."""
        match value.data:
            case dict() as entries:
                parts = {key: part if key == "ResourcePolicy" else self.replaced(part) for key, part in entries.items()}
                return value.with_data(dict(parts))
            case list() as items:
                return value.with_data([self.replaced(part) for part in items])
            case str() as text if PLACEHOLDER.fullmatch(text):
                given = self.context.parameters.get(text)
                return value.with_data(given or question(f"placeholder {text} has no value", text))
            case str() as text:
                return value.with_data(filled(_VARIABLE, text, self._value_of))
            case _:
                return value

    def _value_of(self, found: re.Match[str]) -> str | Unresolved:
        name, default = found.groups()
        known = self.context.parameters.get(name) or self.context.variables.get(name) or default
        return known or Unresolved(f"environment variable {name} is not set", f"export it, or {parameter_hint(name)}")
