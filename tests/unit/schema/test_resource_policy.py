"""Which resource policies mean the same, and which change may revoke access."""

from __future__ import annotations

from typing import Any

import pytest

from dynamotasks.schema.resource_policy import may_revoke_access, same_policy


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": "dynamodb:GetItem"}
    return {"Version": "2012-10-17", "Statement": [{**allow, **statement} for statement in statements]}


def secure(value: Any) -> dict[str, Any]:
    return {"Condition": {"Bool": {"aws:SecureTransport": value}}}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Principal": "*"}, {"Principal": {"AWS": "*"}}),
        ({"Principal": {"AWS": "111122223333"}}, {"Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}}),
        (secure(True), secure("true")),
        ({"Action": ["a", "b"]}, {"Action": ["b", "a"]}),
    ],
    ids=["everyone", "account", "boolean condition", "order of a list"],
)
def test_equivalent_policies_are_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert same_policy(policy(one), policy(other))


def test_account_id_in_a_condition_is_not_a_principal() -> None:
    values = ("111122223333", "arn:aws:iam::111122223333:root")
    one, other = (policy({"Condition": {"StringEquals": {"aws:PrincipalArn": value}}}) for value in values)
    assert not same_policy(one, other)


@pytest.mark.parametrize(
    ("declared", "revokes"),
    [
        (policy({}, {"Action": "dynamodb:Query"}), False),
        (policy({}, {"Effect": "Deny"}), True),
        (policy({"Action": "dynamodb:Query"}), True),
    ],
    ids=["another allow", "another deny", "a removed allow"],
)
def test_policy_change_may_revoke_access(declared: dict[str, Any], revokes: bool) -> None:
    assert may_revoke_access(policy({}), declared) is revokes
