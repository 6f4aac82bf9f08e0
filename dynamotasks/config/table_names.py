"""The names and IDs of tables that files in other formats declare, by which configs refer to them."""

from __future__ import annotations

from typing import Any

from ..suggestions import close_to

_MOST_LISTED = 10


class TableNames:
    """Finds the names of tables by their IDs, such as logical IDs, which are the same in every environment."""

    def __init__(self) -> None:
        self._names: dict[str, str | None] = {}  # by ID; without IDs, by name

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, name: str | None, identifier: str | None) -> None:
        """Add a table.

        Args:
            name: `None` if it is unresolved.
            identifier: `None` if the file has none; the first of several tables with the same one has it.
        """
        if identifier is not None:
            self._names.setdefault(identifier, name)
        elif name is not None:
            self._names.setdefault(name, name)

    def by_id(self) -> dict[str, str]:
        """Return the names of tables by their IDs, without those that are also the name of a table."""
        names = set(self._names.values())
        return {known: name for known, name in self._names.items() if name is not None and known not in names}

    def of_id(self, identifier: str) -> str | None:
        """Return the name of a table."""
        return self._names.get(identifier)

    def is_open(self, identifier: str) -> bool:
        """Return whether an ID is that of a table whose name is unresolved."""
        return identifier in self._names and self._names[identifier] is None

    def is_addition(self, raw: Any) -> bool:
        """Return whether a table of a config can only add to one of these tables: it has no key of its own."""
        return bool(self._names) and not {"key_schema", "attributes"} & set(raw)

    def suggestion(self, name: str) -> str:
        """Return what to write in place of an unknown name."""
        by_name = {known: identifier for identifier, known in self._names.items() if known is not None}
        close = close_to(name, [*by_name, *self._names])
        if close is None:
            listed = [_described(identifier, known) for identifier, known in self._names.items()]
            more = ", ..." if len(listed) > _MOST_LISTED else ""
            return f"known: {', '.join(listed[:_MOST_LISTED])}{more}"
        identifier = by_name.get(close, close)
        other = f" {identifier} is its name in every environment" if identifier != close else ""
        return f"did you mean {close!r}?{other}"


def _described(identifier: str, name: str | None) -> str:
    return identifier if name in (None, identifier) else f"{identifier} ({name})"
