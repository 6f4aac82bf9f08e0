"""Collect the tables of Terraform resources, with the resources that add settings to a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from ..foreign_table import Definitions, ForeignTable
from ..value import Unresolved, Value
from .arguments import given, index_properties, selected, table_properties

TABLE = "aws_dynamodb_table"
_STREAM = {
    "stream_arn": "StreamArn",
    "approximate_creation_date_time_precision": "ApproximateCreationDateTimePrecision",
}
_SCALING = ("aws_appautoscaling_target", "aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action")


@dataclass(frozen=True, slots=True)
class Resource:
    """An instance of a resource.

    Attributes:
        address: as Terraform writes it, such as `module.shop.aws_dynamodb_table.orders["eu"]`.
        arguments: a map; the blocks of one type are a list.
    """

    address: str
    type: str
    arguments: Value


@dataclass(frozen=True, slots=True)
class TableArn(Unresolved):
    """The ARN of a table, of which only the name is certain."""

    table: str = ""


def collect(resources: Iterable[Resource], definitions: Definitions) -> None:
    """Add the tables of resources."""
    _Tables(definitions).collect([*resources])


class _Tables:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._tables: dict[str, ForeignTable] = {}

    def collect(self, resources: list[Resource]) -> None:
        for resource in resources:
            if resource.type == TABLE:
                self._add_table(resource)
        for resource in resources:
            if (add := _SETTINGS.get(resource.type)) is not None:
                self._add_setting(resource, add)
            elif resource.type.startswith("aws_dynamodb_") and resource.type != TABLE:
                self._note(resource, "is not managed")
            elif resource.type in _SCALING and _is_dynamodb(resource.arguments):
                self._note(resource, "is not managed: it scales the capacity of a table")
        self._definitions.tables += self._tables.values()

    def _add_table(self, resource: Resource) -> None:
        properties = table_properties(resource.arguments)
        key = properties.text_at("TableName") or resource.address
        if (other := self._tables.get(key)) is not None and resource.arguments.get("provider"):
            self._note(resource, f"is not managed: {other.label} declares {key!r} for another provider")
            return
        key = resource.address if other else key
        self._tables[key] = ForeignTable(
            f"resource {resource.address}", properties, resource.address, managed_by="terraform"
        )

    def _add_setting(self, resource: Resource, add: _AddSetting) -> None:
        name = _table_of(resource.arguments)
        table = self._tables.get(name or "")
        if name is None or table is None:
            reason = "its table is unknown" if name is None else f"table {name!r} is not declared in these files"
            self._note(resource, f"is not managed: {reason}")
            return
        entries = dict(table.properties.entries())
        if (what := add(resource.arguments, entries)) is not None:
            self._note(resource, f"is not managed: {what}")
        self._tables[name] = replace(table, properties=Value(entries, table.properties.place))

    def _note(self, resource: Resource, message: str) -> None:
        self._definitions.note(resource.arguments.place, f"resource {resource.address} {message}")


_AddSetting = Callable[[Value, dict[str, Value]], "str | None"]


def _table_of(arguments: Value) -> str | None:
    """Return the name of the table that a resource belongs to; `None` if it is open."""
    if arguments.get("table_name"):
        return arguments.text_at("table_name")
    arn = arguments.get("resource_arn")
    if arn and isinstance(arn.data, TableArn):
        return arn.data.table
    return (arguments.text_at("resource_arn") or "").partition(":table/")[2].partition("/")[0] or None


def _is_dynamodb(arguments: Value) -> bool:
    namespace = arguments.get("service_namespace")
    return namespace is None or namespace.data == "dynamodb" or isinstance(namespace.data, Unresolved)


def _add_index(arguments: Value, table: dict[str, Value]) -> None:
    index, attributes = index_properties(arguments)
    known = [part.text_at("AttributeName") for part in _list(table, "AttributeDefinitions")]
    new = [part for part in attributes if part.text_at("AttributeName") not in known]
    for key, added in (("GlobalSecondaryIndexes", [index]), ("AttributeDefinitions", new)):
        present = table.get(key, arguments)
        if not isinstance(present.data, Unresolved):
            table[key] = present.with_data([*_list(table, key), *added])


def _add_stream(arguments: Value, table: dict[str, Value]) -> None:
    table["KinesisStreamSpecification"] = arguments.with_data({**selected(arguments, _STREAM)})


def _add_insights(arguments: Value, table: dict[str, Value]) -> str | None:
    insights = arguments.with_data({"Enabled": arguments.with_data(True), **selected(arguments, {"mode": "Mode"})})
    name = given(arguments, "index_name")
    if name is None:
        table["ContributorInsightsSpecification"] = insights
        return None
    if isinstance(name.data, Unresolved):
        return name.data.reason
    indexes = _list(table, "GlobalSecondaryIndexes")
    for number, index in enumerate(indexes):
        if index.text_at("IndexName") == name.text:
            indexes[number] = index.with_data({**dict(index.entries()), "ContributorInsightsSpecification": insights})
            table["GlobalSecondaryIndexes"] = table["GlobalSecondaryIndexes"].with_data(indexes)
            return None
    return f"the table has no index {name.text!r}"


def _add_policy(arguments: Value, table: dict[str, Value]) -> str | None:
    if (policy := given(arguments, "policy")) is None:
        return "it has no policy"
    table["ResourcePolicy"] = policy
    return None


def _list(table: dict[str, Value], key: str) -> list[Value]:
    return [*table[key].items()] if key in table else []


_SETTINGS: Mapping[str, _AddSetting] = {
    "aws_dynamodb_global_secondary_index": _add_index,
    "aws_dynamodb_kinesis_streaming_destination": _add_stream,
    "aws_dynamodb_contributor_insights": _add_insights,
    "aws_dynamodb_resource_policy": _add_policy,
}
