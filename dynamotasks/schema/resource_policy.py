"""Compare the meaning of resource policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# services return an account id in a policy as the ARN of the account's root
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html)
_ROOT = re.compile(r"arn:[\w-]+:iam::([0-9]{12}):root")
_EVERYONE = frozenset({("AWS", "*")})


def same_policy(one: Any, other: Any) -> bool:
    """Return whether two policies have the same meaning, although they may be written differently."""
    return bool(_canonical(one) == _canonical(other))


def may_revoke_access(live: Any, declared: Any) -> bool:
    """Return whether replacing the live policy by the declared one can remove an access or a denial, or deny more."""
    before, after = _statements(live), _statements(declared)
    return bool(before - after) or any(_denies(statement) for statement in after - before)


def _statements(policy: Any) -> frozenset[Any]:
    statements = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    return frozenset(map(_canonical, statements if isinstance(statements, list) else [statements]))


def _denies(statement: Any) -> bool:
    return isinstance(statement, frozenset) and ("Effect", "Allow") not in statement


def _canonical(part: Any, key: str | None = None) -> Any:
    """Return a hashable form: lists have no order, a list of one is its entry, a condition's value is text."""
    if isinstance(part, Mapping):
        return frozenset((name, _canonical(value, name)) for name, value in part.items())
    if isinstance(part, list):
        parts = frozenset(_canonical(each, key) for each in part)
        return next(iter(parts)) if len(parts) == 1 else parts
    if isinstance(part, (bool, int)):
        return str(part).lower()
    if key in ("Principal", "NotPrincipal") and part == "*":
        return _EVERYONE
    if key == "AWS" and isinstance(part, str) and (account := _ROOT.fullmatch(part)):
        return account[1]
    return part
