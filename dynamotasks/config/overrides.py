"""What an environment writes over a table, put together with what the table has."""

from __future__ import annotations

from typing import Any

from .documents import BROKEN
from .positions import Path_, Step


class Merged:
    """A table with what an environment writes over it.

    Maps are merged key by key and lists of indexes by name; all else is replaced. `null` removes what the table has,
    and an empty list or map empties it.
    """

    def __init__(self, base: Any, change: Any) -> None:
        self._numbers: dict[Path_, list[int | None]] = {}
        self.value = self._merge(base, change, ())

    def written_at(self, path: Path_) -> Path_:
        """Return where in the change a path of the merged table is written; where it is not, what holds it."""
        written: list[Step] = []
        for depth, step in enumerate(path):
            numbers = self._numbers.get(path[:depth])
            place = numbers[step] if numbers and isinstance(step, int) else step
            if place is None:
                break
            written.append(place)
        return tuple(written)

    def _merge(self, base: Any, change: Any, path: Path_) -> Any:
        if isinstance(base, dict) and isinstance(change, dict) and change:
            result = dict(base)
            for key, value in change.items():
                if value is None and key in base:
                    del result[key]
                else:
                    result[key] = self._merge(base.get(key), value, (*path, key))
            return result
        own, new = _by_name(base), _by_name(change)
        if BROKEN in new.values():
            return BROKEN
        return self._merge_indexes(own, new, path) if own and new else change

    def _merge_indexes(self, own: dict[str, Any], new: dict[str, Any], path: Path_) -> list[Any]:
        order = {name: number for number, name in enumerate(new)}
        names = [*own, *(name for name in new if name not in own)]
        self._numbers[path] = [order.get(name) for name in names]
        return [
            self._merge(own.get(name), new[name], (*path, number)) if name in new else own[name]
            for number, name in enumerate(names)
        ]


def _by_name(value: Any) -> dict[str, Any]:
    """The indexes of a list by name; nothing where it is no such list, or a name is in it twice."""
    parts = value if isinstance(value, list) else []
    named: dict[str, Any] = {}
    for part in parts:
        name = part.get("index_name") if isinstance(part, dict) else None
        if not isinstance(name, str):
            return {}
        named[name] = BROKEN if name is BROKEN else part
    return named if len(named) == len(parts) else {}
