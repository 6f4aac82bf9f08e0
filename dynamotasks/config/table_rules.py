"""The rules of DynamoDB for tables, which AWS enforces and local engines often do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain

from ..schema.limits import GLOBAL_SECONDARY_INDEXES
from ..schema.table_spec import TableSpec
from . import key_schema_rules, property_rules
from .finding import Finding, ValuePath
from .parsing import Parsed
from .policy_rules import policy

_BILLING = ("billing_mode", "provisioned_throughput")
# each rule with the properties that it requires to be valid
_RULES: Mapping[Callable[[TableSpec], Iterator[Finding]], Collection[str]] = {
    key_schema_rules.table_name: (),
    key_schema_rules.index_names: (),
    key_schema_rules.key_order: (),
    key_schema_rules.attributes: (),
    key_schema_rules.key_types: ("attributes",),
    key_schema_rules.local_indexes: (),
    key_schema_rules.shared_keys: ("key_schema",),
    key_schema_rules.projections: (),
    property_rules.billing: _BILLING,
    property_rules.warm_throughput: _BILLING,
    property_rules.vectors: (),
    property_rules.streams: (),
    property_rules.ttl: (),
    property_rules.ttl_type: ("attributes",),
    property_rules.encryption: (),
    property_rules.recovery: (),
    property_rules.kinesis: (),
    policy: (),
    property_rules.tags: (),
}


def check(parsed: Parsed[TableSpec], table: TableSpec) -> Iterator[Finding]:
    """Return the problems of a table, besides those of its form and those that they may cause.

    Args:
        parsed: the result of parsing the table.
        table: its value.
    """
    invalid = {path[0] for path in parsed.broken if path}
    applicable = (rule(table) for rule, requires in _RULES.items() if invalid.isdisjoint(requires))
    return parsed.confirmed(chain.from_iterable(applicable))


def notes(table: TableSpec) -> Iterator[Finding]:
    """Yield what is valid but probably not intended."""
    defined = {attribute.name for attribute in table.defined_attributes()}
    for number, attribute in enumerate(table.attributes):
        if attribute.name not in defined:
            yield Finding(("attributes", number), f"no key uses {attribute.name!r}, so it is documentation only")
    if (count := len(table.global_secondary_indexes or ())) > GLOBAL_SECONDARY_INDEXES:
        hint = f"the default quota is {GLOBAL_SECONDARY_INDEXES}"
        yield Finding(("global_secondary_indexes",), f"{count} global secondary indexes", hint)
    for kind in ("global_secondary_indexes", "local_secondary_indexes"):
        for number, index in enumerate(getattr(table, kind) or ()):
            keys = {key.attribute_name for key in (*table.key_schema, *index.key_schema)}
            for n, name in enumerate(index.projection.non_key_attributes or ()):
                if name in keys:
                    path: ValuePath = (kind, number, "projection", "non_key_attributes", n)
                    yield Finding(path, f"the index always includes the key {name!r}", "remove it")
