"""Read live tables, with the settings that have calls of their own, and write them as config."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..aws import related_services
from ..aws.capabilities import undeletable_indexes
from ..aws.error_translation import unrecognized_response
from ..errors import CallError
from ..schema.live_table import NO_POLICY, LiveTable
from ..schema.serialization import Call
from ..schema.table_description import Description, from_description
from ..schema.table_spec import TableSpec
from .table_settings import TABLE_SETTINGS, TableSetting

if TYPE_CHECKING:
    from ..aws.client import Database


# the caller is not allowed to read it, or this engine or the installed botocore does not know it
_NEVER = ("AccessDeniedException", "UnknownOperationException", "UnknownToBotocore")


def describe(database: Database, name: str) -> Description | None:
    """DescribeTable's `Table`, or `None` where there is no such table."""
    try:
        table: Description = database.call(Call("DescribeTable", {"TableName": name}))["Table"]
    except CallError as error:
        if error.code == "ResourceNotFoundException":
            return None
        raise
    if table["TableName"] != name:
        raise unrecognized_response("DescribeTable", f"another table, {table['TableName']!r}", database.target)
    return table


def look(database: Database, name: str) -> LiveTable | None:
    """The table as DescribeTable shows it, without its settings that have calls of their own; `None` for none."""
    description = describe(database, name)
    return from_description(description) if description else None


def read_table(database: Database, name: str, wanted: TableSpec | None = None) -> LiveTable | None:
    """The live table of that name, or `None`.

    Args:
        database: where.
        name: the physical name.
        wanted: asks the companion calls only for what this spec declares; `None` asks all that the engine knows.
    """
    table = look(database, name)
    try:
        return with_settings(database, table, wanted) if table else None
    except CallError as error:
        if error.not_found and look(database, name) is None:  # dropped meanwhile
            return None
        raise


def with_settings(database: Database, table: LiveTable, wanted: TableSpec | None = None) -> LiveTable:
    """The table with the settings that have calls of their own; those that may not be read are told as denied.

    Of a table that is CREATING or DELETING they cannot be read: they are left out.
    """
    if table.status in ("CREATING", "DELETING"):
        return table
    values: dict[str, Any] = {}
    denied: dict[str, str] = {}
    revision = NO_POLICY
    for companion in TABLE_SETTINGS:
        if wanted is not None and getattr(wanted, companion.property) is None:
            continue
        if companion.property in database.engine.unsupported:
            continue
        try:
            answer = _answer(database, companion, companion.read(table.spec.name, table.arn))
            values[companion.property] = None if answer is None else companion.parse(answer)
            if answer is not None and companion.property == "resource_policy":
                revision = str(answer.get("RevisionId", ""))
        except CallError as error:
            denied[companion.property] = _denial(error)
    spec = replace(table.spec, **values)
    if "contributor_insights_specification" not in database.engine.unsupported:
        try:
            spec = _with_index_insights(database, spec, wanted)
        except CallError as error:
            denied["contributor_insights_specification"] = _denial(error)
    table = replace(table, spec=spec, denied=denied, policy_revision=revision)
    table = replace(table, undeletable=undeletable_indexes(spec, database.engine))
    return table if wanted is None else related_services.with_related_facts(database, table, wanted)


def _denial(error: CallError) -> str:
    """Why a property cannot be read; other errors say nothing about the property."""
    if error.code not in _NEVER:
        raise error
    return error.what


def _answer(database: Database, companion: TableSetting, call: Call) -> Description | None:
    try:
        return _all_pages(database, call)
    except CallError as error:
        if error.code in companion.absent:
            return None
        raise


def _all_pages(database: Database, call: Call) -> Description:
    """The answer, with the lists of its next pages (ListTagsOfResource has some)."""
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


def _with_index_insights(database: Database, spec: TableSpec, wanted: TableSpec | None) -> TableSpec:
    declared = {
        index.index_name
        for index in ((wanted or spec).global_secondary_indexes or ())
        if wanted is None or index.contributor_insights_specification
    }
    row = next(row for row in TABLE_SETTINGS if row.property == "contributor_insights_specification")
    indexes = []
    for index in spec.global_secondary_indexes or ():
        if index.index_name in declared:
            call = Call("DescribeContributorInsights", {"TableName": spec.name, "IndexName": index.index_name})
            try:
                answer = _answer(database, row, call)
            except CallError as error:
                if not error.not_found:
                    raise
                answer = None  # someone deleted the index meanwhile; the next look at the table shows it
            index = replace(index, contributor_insights_specification=None if answer is None else row.parse(answer))
        indexes.append(index)
    return replace(spec, global_secondary_indexes=tuple(indexes)) if indexes else spec
