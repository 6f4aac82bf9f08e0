"""Read live tables, with the settings that have separate API calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..aws import related_services
from ..aws.capabilities import undeletable_indexes
from ..aws.client import Database
from ..aws.error_translation import unrecognized_response
from ..errors import CallError
from ..schema.diff import INSIGHTS
from ..schema.live_table import NO_POLICY, LiveTable
from ..schema.property_path import PropertyPath
from ..schema.serialization import Call
from ..schema.table_description import Description, from_description
from ..schema.table_spec import ContributorInsights, GlobalSecondaryIndex, TableSpec
from .table_settings import TABLE_SETTINGS, TableSetting

# the caller may not read it, or this engine or the installed botocore does not support it
_UNREADABLE = ("AccessDeniedException", "UnknownOperationException", "UnknownToBotocore")
_INSIGHTS = next(row for row in TABLE_SETTINGS if row.property == INSIGHTS)
_INDEX_INSIGHTS = PropertyPath("global_secondary_indexes", inner=(INSIGHTS,))


def describe(database: Database, name: str) -> Description | None:
    """Return the `Table` of DescribeTable, or `None` if the table does not exist."""
    try:
        table: Description = database.call(Call("DescribeTable", {"TableName": name}))["Table"]
    except CallError as error:
        if error.code == "ResourceNotFoundException":
            return None
        raise
    if table["TableName"] != name:
        raise unrecognized_response("DescribeTable", f"another table, {table['TableName']!r}", database.target)
    return table


def read_description(database: Database, name: str) -> LiveTable | None:
    """Return what DescribeTable shows of a table, or `None` if it does not exist."""
    description = describe(database, name)
    return from_description(description) if description else None


def read_table(database: Database, name: str, declared: TableSpec | None = None) -> LiveTable | None:
    """Return a live table with its settings, or `None` if it does not exist.

    Args:
        database: the database.
        name: the physical name.
        declared: limits the settings to those that it declares; `None` reads all that the engine supports.
    """
    table = read_description(database, name)
    try:
        return with_settings(database, table, declared) if table else None
    except CallError as error:
        if error.not_found and read_description(database, name) is None:  # deleted meanwhile
            return None
        raise


def with_settings(database: Database, table: LiveTable, declared: TableSpec | None = None) -> LiveTable:
    """Return the table with its settings; `denied` holds those that may not be read.

    The settings of a table that is CREATING or DELETING cannot be read.

    Args:
        database: the database.
        table: as DescribeTable shows it.
        declared: limits the settings to those that it declares; `None` reads all that the engine supports.
    """
    if table.status in ("CREATING", "DELETING"):
        return table
    reader = _SettingsReader(database, table, declared)
    table = replace(
        table,
        spec=reader.read(),
        denied=reader.denied,
        policy_revision=reader.policy_revision,
    )
    table = replace(table, undeletable=undeletable_indexes(table.spec, database.engine))
    return table if declared is None else related_services.with_related_facts(database, table, declared)


class _SettingsReader:
    """Reads the settings of one table.

    Attributes:
        denied: the properties that could not be read, with the reason.
    """

    def __init__(self, database: Database, table: LiveTable, declared: TableSpec | None) -> None:
        self._database, self._table, self._declared = database, table, declared
        self.denied: dict[str, str] = {}
        self.policy_revision = NO_POLICY

    def read(self) -> TableSpec:
        """Return the table's definition with its settings."""
        values: dict[str, Any] = {}
        for setting in self._wanted():
            try:
                values[setting.property] = self._value(setting)
            except CallError as error:
                self._deny(setting.property, error)
        spec = replace(self._table.spec, **values)
        if _INDEX_INSIGHTS in self._database.engine.unsupported or not spec.global_secondary_indexes:
            return spec
        try:
            indexes = tuple(self._with_insights(index) for index in spec.global_secondary_indexes)
        except CallError as error:
            self._deny(INSIGHTS, error)
            return spec
        return replace(spec, global_secondary_indexes=indexes)

    def _wanted(self) -> Iterator[TableSetting]:
        for setting in TABLE_SETTINGS:
            declared = self._declared is None or getattr(self._declared, setting.property) is not None
            if declared and PropertyPath(setting.property) not in self._database.engine.unsupported:
                yield setting

    def _value(self, setting: TableSetting) -> Any:
        answer = self._answer(setting, setting.read(self._table.spec.name, self._table.arn))
        if answer is None:
            return None
        if setting.property == "resource_policy":
            self.policy_revision = str(answer.get("RevisionId", ""))
        return setting.parse(answer)

    def _deny(self, property: str, error: CallError) -> None:
        """Note why a property cannot be read; raise an error that is not about the property."""
        if error.code not in _UNREADABLE:
            raise error
        self.denied[property] = error.what

    def _answer(self, setting: TableSetting, call: Call) -> Description | None:
        try:
            return _all_pages(self._database, call)
        except CallError as error:
            if error.code in setting.not_set:
                return None
            raise

    def _with_insights(self, index: GlobalSecondaryIndex) -> GlobalSecondaryIndex:
        declared = self._declared and (self._declared.global_secondary_indexes or ())
        names = [each.index_name for each in declared or () if each.contributor_insights_specification]
        if declared is not None and index.index_name not in names:
            return index
        parameters = {"TableName": self._table.spec.name, "IndexName": index.index_name}
        insights: ContributorInsights | None = None
        try:
            answer = self._answer(_INSIGHTS, Call("DescribeContributorInsights", parameters))
            insights = None if answer is None else _INSIGHTS.parse(answer)
        except CallError as error:
            if not error.not_found:  # else the index was deleted meanwhile: the next DescribeTable shows it
                raise
        return replace(index, contributor_insights_specification=insights)


def _all_pages(database: Database, call: Call) -> Description:
    """Return the response, with the lists of its further pages (ListTagsOfResource is paginated)."""
    answer = whole = database.call(call)
    seen: set[str] = set()
    while token := answer.get("NextToken"):
        if token in seen:
            raise unrecognized_response(call.operation, f"the page after {token!r} again", database.target)
        seen.add(token)
        answer = database.call(Call(call.operation, {**call.parameters, "NextToken": token}))
        lists = {name: part for name, part in answer.items() if isinstance(part, list)}
        whole = {**whole, **{name: [*whole.get(name, ()), *part] for name, part in lists.items()}}
    return whole
