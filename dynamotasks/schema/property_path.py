"""The path of a property, of one of its entries, or of a part of an entry.

Names of indexes, tags and attributes may contain dots and brackets, so a path is a value and is never parsed from text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """A path in a `TableSpec`; without a name it is the whole table.

    Attributes:
        name: a field of `TableSpec`.
        key: the name of an entry of that field: an index, a tag or an attribute.
        inner: the fields within the entry or, without a key, within the property.
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
        """The first field: of the entry, or the property itself; `None` for a whole entry."""
        if self.key is None:
            return self.name
        return self.inner[0] if self.inner else None

    def covers(self, other: PropertyPath) -> bool:
        """Return whether the other path is this one or lies within it."""
        if self.name is None:
            return True
        if self.name != other.name or self.key not in (None, other.key):
            return False
        is_property = self.key is None and not self.inner
        return is_property or (self.key == other.key and other.inner[: len(self.inner)] == self.inner)


WHOLE_TABLE = PropertyPath()
