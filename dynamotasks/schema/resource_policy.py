"""What two resource policies mean, compared. PURE.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# a bare account id means the root of that account, and services tell it as such an ARN
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html)
_ROOT = re.compile(r"arn:[\w-]+:iam::([0-9]{12}):root")
_EVERYONE = frozenset({("AWS", "*")})


def same_policy(one: Any, other: Any) -> bool:
    """Return whether two policies mean the same, however they are written."""
    return bool(_canonical(one) == _canonical(other))


def may_revoke_access(live: Any, wanted: Any) -> bool:
    """Return whether access or a denial can be lost when one policy takes the place of the other."""
    before, after = _statements(live), _statements(wanted)
    return bool(before - after) or any(_denies(statement) for statement in after - before)


def _statements(policy: Any) -> frozenset[Any]:
    listed = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    return frozenset(map(_canonical, listed if isinstance(listed, list) else [listed]))


def _denies(statement: Any) -> bool:
    return isinstance(statement, frozenset) and ("Effect", "Allow") not in statement


def _canonical(part: Any, key: str = "") -> Any:
    """A list of one is that one, the order of a list says nothing, and a condition's value is text."""
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
