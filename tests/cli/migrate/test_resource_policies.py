"""Resource policies: equal meaning, revoked access, and concurrent changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator import ControlPlane, control_plane
from tests.simulator.describing import ACCOUNT
from tests.support.running import Project
from tests.support.tables import configure, in_sync, migrated, table

pytestmark = pytest.mark.newest_boto3


def statement(**parts: Any) -> dict[str, Any]:
    read = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "dynamodb:GetItem", "Resource": "*"}
    return {**read, **parts}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"resource_policy": {"Version": "2012-10-17", "Statement": list(statements)}}


ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize(
    "other",
    [
        statement(Principal={"AWS": ROOT}),
        statement(Principal={"AWS": [ROOT]}),
        statement(Action=["dynamodb:GetItem"]),
    ],
)
def test_policies_with_the_same_meaning_are_in_sync(
    other: dict[str, Any], aws_project: Project, plane: ControlPlane
) -> None:
    migrated(aws_project, plane, **policy(statement()))
    configure(aws_project, table("users", **policy(other)))
    assert in_sync(aws_project)
    configure(aws_project, table("users", resource_policy={"Version": "2012-10-17", "Statement": other}))
    assert in_sync(aws_project)


def test_two_forms_of_everyone_are_in_sync(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **policy(statement(Principal="*")))
    configure(aws_project, table("users", **policy(statement(Principal={"AWS": "*"}))))
    assert in_sync(aws_project)


def test_account_in_a_condition_is_not_a_principal(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **policy(statement(Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})))
    configure(
        aws_project, table("users", **policy(statement(Condition={"StringEquals": {"aws:PrincipalAccount": ROOT}})))
    )
    aws_project.call("status", "--exit-code").fails(code=2)


def test_replacing_a_policy_is_destructive(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **policy(statement()))
    configure(aws_project, table("users", **policy(statement(Action="dynamodb:Query"))))
    assert "[destructive DD112: principals may lose access]" in aws_project.call("plan").ok().out
    aws_project.call("migrate").fails("destructive operations are blocked")
    assert "Query" not in str(plane.tables["users"].policy)
    aws_project.call("migrate", "--allow-destructive").ok()
    assert in_sync(aws_project)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ((), (statement(),), "safe"),
        ((statement(),), (statement(), statement(Action="dynamodb:Query")), "safe"),
        ((), (statement(Effect="Deny"),), "destructive"),
        ((statement(), statement(Effect="Deny")), (statement(),), "destructive"),
    ],
)
def test_risk_of_a_policy_change(
    before: tuple[dict[str, Any], ...],
    after: tuple[dict[str, Any], ...],
    kind: str,
    aws_project: Project,
    plane: ControlPlane,
) -> None:
    migrated(aws_project, plane, **(policy(*before) if before else {}))
    configure(aws_project, table("users", **policy(*after)))
    (step,) = aws_project.call("plan", "--json").ok().json["tables"][0]["operations"]
    assert (step["risk"] or {"severity": "safe"})["severity"] == kind


class ConcurrentPolicy(ControlPlane):
    """Puts another policy just before the first PutResourcePolicy."""

    theirs = ""

    def answer(self, operation: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if operation == "PutResourcePolicy" and self.theirs:
            theirs, self.theirs = self.theirs, ""
            super().answer(operation, {"ResourceArn": parameters["ResourceArn"], "Policy": theirs})
        return super().answer(operation, parameters)


@pytest.mark.parametrize("before", [(), (statement(),)])
def test_concurrent_policy_change_is_not_overwritten(before: tuple[dict[str, Any], ...], project: Project) -> None:
    plane = ConcurrentPolicy(policy_lock=0)
    with control_plane(plane):
        project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
        migrated(project, plane, **(policy(*before) if before else {}))
        plane.theirs = json.dumps(policy(statement(Action="dynamodb:Scan"))["resource_policy"])
        configure(project, table("users", **policy(statement(), statement(Action="dynamodb:Query"))))
        project.call("migrate", "--allow-destructive").fails("the resource policy has changed since it was read")
        assert "dynamodb:Scan" in str(plane.tables["users"].policy)
        project.call("migrate", "--allow-destructive").ok()
        assert in_sync(project)
