"""Change a table of a config file to match the live table; only differences change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from ..schema.diff import INDEX_LISTS, Change, is_met, is_off
from ..schema.table_spec import Projection, TableSpec, WarmThroughput
from .config_table import plain_value, table_to_config

_THROUGHPUT = "provisioned_throughput"
_SWITCHES = ("enabled", "stream_enabled", "point_in_time_recovery_enabled")


def pulled_table(
    raw: Mapping[str, Any], wanted: TableSpec, live: TableSpec, changes: Iterable[Change]
) -> dict[str, Any]:
    """Return the new values of a table.

    Args:
        raw: the values of the config.
        wanted: what they declare, as far as the engine supports it.
        live: all settings of the live table.
        changes: the differences between both.
    """
    return _Table(raw, wanted, live, changes).values()


class _Table:
    def __init__(self, raw: Mapping[str, Any], wanted: TableSpec, live: TableSpec, changes: Iterable[Change]) -> None:
        self._raw, self._wanted, self._live = raw, wanted, live
        self._changes: dict[str, list[Change]] = {}
        for change in changes:
            self._changes.setdefault(str(change.path.name), []).append(change)
        self._is_switched = wanted.effective_billing_mode() != live.billing_mode

    def values(self) -> dict[str, Any]:
        """Return the new values."""
        new, shown = dict(self._raw), table_to_config(self._live)
        for field in fields(TableSpec):
            name = field.name
            if name == "name" or not field.compare:
                continue
            if name == "attributes":
                new[name] = self._attributes()
            elif name not in self._raw:
                if name in shown and (name != "billing_mode" or self._is_switched):
                    new[name] = shown[name]
            elif name in INDEX_LISTS:
                new[name] = self._indexes(name, shown.get(name, []))
            elif name in self._changes:
                _set(new, name, getattr(self._wanted, name), getattr(self._live, name))
        return new

    def _attributes(self) -> list[dict[str, Any]]:
        """Return the attributes: one that is documentation may have another type where an index uses it now."""
        used = self._live.defined_attributes()
        types = {attribute.name: attribute.type for attribute in used}
        declared = self._raw.get("attributes", [])
        changed = [{**entry, "type": types.get(entry["name"], entry["type"])} for entry in declared]
        names = {entry["name"] for entry in declared}
        return changed + [plain_value(attribute) for attribute in used if attribute.name not in names]

    def _indexes(self, name: str, shown: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        wanted, live = (_by_name(getattr(spec, name)) for spec in (self._wanted, self._live))
        by_name, changes = {index["index_name"]: index for index in shown}, self._changes.get(name, [])
        result = []
        for raw in self._raw[name]:
            index = raw["index_name"]
            if index not in wanted:  # the engine does not support it
                result.append(raw)
            elif index in live:
                new = dict(raw)
                for field in [change.path.inner[0] for change in changes if change.path.key == index]:
                    _set(new, field, getattr(wanted[index], field), getattr(live[index], field))
                result.append(new | self._added(new, by_name[index]))
        added = {change.path.key for change in changes if change.undeclared}
        return result + [index for index in shown if index["index_name"] in added]

    def _added(self, raw: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings of an index that the config omits; an omitted throughput is that of the table."""
        inherited = () if self._is_switched else (_THROUGHPUT,)
        return {name: value for name, value in shown.items() if name not in (*raw, *inherited)}


def _set(values: dict[str, Any], name: str, declared: Any, live: Any) -> None:
    """Set a declared value to the live one, or remove it; of a map only the parts that differ."""
    if live is None:
        values.pop(name, None)
    elif is_off(live):
        switch = next(switch for switch in _SWITCHES if hasattr(live, switch))
        values[name] = {switch: False}
    elif isinstance(values.get(name), dict) and is_dataclass(live) and not _is_whole(declared, live):
        values[name] = _parts(values[name], declared, live)
    else:
        values[name] = plain_value(live)


def _is_whole(declared: Any, live: Any) -> bool:
    """Return whether all parts of a value change together."""
    return isinstance(live, Projection) or is_off(declared)


def _parts(raw: Mapping[str, Any], declared: Any, live: Any) -> dict[str, Any]:
    new = dict(raw)
    for field in fields(declared):
        wanted, actual = getattr(declared, field.name), getattr(live, field.name)
        if wanted is None or is_met(wanted, actual) or _is_higher(live, wanted, actual):
            continue
        if actual is None:
            new.pop(field.name, None)
        else:
            new[field.name] = plain_value(actual)
    return new


def _is_higher(live: Any, wanted: Any, actual: Any) -> bool:
    """Return whether warm throughput is higher than declared, which AWS raises automatically."""
    return isinstance(live, WarmThroughput) and actual is not None and bool(actual >= wanted)


def _by_name(indexes: Iterable[Any] | None) -> dict[str, Any]:
    return {index.index_name: index for index in indexes or ()}
