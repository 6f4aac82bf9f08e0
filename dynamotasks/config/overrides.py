"""Merge the overrides of an environment into a declared table."""

from __future__ import annotations

from typing import Any

from .finding import Step, ValuePath
from .node_values import INVALID


class Merged:
    """A table with the overrides of an environment.

    Maps are merged by key and lists of indexes by name; everything else is replaced. `null` removes an inherited key,
    and an empty list or map empties it.
    """

    def __init__(self, base: Any, override: Any) -> None:
        self._positions: dict[ValuePath, list[int | None]] = {}
        self.value = self._merge(base, override, ())

    def written_at(self, path: ValuePath) -> ValuePath:
        """Return the path in the override of a path of the merged table, up to the last part that is in it."""
        written: list[Step] = []
        for depth, step in enumerate(path):
            positions = self._positions.get(path[:depth])
            place = positions[step] if positions and isinstance(step, int) else step
            if place is None:
                break
            written.append(place)
        return tuple(written)

    def _merge(self, base: Any, override: Any, path: ValuePath) -> Any:
        if isinstance(base, dict) and isinstance(override, dict) and override:
            result = dict(base)
            for key, value in override.items():
                if value is None and key in base:
                    del result[key]
                else:
                    result[key] = self._merge(base.get(key), value, (*path, key))
            return result
        if isinstance(base, list) and isinstance(override, list):
            return self._merge_lists(base, override, path)
        return override

    def _merge_lists(self, base: list[Any], override: list[Any], path: ValuePath) -> Any:
        names = [part.get("index_name") if isinstance(part, dict) else None for part in override]
        if INVALID in names:
            return INVALID
        inherited, changed = _by_name(base), _by_name(override)
        if not inherited or not changed:
            return override
        order = {name: number for number, name in enumerate(names)}
        merged = [*inherited, *(name for name in changed if name not in inherited)]
        self._positions[path] = [order.get(name) for name in merged]
        return [
            self._merge(inherited.get(name), changed[name], (*path, number)) if name in changed else inherited[name]
            for number, name in enumerate(merged)
        ]


def _by_name(indexes: list[Any]) -> dict[Any, Any] | None:
    """Return the indexes of a list by name; `None` if one has no name or a name occurs twice."""
    named = {part.get("index_name"): part for part in indexes if isinstance(part, dict) and _is_named(part)}
    return named if len(named) == len(indexes) else None


def _is_named(index: dict[str, Any]) -> bool:
    return isinstance(index.get("index_name"), str) or index.get("index_name") is INVALID
