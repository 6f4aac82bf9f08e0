"""Old versions of botocore: a setting that requires a newer one is named before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import table

Model = dict[str, Any]


def remove_parameter(*members: str) -> Callable[[Model], None]:
    def edit(model: Model) -> None:
        for shape in model["shapes"].values():
            for member in members:
                shape.get("members", {}).pop(member, None)

    return edit


def remove_policies(model: Model) -> None:
    for operation in ("GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy"):
        model["operations"].pop(operation, None)  # absent in older versions
    remove_parameter("ResourcePolicy")(model)


@pytest.fixture
def old(project: Project, plane: ControlPlane, tmp_path: Path) -> Callable[..., None]:
    """Return a function that configures a table and edits botocore's model of DynamoDB to that of an older version."""
    project.variables.update(DYNAMOTASKS_ENDPOINT=plane.endpoint, AWS_DATA_PATH=str(tmp_path / "models"))

    def configure(edit: Callable[[Model], None], **properties: Any) -> None:
        model = deepcopy(Loader().load_service_model("dynamodb", "service-2"))  # the tests of a process share it
        edit(model)
        # clients take the latest version
        folder = tmp_path / "models" / "dynamodb" / "2099-01-01"
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
        rules = Loader().load_service_model("dynamodb", "endpoint-rule-set-1")
        (folder / "endpoint-rule-set-1.json").write_text(json.dumps(rules), encoding="utf-8")
        project.write("tables_config.json", json.dumps({"tables": [table("plain"), table("users", **properties)]}))

    return configure


@pytest.mark.parametrize("task", ["plan", "migrate", "reset"])
@pytest.mark.parametrize(
    ("edit", "properties", "words"),
    [
        (
            remove_parameter("OnDemandThroughput"),
            {"billing_mode": "PAY_PER_REQUEST", "on_demand_throughput": {"max_read_request_units": 5}},
            "users: on_demand_throughput requires a newer boto3",
        ),
        (
            remove_parameter("RecoveryPeriodInDays"),
            {"point_in_time_recovery_specification": {"recovery_period_in_days": 7}},
            "users: point_in_time_recovery_specification.recovery_period_in_days requires a newer boto3",
        ),
        (
            remove_policies,
            {"resource_policy": {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}},
            "users: resource_policy requires a newer boto3",
        ),
    ],
    ids=["parameter", "nested parameter", "operation"],
)
def test_setting_that_botocore_lacks_is_named(
    task: str,
    edit: Callable[[Model], None],
    properties: dict[str, Any],
    words: str,
    old: Callable[..., None],
    project: Project,
    plane: ControlPlane,
) -> None:
    old(edit, **properties)
    project.call(task).fails(words, "pip install --upgrade boto3", "remove the setting from the config")
    assert not plane.tables
