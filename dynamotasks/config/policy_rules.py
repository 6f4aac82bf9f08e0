"""The rules of IAM for the form of a resource policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..schema.table_spec import TableSpec
from .finding import Finding, ValuePath

_PRINCIPALS = ("AWS", "Federated", "Service", "CanonicalUser")


def policy(table: TableSpec) -> Iterator[Finding]:
    """Check the required elements of the resource policy and their types."""
    policy = table.resource_policy
    if policy is None:
        return
    path: ValuePath = ("resource_policy",)
    if "Statement" not in policy:
        yield Finding(path, "the resource policy has no `Statement`", 'write {Version: "2012-10-17", Statement: [...]}')
        return
    written = policy["Statement"]
    statements = written if isinstance(written, list) else [written]
    if not statements or not all(isinstance(statement, Mapping) and statement for statement in statements):
        hint = "write [{Effect: Allow, Principal: ..., Action: ..., Resource: ...}]"
        yield Finding((*path, "Statement"), "`Statement` must be a list of statements", hint)
        return
    for number, statement in enumerate(statements):
        place: ValuePath = (*path, "Statement", number) if isinstance(written, list) else (*path, "Statement")
        for finding in _statement(statement):
            yield finding._replace(path=(*place, *finding.path))


def _statement(statement: Mapping[str, Any]) -> Iterator[Finding]:
    if "Effect" not in statement:
        yield Finding(("Effect",), "missing `Effect`", "expected one of: Allow, Deny")
    elif statement["Effect"] not in ("Allow", "Deny"):
        yield Finding(("Effect",), f"invalid Effect {statement['Effect']!r}", "expected one of: Allow, Deny")
    for name in ("Action", "Principal"):
        if not (statement.get(name) or statement.get(f"Not{name}")):
            yield Finding((name,), f"missing `{name}`", f"write {name} or Not{name}")
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        yield from _strings((name,), name, statement.get(name))
    for name in ("Principal", "NotPrincipal"):
        yield from _principal(name, statement.get(name))


def _principal(name: str, value: Any) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        for kind, who in value.items():
            if kind not in _PRINCIPALS:
                hint = f"expected one of: {', '.join(_PRINCIPALS)}"
                yield Finding((name, kind), f"invalid {name} type {kind!r}", hint)
            yield from _strings((name, kind), kind, who)
    elif value and value != "*":
        yield Finding((name,), f"`{name}` must be '*' or a map, not {value!r}", 'write {AWS: "..."}, quoted')


def _strings(path: ValuePath, name: str, value: Any) -> Iterator[Finding]:
    for number, part in enumerate(value if isinstance(value, list) else () if value is None else [value]):
        if not isinstance(part, str):
            place: ValuePath = (*path, number) if isinstance(value, list) else path
            hint = "quote it" if isinstance(part, int) else None
            yield Finding(place, f"`{name}` must be a string, not {part!r}", hint)
