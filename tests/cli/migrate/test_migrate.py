"""`db.migrate` waits, retries and can be interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, clean_environment, until
from tests.support.tables import configure, operations, table

INDEXED = {
    "global_secondary_indexes": [
        {
            "index_name": "by_id",
            "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
            "projection": {"projection_type": "ALL"},
        }
    ]
}


def test_waits_for_tables_and_their_indexes(aws_project: Project, plane: ControlPlane) -> None:
    """TableStatus turns ACTIVE before the indexes do."""
    plane.creating, plane.indexing = 0.3, 0.4
    configure(aws_project, table("users", **INDEXED))
    aws_project.call("migrate").ok()
    assert plane.answer("DescribeTable", {"TableName": "users"})[1]["Table"]["TableStatus"] == "ACTIVE"
    index = plane.answer("DescribeTable", {"TableName": "users"})[1]["Table"]["GlobalSecondaryIndexes"][0]
    assert index["IndexStatus"] == "ACTIVE"


def test_settings_of_a_new_table_wait_until_it_is_active(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 0.3
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "expires"}))
    aws_project.call("migrate", "--no-wait").ok()
    assert "UpdateTimeToLive" in operations(plane)


def test_no_wait_ends_after_the_last_call(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    configure(aws_project, table("users"), table("orders"))
    assert "2 tables created" in aws_project.call("migrate", "--no-wait").ok().out


def test_timeout_is_reported_and_a_later_run_finishes(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    configure(aws_project, table("users"))
    aws_project.call("migrate", "--timeout", "1").fails("still CREATING after 1 s", "--timeout")
    assert aws_project.call("status", "--json").json["tables"][0]["state"] == "busy"
    plane.creating = 0
    assert "1 unchanged" in aws_project.call("migrate").ok().out


def test_throttled_calls_are_retried(aws_project: Project, plane: ControlPlane) -> None:
    plane.errors["CreateTable"] = [
        (400, "LimitExceededException", "Too many operations"),
        (400, "ThrottlingException", "Rate exceeded"),
        (500, "InternalServerError", "try again"),
    ]
    configure(aws_project, table("users"))
    assert "1 table created" in aws_project.call("migrate").ok().out


def test_point_in_time_recovery_of_a_new_table_is_retried(aws_project: Project, plane: ControlPlane) -> None:
    """Point-in-time recovery right after CreateTable."""
    plane.errors["UpdateContinuousBackups"] = [(400, "ContinuousBackupsUnavailableException", "not yet")]
    configure(
        aws_project, table("users", point_in_time_recovery_specification={"point_in_time_recovery_enabled": True})
    )
    aws_project.call("migrate").ok()
    assert operations(plane).count("UpdateContinuousBackups") == 2


def test_waits_for_a_table_that_someone_else_creates(aws_project: Project, plane: ControlPlane) -> None:
    """Between the own ListTables and CreateTable."""
    plane.creating = 0.3
    configure(aws_project, table("users"))
    both = [aws_project.start("inv", "db.migrate") for _ in range(2)]
    ends = [(process.communicate(timeout=60), process.returncode) for process in both]
    assert [code for _, code in ends] == [0, 0], ends


def test_tables_are_created_in_parallel(aws_project: Project, plane: ControlPlane) -> None:
    """None becomes ACTIVE before all calls are sent."""
    plane.creating = 3600
    configure(aws_project, *(table(f"table{number}") for number in range(30)))
    process = aws_project.start("inv", "db.migrate")
    until(lambda: operations(plane).count("CreateTable") == 30)
    plane.creating = 0
    out, _ = process.communicate(timeout=60)
    assert "30 tables created" in out


@pytest.mark.posix
def test_ctrl_c_reports_steps_that_were_not_started(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "expires"}))
    process = aws_project.start("inv", "db.migrate")
    until(lambda: operations(plane).count("DescribeTable") >= 3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert out.startswith("2 operations interrupted in ")
    assert err.splitlines()[-1] == (
        "interrupted: 1 operation not started, 1 operation in progress may still complete (users: create table); "
        "run the same command again to continue"
    )
    # what was left is picked up by the next run
    plane.creating = 0
    aws_project.call("migrate").ok()
    assert plane.ttl["users"]["Enabled"]


def test_all_settings_are_sent_to_aws(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", tags={"team": "a"}, table_class="STANDARD_INFREQUENT_ACCESS"))
    assert "not supported" not in aws_project.call("migrate").ok().err
    sent = dict(plane.calls)["CreateTable"]
    assert sent["Tags"] == [{"Key": "team", "Value": "a"}]
    assert sent["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_all_settings_are_sent_to_an_unrecognized_engine(aws_project: Project, plane: ControlPlane) -> None:
    plane.server_header = "something of their own"
    configure(aws_project, table("users", tags={"team": "a"}))
    aws_project.call("migrate").ok()
    assert "Tags" in dict(plane.calls)["CreateTable"]


def test_reset_asks_if_the_project_started_no_engine(aws_project: Project, plane: ControlPlane) -> None:
    """The engine on the default port may belong to another project."""
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    del aws_project.variables["DYNAMOTASKS_ENDPOINT"]
    default = f"import dynamotasks.config.target as t; t.DEFAULT_ENDPOINT = {plane.endpoint!r}; "
    run = subprocess.run(
        [sys.executable, "-c", default + "from dynamotasks.cli.program import main; main(['dynamotasks', 'reset'])"],
        cwd=aws_project.root,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "not started by this project" in run.stderr
    assert "confirm with --yes" in run.stderr
    assert "DeleteTable" not in operations(plane)


def test_reset_requires_confirmation_outside_disposable_environments(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.write(
        "tables_config.json",
        json.dumps({"tables": [table("users")], "environments": {"prod": {"endpoint": plane.endpoint}}}),
    )
    aws_project.call("migrate", "--env", "prod").ok()
    reset = ("reset", "--env", "prod")
    aws_project.call(*reset).fails("not disposable", "--allow-destructive --confirm prod")
    aws_project.call(*reset, "--yes").fails("not disposable")
    aws_project.call(*reset, "--allow-destructive").fails("--confirm prod")
    aws_project.call(*reset, "--allow-destructive", "--confirm", "dev").fails("'dev' is not the name of environment")
    assert "DeleteTable" not in operations(plane)


def test_insights_of_an_existing_index_are_enabled(aws_project: Project, plane: ControlPlane) -> None:
    index = {**INDEXED["global_secondary_indexes"][0], "contributor_insights_specification": {"enabled": True}}
    configure(aws_project, table("users", **INDEXED))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", global_secondary_indexes=[index]))
    aws_project.call("migrate").ok()
    assert dict(plane.calls)["UpdateContributorInsights"]["IndexName"] == "by_id"


def test_destructive_step_is_blocked_without_consent(aws_project: Project, plane: ControlPlane) -> None:
    plane.ttl_interval = 0  # the hour between two changes has passed
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "expires"}))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", time_to_live_specification={"enabled": False}))
    blocked = aws_project.call("migrate").fails("destructive operations are blocked")
    assert "! users: disable TTL on expires: blocked" in blocked.out
    assert plane.ttl["users"]["Enabled"] is True
    aws_project.call("migrate", "--allow-destructive").ok()
    assert plane.ttl["users"] == {"Enabled": False, "AttributeName": "expires"}
