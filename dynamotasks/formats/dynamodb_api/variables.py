"""Replace `${NAME}` in requests that a script fills in, and `<name:1>` in the snapshots of tests."""

from __future__ import annotations

import re

from ..context import Context, parameter_hint, question
from ..value import Unresolved, Value

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
                return value.with_data(self._placeholder(text))
            case str() as text if "${" in text:
                return value.with_data(self._text(text))
            case _:
                return value

    def _placeholder(self, text: str) -> str | Unresolved:
        given = self.context.parameters.get(text)
        return given or question(f"placeholder {text} has no value", text)

    def _text(self, text: str) -> str | Unresolved:
        for name, default in _VARIABLE.findall(text):
            if self._value(name) is None and not default:
                reason = f"environment variable {name} is not set"
                return Unresolved(reason, f"export it, or {parameter_hint(name)}")
        return _VARIABLE.sub(lambda found: self._value(found[1]) or found[2], text)

    def _value(self, name: str) -> str | None:
        return self.context.parameters.get(name) or self.context.variables.get(name)
