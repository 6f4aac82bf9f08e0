"""Where in a table something is: a property, an entry of it by name, a part of that entry. PURE.

Names of indexes, tags and attributes may hold dots and brackets, so a path is a value and is never parsed from text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """A place in a `TableSpec`; without a property it is the whole table.

    Attributes:
        name: the field of `TableSpec`.
        key: the name of an entry of that field: of an index, a tag or an attribute.
        inner: the fields within the entry or, where there is none, within the property.
    """

    name: str | None = None
    key: str | None = None
    inner: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = f"{self.name or ''}[{self.key}]" if self.key is not None else self.name or ""
        return ".".join((name, *self.inner))

    def __truediv__(self, field: str) -> PropertyPath:
        """Return the path of a field within this one."""
        return replace(self, inner=(*self.inner, field))

    @property
    def field(self) -> str | None:
        """The field that the path leads to first: of the entry, else the property itself; `None` for an entry."""
        return self.inner[0] if self.key is not None and self.inner else self.name if self.key is None else None

    def covers(self, other: PropertyPath) -> bool:
        """Return whether the other path is this one or lies within it."""
        if self.name is None:
            return True
        if self.name != other.name or self.key not in (None, other.key):
            return False
        within_entry = self.key is None and not self.inner
        return within_entry or (self.key == other.key and other.inner[: len(self.inner)] == self.inner)


WHOLE_TABLE = PropertyPath()
