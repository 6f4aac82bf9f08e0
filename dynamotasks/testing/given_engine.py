"""Check an engine that the user names with `--dynamodb-endpoint` before tests write to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from ..aws.capabilities import AWS, UNKNOWN
from ..aws.endpoints import endpoint_problem, in_aws_domain, is_aws
from ..errors import Hint, Task, UsageError
from ..schema.table_spec import Attribute, Key, TableSpec
from .engine_tables import EngineTables
from .wire import Wire

_TIMEOUT = 10.0  # seconds for a call to an engine that may not be one
_ACCESS_KEY_OF_OTHERS = "local"  # of the probe table: any other than those of workers


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
        EngineError: it does not respond, or not as DynamoDB does.
    """
    with ExitStack() as stack:
        own, others = (
            stack.enter_context(closing(Wire(endpoint, key, region, timeout=_TIMEOUT)))
            for key in (access_key, _ACCESS_KEY_OF_OTHERS)
        )
        tables = EngineTables(own)
        existing = sorted(tables.names())
        if own.engine in (None, AWS, UNKNOWN):
            what = f"--dynamodb-endpoint {endpoint} is not a local engine that dynamotasks recognizes"
            raise UsageError(what, hint="expected DynamoDB Local, moto or dynoxide")
        with _probe(EngineTables(others), access_key) as probe:
            shared = probe in tables.names()
        if shared:
            what = (
                f"--dynamodb-endpoint {endpoint} shares its tables between access keys: tests would delete all of them"
            )
            hint = Hint("start it with ", Task("up", "--no-shared"), " (DynamoDB Local: without -sharedDb)")
            raise UsageError(what, hint=hint + ", or omit --dynamodb-endpoint")
        for name in existing:
            tables.delete(name)


def delete_tables(endpoint: str, region: str, access_key: str) -> None:
    """Delete the tables of this worker.

    Raises:
        EngineError: the engine does not respond.
    """
    with closing(Wire(endpoint, access_key, region)) as wire:
        tables = EngineTables(wire)
        for name in sorted(tables.names()):
            tables.delete(name)


@contextmanager
def _probe(tables: EngineTables, name: str) -> Iterator[str]:
    """Create an empty table for a moment; return its name."""
    key = "id"
    spec = TableSpec(
        name=f"dynamotasks-probe-{name}-{os.getpid()}",
        key_schema=(Key(attribute_name=key, key_type="HASH"),),
        attributes=(Attribute(name=key, type="S"),),
    )
    try:
        tables.create(spec)
        yield spec.name
    finally:
        tables.delete(spec.name)
