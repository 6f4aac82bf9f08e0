"""The form of a resource policy, as far as IAM refuses any other.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..schema.table_spec import TableSpec
from .documents import Complaint
from .positions import Path_

_PRINCIPALS = ("AWS", "Federated", "Service", "CanonicalUser")


def policy(table: TableSpec) -> Iterator[Complaint]:
    """Check the elements that IAM needs, and their types."""
    policy = table.resource_policy
    if policy is None:
        return
    path: Path_ = ("resource_policy",)
    if "Statement" not in policy:
        yield path, "this is no policy: it has no `Statement`", 'write {Version: "2012-10-17", Statement: [...]}'
        return
    written = policy["Statement"]
    statements = written if isinstance(written, list) else [written]
    if not statements or not all(isinstance(statement, Mapping) and statement for statement in statements):
        advice = "write [{Effect: Allow, Principal: ..., Action: ..., Resource: ...}]"
        yield (*path, "Statement"), "`Statement` must be a list of statements", advice
        return
    for number, statement in enumerate(statements):
        place: Path_ = (*path, "Statement", number) if isinstance(written, list) else (*path, "Statement")
        for inner, what, hint in _statement(statement):
            yield (*place, *inner), what, hint


def _statement(statement: Mapping[str, Any]) -> Iterator[Complaint]:
    if statement.get("Effect") not in ("Allow", "Deny"):
        what = f"`Effect` cannot be {statement['Effect']!r}" if "Effect" in statement else "`Effect` is missing"
        yield ("Effect",), what, "one of: Allow, Deny"
    for name in ("Action", "Principal"):
        if not (statement.get(name) or statement.get(f"Not{name}")):
            yield (name,), f"`{name}` is missing", f"write {name}, or Not{name}"
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        yield from _texts((name,), name, statement.get(name))
    for name in ("Principal", "NotPrincipal"):
        yield from _principal(name, statement.get(name))


def _principal(name: str, value: Any) -> Iterator[Complaint]:
    if isinstance(value, Mapping):
        for kind, who in value.items():
            if kind not in _PRINCIPALS:
                yield (name, kind), f"`{name}` cannot be {kind!r}", f"one of: {', '.join(_PRINCIPALS)}"
            yield from _texts((name, kind), kind, who)
    elif value and value != "*":
        yield (name,), f"`{name}` must be '*' or a map, not {value!r}", 'write {AWS: "..."}, quoted'


def _texts(path: Path_, name: str, value: Any) -> Iterator[Complaint]:
    for number, part in enumerate(value if isinstance(value, list) else () if value is None else [value]):
        if not isinstance(part, str):
            place: Path_ = (*path, number) if isinstance(value, list) else path
            yield place, f"`{name}` must be a string, not {part!r}", "quote it" if isinstance(part, int) else ""
