"""Refuse to change tables that belong to another tool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..aws.target import Target
from ..errors import UsageError
from ..schema.table_spec import TableSpec
from .plan import Plan

_NAMES = {
    "cloudformation": "CloudFormation",
    "sam": "AWS SAM",
    "cdk": "the AWS CDK",
    "serverless": "the Serverless Framework",
    "terraform": "Terraform",
}


def with_owners(plan: Plan, declared: Iterable[TableSpec]) -> Plan:
    """Return a plan with the owners that the declared tables name."""
    owners = {table.name: table.managed_by for table in declared}
    tables = (replace(table, wanted=replace(table.wanted, managed_by=owners.get(table.table))) for table in plan.tables)
    return replace(plan, tables=tuple(tables))


def foreign_owners(plan: Plan, target: Target) -> dict[str, str]:
    """Return the names of other tools that manage tables which a plan changes, by table; none on a local engine."""
    if target.credentials == "dummy":
        return {}
    return {
        table.table.removeprefix(target.table_prefix): _NAMES[table.wanted.owner]
        for table in plan.tables
        if table.operations and table.wanted.owner
    }


def require_ownership(plan: Plan, target: Target) -> None:
    """Raise `UsageError` if a plan changes a table that another tool manages, unless the target is a local engine.

    The other tool keeps a record of its tables: it would report the change as drift, revert it, or fail at its next
    deployment (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html).
    """
    owned = foreign_owners(plan, target)
    if not owned:
        return
    table, owner = next(iter(owned.items()))
    others = f" and {len(owned) - 1} more" if len(owned) > 1 else ""
    message = f"{owner} manages this table{others} in environment {target.env}, and would revert the change"
    hint = "deploy the change with that tool, or set `managed_by: dynamotasks` for the table in a config file"
    raise UsageError(message, hint=hint, where=table)
