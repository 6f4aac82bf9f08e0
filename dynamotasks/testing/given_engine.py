"""Check an engine that the user names with `--dynamodb-endpoint` before tests write to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ..aws.capabilities import AWS, UNKNOWN
from ..aws.client import Database
from ..aws.endpoints import endpoint_problem, in_aws_domain, is_aws
from ..aws.sessions import PROBE_LIMITS
from ..aws.target import LOCAL, Target
from ..errors import Hint, Task, UsageError
from ..schema.serialization import Call, create_table_call
from ..schema.table_spec import Attribute, Key, TableSpec


def require_local(endpoint: str) -> None:
    """Check that an endpoint is a valid URL outside AWS; sends nothing.

    Raises:
        UsageError: it is not.
    """
    if problem := endpoint_problem(endpoint):
        raise UsageError(f"--dynamodb-endpoint: {problem.what}", hint=problem.hint)
    if is_aws(endpoint) or in_aws_domain(endpoint):
        hint = "tests delete what they wrote, so they run against local engines only"
        raise UsageError(f"--dynamodb-endpoint {endpoint} is AWS", hint=hint)


def require_usable(endpoint: str, region: str, access_key: str) -> None:
    """Check that a local engine answers and separates access keys; delete the tables that a killed run left.

    Args:
        endpoint: the URL.
        region: the Region of the tables.
        access_key: the key id of this worker.

    Raises:
        UsageError: the engine is not recognized, or its tables are shared, so that those of others would be deleted.
        TargetError: it does not respond.
    """
    target = Target(env=LOCAL, endpoint=endpoint, region=region, credentials="dummy")
    mine = replace(target, access_key=access_key)
    with Database(target, PROBE_LIMITS) as others, Database(mine, PROBE_LIMITS) as own:
        others.check_reachable()
        existing = sorted(own.table_names())
        if own.engine in (AWS, UNKNOWN):
            what = f"--dynamodb-endpoint {endpoint} is not a local engine that dynamotasks recognizes"
            raise UsageError(what, hint="expected DynamoDB Local, moto or dynoxide")
        with _probe(others, access_key) as probe:
            shared = probe in own.table_names()
        if shared:
            what = (
                f"--dynamodb-endpoint {endpoint} shares its tables between access keys: tests would delete all of them"
            )
            hint = Hint("start it with ", Task("up", "--no-shared"), " (DynamoDB Local: without -sharedDb)")
            raise UsageError(what, hint=hint + ", or omit --dynamodb-endpoint")
        for name in existing:
            _delete(own, name)


def delete_tables(endpoint: str, region: str, access_key: str) -> None:
    """Delete the tables of this worker."""
    target = Target(env=LOCAL, endpoint=endpoint, region=region, credentials="dummy", access_key=access_key)
    with Database(target) as database:
        for name in sorted(database.table_names()):
            _delete(database, name)


@contextmanager
def _probe(database: Database, name: str) -> Iterator[str]:
    """Create an empty table for a moment; return its name."""
    key = "id"
    spec = TableSpec(
        name=f"dynamotasks-probe-{name}-{os.getpid()}",
        key_schema=(Key(attribute_name=key, key_type="HASH"),),
        attributes=(Attribute(name=key, type="S"),),
    )
    database.call(create_table_call(spec))
    try:
        yield spec.name
    finally:
        _delete(database, spec.name)


def _delete(database: Database, table: str) -> None:
    protected = database.call(Call("DescribeTable", {"TableName": table}))["Table"].get("DeletionProtectionEnabled")
    if protected:
        database.call(Call("UpdateTable", {"TableName": table, "DeletionProtectionEnabled": False}))
    database.call(Call("DeleteTable", {"TableName": table}))
