"""Write tables as models of PynamoDB.

https://pynamodb.readthedocs.io/en/stable/api.html
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from textwrap import indent
from typing import Any

from ...schema.table_spec import (
    GlobalSecondaryIndex,
    LocalSecondaryIndex,
    Projection,
    ProvisionedThroughput,
    TableSpec,
)
from .names import Identifiers, camel_case, snake_case

TITLE = "a PynamoDB model"
OMITTED = frozenset(
    {
        "on_demand_throughput",
        "warm_throughput",
        "vector_indexes",
        "point_in_time_recovery_specification",
        "sse_specification",
        "table_class",
        "deletion_protection_enabled",
        "resource_policy",
        "contributor_insights_specification",
        "kinesis_stream_specification",
        "seed",
        "global_secondary_indexes.on_demand_throughput",
        "global_secondary_indexes.warm_throughput",
        "global_secondary_indexes.contributor_insights_specification",
    }
)

_TYPES = {"S": "UnicodeAttribute", "N": "NumberAttribute", "B": "BinaryAttribute"}
_PROJECTIONS = {"ALL": "AllProjection", "KEYS_ONLY": "KeysOnlyProjection", "INCLUDE": "IncludeProjection"}
# the public names of the classes Model and Index in PynamoDB 6
_PUBLIC = """
DoesNotExist Meta batch_get batch_write count create_table delete delete_table describe_table deserialize exists
from_dynamodb_dict from_raw_data from_simple_dict get get_attributes get_delete_kwargs_from_instance
get_operation_kwargs_from_class get_save_kwargs_from_instance get_update_kwargs_from_instance query refresh save scan
serialize to_dynamodb_dict to_simple_dict update update_local_version_attribute update_ttl
"""
_RESERVED = frozenset([*_PUBLIC.split(), *keyword.kwlist])
_HEADER = '"""The DynamoDB tables as PynamoDB models."""\n'


def unsupported_indexes(tables: Sequence[TableSpec]) -> list[str]:
    """Return the indexes that models omit, with the reason."""
    return [
        f"index {index.index_name} of {table.name} (several HASH or RANGE attributes)"
        for table in tables
        for index in table.global_secondary_indexes or ()
        if not is_queryable(index)
    ]


def write(tables: Sequence[TableSpec]) -> str:
    """Return a Python module with a model for each table, and a class for each of its indexes."""
    module = _Module()
    classes = [text for table in tables for text in module.classes(table)]
    return "\n\n".join([_HEADER + module.imports(), *classes])


class _Module:
    """Writes classes, and remembers what they import."""

    def __init__(self) -> None:
        self._imported: dict[str, set[str]] = {"models": {"Model"}}
        # no class has the name of an import
        imports = {"Model", "GlobalSecondaryIndex", "LocalSecondaryIndex", "TTLAttribute"}
        self._names = Identifiers(imports | set(_TYPES.values()) | set(_PROJECTIONS.values()) | _RESERVED)

    def imports(self) -> str:
        lines = (f"from pynamodb.{name} import {', '.join(sorted(kinds))}\n" for name, kinds in self._imported.items())
        return "\n" + "".join(sorted(lines))

    def classes(self, table: TableSpec) -> Iterator[str]:
        """Yield the classes of the indexes, and the model."""
        name = self._names.unique(camel_case(table.name))
        model = _Model(table)
        indexes: list[tuple[str, str]] = []
        queryable = filter(is_queryable, table.global_secondary_indexes or ())
        found: list[GlobalSecondaryIndex | LocalSecondaryIndex] = [*queryable, *(table.local_secondary_indexes or ())]
        for index in found:
            class_name = self._names.unique(name + camel_case(index.index_name, "Index"))
            yield self._index(class_name, index, model)
            indexes.append((model.identifier(f"{index.index_name}\0index", index.index_name), class_name))
        docstring = f'"""{_escaped(table.description)}"""\n\n' if table.description else ""
        attributes = [
            *(self._attribute(model, key.attribute_name, key.key_type) for key in table.key_schema),
            *(self._attribute(model, attribute) for attribute in model.others()),
        ]
        members = [*attributes, *(f"{attribute} = {class_name}()\n" for attribute, class_name in indexes)]
        body = docstring + _meta(model.meta()) + "\n" + "".join(members)
        yield f"class {name}(Model):\n{indent(body, '    ')}"

    def _index(self, name: str, index: GlobalSecondaryIndex | LocalSecondaryIndex, model: _Model) -> str:
        base = type(index).__name__
        self._import("indexes", base)
        meta = {"index_name": _quote(index.index_name), "projection": self._projection(index.projection)}
        units = index.provisioned_throughput if isinstance(index, GlobalSecondaryIndex) else None
        keys = (self._attribute(model, key.attribute_name, key.key_type) for key in index.key_schema)
        body = _meta({**meta, **_units(units)}) + "\n" + "".join(keys)
        return f"class {name}({base}):\n{indent(body, '    ')}"

    def _projection(self, projection: Projection) -> str:
        kind = _PROJECTIONS[projection.projection_type]
        self._import("indexes", kind)
        attributes = projection.non_key_attributes
        return f"{kind}([{', '.join(map(_quote, attributes))}])" if attributes else f"{kind}()"

    def _attribute(self, model: _Model, name: str, key_type: str | None = None) -> str:
        kind = model.kind(name)
        self._import("attributes", kind)
        arguments = ["null=True"] if key_type is None else [f"{key_type.lower()}_key=True"]
        if kind == "BinaryAttribute":
            arguments.append("legacy_encoding=False")  # items of DynamoDB's own form, not encoded twice
        identifier = model.identifier(name, name)
        if identifier != name:
            arguments.append(f"attr_name={_quote(name)}")
        return f"{identifier} = {kind}({', '.join(arguments)})\n"

    def _import(self, module: str, name: str) -> None:
        self._imported.setdefault(module, set()).add(name)


class _Model:
    """The attributes of one table."""

    def __init__(self, table: TableSpec) -> None:
        self._table = table
        self._identifiers: dict[str, str] = {}
        self._names = Identifiers(_RESERVED)
        expiry = table.time_to_live_specification
        self._expiry = expiry.attribute_name if expiry and expiry.enabled else None
        self._types = {attribute.name: attribute.type for attribute in table.attributes}

    def identifier(self, key: str, name: str) -> str:
        """Return the identifier of an attribute or index; the same for the same key."""
        if key not in self._identifiers:
            self._identifiers[key] = self._names.unique(snake_case(name, "attribute"))
        return self._identifiers[key]

    def kind(self, name: str) -> str:
        """Return the class of an attribute."""
        return "TTLAttribute" if name == self._expiry else _TYPES[self._types[name]]

    def others(self) -> Iterator[str]:
        """Yield the names of the attributes that are not in the key of the table."""
        keys = {key.attribute_name for key in self._table.key_schema}
        names = [*self._types, *([self._expiry] if self._expiry else [])]
        yield from (name for name in dict.fromkeys(names) if name not in keys)

    def meta(self) -> dict[str, str]:
        """Return the settings of the table as expressions."""
        table = self._table
        meta = {"table_name": _quote(table.name), "billing_mode": _quote(table.effective_billing_mode())}
        meta |= _units(table.provisioned_throughput)
        stream = table.stream_specification
        if stream and stream.stream_enabled and stream.stream_view_type:
            meta["stream_view_type"] = _quote(stream.stream_view_type)
        if table.tags:
            pairs = (f"{_quote(key)}: {_quote(value)}" for key, value in table.tags.items())
            meta["tags"] = f"{{{', '.join(pairs)}}}"
        return meta


def is_queryable(index: GlobalSecondaryIndex) -> bool:
    """Return whether PynamoDB supports the key of an index: one HASH and at most one RANGE attribute."""
    kinds = [key.key_type for key in index.key_schema]
    return len(set(kinds)) == len(kinds)


def _meta(values: Mapping[str, Any]) -> str:
    return "class Meta:\n" + "".join(f"    {name} = {value}\n" for name, value in values.items())


def _units(throughput: ProvisionedThroughput | None) -> dict[str, str]:
    return {name: str(units) for name, units in asdict(throughput).items()} if throughput else {}


def _quote(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    special = {"\\": "\\\\", '"': '\\"'}
    return "".join(special.get(letter) or (letter if letter.isprintable() else repr(letter)[1:-1]) for letter in text)
