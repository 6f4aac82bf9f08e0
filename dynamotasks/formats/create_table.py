"""Read the requests of CreateTable and the responses of DescribeTable, alone or in lists."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context
from .foreign_table import Definitions, ForeignTable
from .value import Value

# what DescribeTable adds to the properties of a table and its indexes
_STATE = frozenset(
    {
        "TableStatus",
        "CreationDateTime",
        "TableSizeBytes",
        "ItemCount",
        "TableArn",
        "TableId",
        "LatestStreamLabel",
        "LatestStreamArn",
        "IndexStatus",
        "IndexSizeBytes",
        "IndexArn",
        "Backfilling",
        "LastIncreaseDateTime",
        "LastDecreaseDateTime",
        "NumberOfDecreasesToday",
        "Status",
    }
)


def read_descriptions(root: Value, context: Context) -> Definitions:
    """Return the tables of requests or responses: one, a list, or under `Table` or `Tables`."""
    definitions = Definitions()
    for value in _descriptions(root):
        name = value.get("TableName")
        label = f"table {name.text!r}" if name and name.text else "table"
        definitions.tables.append(ForeignTable(label, _without_state(value)))
    return definitions


def _descriptions(root: Value) -> Iterator[Value]:
    for value in root.items() if isinstance(root.data, list) else [root]:
        inner = next((part for key in ("Table", "Tables", "TableDescription") if (part := value.get(key))), None)
        if inner is not None:
            yield from _descriptions(inner)
        else:
            yield value


def _without_state(value: Value) -> Value:
    if isinstance(value.data, list):
        return value.with_data([_without_state(part) for part in value.data])
    if not isinstance(value.data, dict):
        return value
    kept = ((key, part) for key, part in value.entries() if key not in _STATE)
    return Value({key: _without_state(part) for key, part in kept}, value.place, value.repeated)
