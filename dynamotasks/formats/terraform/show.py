"""Read the tables of `terraform show -json` (of a plan or a state), and of state files.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from ..context import Context
from ..foreign_table import Definitions
from ..value import Unresolved, Value
from .arguments import ARGUMENTS, blocks
from .resources import Resource, collect

# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table#warm_throughput-1
_LOWEST_WARM = {"read_units_per_second": 12_000, "write_units_per_second": 4_000}
# computed in each state, or the same as in the environment
_COMPUTED = frozenset({"region", "restore_date_time", "restore_to_latest_time"})
# the provider never computes them: a plan that does not know one takes it from another resource
_NOT_COMPUTED = frozenset(
    {"attribute", "billing_mode", "hash_key", "kms_key_arn", "name", "policy", "range_key", "table_name"}
)
_OPEN = Unresolved("its value is known only after `terraform apply`", "run `terraform show -json` after the apply")


def read_show(root: Value, context: Context) -> Definitions:
    """Return the tables of a plan or a state."""
    definitions = Definitions(names=ARGUMENTS)
    open_values = dict(_open_values(root))
    values = root.get("planned_values") or root.get("values") or root.with_data({})
    module = values.get("root_module")
    resources = (_with_open(resource, open_values) for resource in _resources(module)) if module else ()
    collect(resources, definitions)
    return definitions


def read_state(root: Value, context: Context) -> Definitions:
    """Return the tables of a state file."""
    definitions = Definitions(names=ARGUMENTS)
    if root.text_at("version") != "4":
        message = "the version of this Terraform state is not supported"
        definitions.report(root.place, message, "specify the output of `terraform show -json`")
        return definitions
    collect(_instances(root), definitions)
    return definitions


def _resources(module: Value) -> Iterator[Resource]:
    for resource in module.items_at("resources"):
        kind, values = resource.text_at("type"), resource.get("values")
        if kind and values and resource.text_at("mode") != "data":
            yield Resource(resource.text_at("address") or kind, kind, _declared(values))
    for child in module.items_at("child_modules"):
        yield from _resources(child)


def _instances(root: Value) -> Iterator[Resource]:
    for resource in root.items_at("resources"):
        kind = resource.text_at("type")
        if not kind or resource.text_at("mode") == "data":
            continue
        address = ".".join(part for part in map(resource.text_at, ("module", "type", "name")) if part)
        for instance in resource.items_at("instances"):
            index, attributes = instance.get("index_key"), instance.get("attributes")
            if attributes is not None:
                key = "" if index is None else f"[{json.dumps(index.plain())}]"
                yield Resource(address + key, kind, _declared(attributes))


def _declared(values: Value) -> Value:
    """Return the values of a table, index or other resource without those that each state contains."""
    entries = {key: part for key, part in values.entries() if key not in _COMPUTED}
    if all(_is_lowest(warm) for warm in blocks(entries.get("warm_throughput"))):
        entries.pop("warm_throughput", None)
    if indexes := entries.get("global_secondary_index"):
        entries["global_secondary_index"] = indexes.with_data([*map(_declared, blocks(indexes))])
    return Value(entries, values.place)


def _is_lowest(warm: Value) -> bool:
    """Return whether warm throughput is that of each on-demand table, which is also the lowest to declare."""
    return all(isinstance(part.data, int) and part.data <= _LOWEST_WARM.get(name, 0) for name, part in warm.entries())


def _open_values(root: Value) -> Iterator[tuple[str, Value]]:
    """Yield, by address, the values that a plan does not know."""
    for resource in root.items_at("resource_changes"):
        address, change = resource.text_at("address"), resource.get("change")
        unknown = change.get("after_unknown") if change else None
        if address and unknown:
            yield address, unknown


def _with_open(resource: Resource, open_values: dict[str, Value]) -> Resource:
    unknown = open_values.get(resource.address)
    return replace(resource, arguments=_marked(resource.arguments, unknown)) if unknown else resource


def _marked(value: Value, unknown: Value, any_key: bool = False) -> Value:
    """Return a value with `Unresolved` where a plan does not know a part that is not computed."""
    if isinstance(value.data, list):
        pairs = zip_longest(value.data, unknown.items())
        return value.with_data([_marked(part, other) if other else part for part, other in pairs if part])
    if not isinstance(value.data, dict):
        return value
    entries = dict(value.data)
    for key, part in unknown.entries():
        if key in entries:
            entries[key] = _marked(entries[key], part, key in ("tags", "tags_all"))
        elif part.data is True and (any_key or key in _NOT_COMPUTED):
            entries[key] = value.with_data(_OPEN)
    return Value(entries, value.place)
