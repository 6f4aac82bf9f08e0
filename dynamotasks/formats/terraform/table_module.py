"""The module `terraform-aws-modules/dynamodb-table/aws`, which many configurations use for tables.

https://registry.terraform.io/modules/terraform-aws-modules/dynamodb-table/aws
"""

from __future__ import annotations

import re

from ..value import Unresolved, Value
from .arguments import given, selected
from .resources import TableArn

_SOURCE = re.compile(r"terraform-aws-modules/(?:terraform-aws-dynamodb-table|dynamodb-table/aws)(?![\w-])")
# arguments of the resource by input
_ARGUMENTS = {
    "name": "name",
    "hash_key": "hash_key",
    "range_key": "range_key",
    "read_capacity": "read_capacity",
    "write_capacity": "write_capacity",
    "table_class": "table_class",
    "deletion_protection_enabled": "deletion_protection_enabled",
    "stream_view_type": "stream_view_type",
    "on_demand_throughput": "on_demand_throughput",
    "warm_throughput": "warm_throughput",
    "import_table": "import_table",
    "region": "region",
    "attributes": "attribute",
    "global_secondary_indexes": "global_secondary_index",
    "local_secondary_indexes": "local_secondary_index",
    "replica_regions": "replica",
}
# blocks with an argument for each of these inputs; the module turns them off by default
_BLOCKS = {
    "ttl": {"ttl_enabled": "enabled", "ttl_attribute_name": "attribute_name"},
    "point_in_time_recovery": {
        "point_in_time_recovery_enabled": "enabled",
        "point_in_time_recovery_period_in_days": "recovery_period_in_days",
    },
    "server_side_encryption": {
        "server_side_encryption_enabled": "enabled",
        "server_side_encryption_kms_key_arn": "kms_key_arn",
    },
}
# inputs that do not describe the table, or add to another one that is noted
_UNUSED = (
    "autoscaling_defaults",
    "autoscaling_indexes",
    "autoscaling_read",
    "autoscaling_write",
    "create_table",
    "ignore_changes_global_secondary_index",
    "timeouts",
)
_READ = {*_ARGUMENTS, "billing_mode", "stream_enabled", "tags", *(name for names in _BLOCKS.values() for name in names)}


def is_table_module(source: str) -> bool:
    """Return whether a source is the module, from the registry or from its repository."""
    return bool(_SOURCE.search(source))


def table_arguments(inputs: Value) -> Value | None:
    """Return the arguments of the `aws_dynamodb_table` that the module creates; `None` if it creates none."""
    create = inputs.get("create_table")
    if create is not None and create.data is False:
        return None
    found = selected(inputs, _ARGUMENTS)
    found["billing_mode"] = given(inputs, "billing_mode") or inputs.with_data("PAY_PER_REQUEST")
    found["stream_enabled"] = inputs.get("stream_enabled") or inputs.with_data(False)
    for block, names in _BLOCKS.items():
        parts = selected(inputs, names)
        parts.setdefault("enabled", inputs.with_data(False))
        found[block] = next(iter(parts.values())).with_data(parts)
    for name, part in inputs.entries():
        if name not in (*_READ, *_UNUSED, *found) and part.data is not False:
            found[name] = part  # noted
    found["tags"] = _with_name(inputs)
    return Value(found, inputs.place)


def table_outputs(arguments: Value | None) -> dict[str, Value]:
    """Return the outputs of the module that are certain."""
    name = arguments.get("name") if arguments else None
    if name is None or name.text is None:
        return {}
    arn = TableArn("the ARN of a table is known only to Terraform", table=name.text)
    return {"dynamodb_table_id": name, "dynamodb_table_arn": name.with_data(arn)}


def _with_name(inputs: Value) -> Value:
    """Return the tags, to which the module adds the name."""
    tags, name = inputs.get("tags") or inputs.with_data({}), inputs.get("name")
    if isinstance(tags.data, Unresolved) or name is None:
        return tags
    return tags.with_data({**dict(tags.entries()), "Name": name})
