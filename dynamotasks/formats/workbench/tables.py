"""Find the tables of a data model of NoSQL Workbench."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..context import Context
from ..foreign_table import Definitions, ForeignTable
from ..value import UNNAMED, Data, Value

_KEYS = (("PartitionKey", "HASH"), ("SortKey", "RANGE"))
_INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_CONVERTED = ("KeyAttributes", "ProvisionedCapacitySettings", *_INDEXES)
# documentation, sample data and the connection of Workbench itself
_DOCUMENTATION = ("NonKeyAttributes", "TableData", "TableFacets", "DataAccess", "ModelSchema", "SampleDataFormats")


def is_model(root: Value) -> bool:
    """Return whether a document is a data model."""
    models = root.get("DataModel")
    return models is not None and any(part.get("KeyAttributes") is not None for part in models.items())


def read_model(root: Value, context: Context) -> Definitions:
    """Return the tables of a data model; their sample items are seeds."""
    definitions = Definitions()
    models = root.get("DataModel") or root
    for model in models.items():
        if model.get("KeyAttributes") is None:
            definitions.report(
                model.place, "a table without KeyAttributes", "export the model from NoSQL Workbench again"
            )
        else:
            definitions.tables.append(_Model(model, context, definitions).table())
    return definitions


class _Model:
    """One table of a data model."""

    def __init__(self, model: Value, context: Context, definitions: Definitions) -> None:
        name = model.text_at("TableName")
        self._label = f"table {name!r}" if name else "table"
        self._model = model
        self._context = context
        self._definitions = definitions
        self._capacity = self._provisioned(model)

    def table(self) -> ForeignTable:
        """Return the table."""
        kept = (*_CONVERTED, *_DOCUMENTATION)
        entries = {key: part for key, part in self._model.entries() if key not in kept}
        entries |= {
            "TableName": self._model.get("TableName") or self._model.with_data(UNNAMED),
            "AttributeDefinitions": self._model.with_data(list(self._attributes())),
            "KeySchema": _key_schema(self._model),
        }
        if self._capacity is not None:
            entries["ProvisionedThroughput"] = self._capacity
        for name in _INDEXES:
            if (indexes := self._model.get(name)) is not None and indexes.data:
                is_global = name == "GlobalSecondaryIndexes"
                entries[name] = indexes.with_data([self._index(index, is_global) for index in indexes.items()])
        seed = (self._model.with_data(self._context.path.name),) if _has_items(self._model) else ()
        return ForeignTable(self._label, self._model.with_data(entries), seed=seed)

    def _attributes(self) -> Iterable[Value]:
        """Return the definitions of key attributes, each once; the types of others are documentation."""
        others = self._model.items_at("NonKeyAttributes")
        types = {other.text_at("AttributeName"): other.get("AttributeType") for other in others}
        known: dict[str, Value] = {}
        for keyed in (self._model, *(index for name in _INDEXES for index in self._model.items_at(name))):
            for _, attribute, name in _key_parts(keyed):
                if name.text is None:
                    continue
                kind = attribute.get("AttributeType") or types.get(name.text)
                entries = {"AttributeName": name} | ({"AttributeType": kind} if kind else {})
                first = known.setdefault(name.text, attribute.with_data(entries)).get("AttributeType")
                if first and kind and first.data != kind.data:
                    what = f"{self._label}: attribute {name.text!r} is declared as {first.text} and as {kind.text}"
                    self._definitions.report(kind.place, what, "use one type for all keys")
        return known.values()

    def _index(self, index: Value, is_global: bool) -> Value:
        entries = {key: part for key, part in index.entries() if key not in _CONVERTED}
        entries["KeySchema"] = _key_schema(index)
        capacity = self._provisioned(index) or self._capacity
        if is_global and capacity is not None:
            entries["ProvisionedThroughput"] = capacity
        return index.with_data(entries)

    def _provisioned(self, value: Value) -> Value | None:
        """Return the capacity of a table or an index."""
        settings = value.get("ProvisionedCapacitySettings")
        if settings is None:
            return None
        scaling = next((part for key, part in settings.entries() if key.startswith("AutoScaling")), None)
        if scaling is not None and value is self._model:
            self._definitions.note(scaling.place, f"{self._label}: auto scaling is not managed")
        is_on_demand = self._model.text_at("BillingMode") == "PAY_PER_REQUEST"
        return None if is_on_demand else settings.get("ProvisionedThroughput")


def _has_items(model: Value) -> bool:
    """Return whether a table or one of its facets has sample items."""
    return any(part.items_at("TableData") for part in (model, *model.items_at("TableFacets")))


def _key_parts(value: Value) -> Iterator[tuple[str, Value, Value]]:
    """Yield the key type of each key attribute, the attribute, and its name."""
    keys = value.get("KeyAttributes") or value
    for part, key_type in _KEYS:
        if (attribute := keys.get(part)) is not None and (name := attribute.get("AttributeName")) is not None:
            yield key_type, attribute, name


def _key_schema(value: Value) -> Value:
    parts: Data = [
        attribute.with_data({"AttributeName": name, "KeyType": attribute.with_data(key_type)})
        for key_type, attribute, name in _key_parts(value)
    ]
    return (value.get("KeyAttributes") or value).with_data(parts)
