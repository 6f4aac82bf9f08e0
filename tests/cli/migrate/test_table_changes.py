"""`db.migrate` changes existing tables: quotas, interruptions, lost responses, denied calls."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import Any

import pytest

from tests.simulator import ControlPlane, Faults, control_plane
from tests.simulator.calls import KINESIS
from tests.simulator.faults import Fault
from tests.simulator.table import NEVER
from tests.support.running import Project, until
from tests.support.tables import ON_DEMAND, PROVISIONED, SIX, configure, indexes, operations, standing, table


def test_another_ttl_attribute_is_pending_within_the_hour(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "old"}))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "new"}))
    plane.ttl_interval = 0  # an hour has passed
    off, on = aws_project.call("plan", "--json").ok().json["tables"][0]["operations"]
    assert (off["risk"]["code"], on["risk"]) == ("DD108", None)
    plane.ttl_interval = 3600
    pending = aws_project.call("migrate", "--allow-destructive", "--json").ok()
    assert [step["result"] for step in pending.json["tables"][0]["operations"]] == ["pending", "pending"]
    plane.tables["users"] = replace(plane.tables["users"], ttl_changed=NEVER)
    half = aws_project.call("migrate", "--allow-destructive").ok()
    assert "- users: disabled TTL on old" in half.out
    assert (
        "= users: enable TTL on new: pending (TTL can be changed once per hour: run the same command again at "
        in half.out
    )
    assert "1 operation pending" in half.out
    plane.ttl_interval = 0
    aws_project.call("migrate").ok()
    assert plane.ttl["users"] == {"Enabled": True, "AttributeName": "new"}


def test_no_wait_starts_the_first_index_and_later_runs_finish(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", **indexes("x", "y", "z")))
    plane.indexing = 600
    left = aws_project.call("migrate", "--no-wait", "--json").ok().json["tables"][0]["operations"]
    assert [step["result"] for step in left] == ["continues", "pending", "pending"]
    assert standing(plane, "users") == ["by_x"]
    busy = aws_project.call("migrate", "--no-wait").ok()
    assert "= users: create index by_y: pending (after index by_x CREATING, backfilling)" in busy.out
    assert "= users: create index by_z: pending (after index by_x CREATING, backfilling)" in busy.out
    plane.indexing = 0
    assert "users: create index by_z: pending" in aws_project.call("migrate", "--no-wait").ok().out
    aws_project.call("migrate").ok()
    assert standing(plane, "users") == ["by_x", "by_y", "by_z"]
    assert aws_project.call("plan", "--exit-code").ok().out.endswith("nothing to do\n")


@pytest.mark.posix
def test_ctrl_c_reports_steps_that_may_still_complete(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", deletion_protection_enabled=True, **indexes("x", "y")))
    plane.indexing = 600
    process = aws_project.start("inv", "db.migrate")
    until(lambda: "by_x" in standing(plane, "users"))
    since = len(plane.calls)
    until(lambda: "DescribeTable" in operations(plane)[since:])
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert "+ users: enabled deletion protection" in out
    assert "1 operation not started, 1 operation in progress may still complete (users: create index by_x)" in err
    assert "Traceback" not in err
    plane.indexing = 0
    aws_project.call("migrate").ok()
    assert standing(plane, "users") == ["by_x", "by_y"]


def test_killed_run_is_finished_by_the_next(aws_project: Project, plane: ControlPlane) -> None:
    before = table("users", stream_specification={"stream_view_type": "KEYS_ONLY"}, tags={"old": "x"})
    configure(aws_project, before, table("orders", **PROVISIONED))
    aws_project.call("migrate").ok()
    wanted = table(
        "users", stream_specification={"stream_view_type": "NEW_IMAGE"}, tags={"new": "x"}, **indexes("y", "z")
    )
    configure(aws_project, wanted, table("orders", **ON_DEMAND), table("new", **indexes("x")))
    plane.indexing = 600
    process = aws_project.start("inv", "db.migrate", "--allow-destructive", "--prune")
    until(lambda: "by_y" in standing(plane, "users"))
    process.kill()
    process.communicate(timeout=30)
    plane.indexing = 0
    aws_project.call("migrate", "--allow-destructive", "--prune").ok()
    assert standing(plane, "users") == ["by_y", "by_z"]
    assert aws_project.call("plan", "--prune", "--exit-code").ok().out.endswith("nothing to do\n")


class FirstAnswersLost(Faults):
    """Every first response is lost, although the call was applied."""

    lost = False

    def draw(self) -> Fault | None:
        self.lost = not self.lost
        return "reset after" if self.lost else None


def test_lost_responses_do_not_fail_a_run(aws_project: Project, plane: ControlPlane) -> None:
    """Repeated calls are rejected because the change was applied, also of settings that are turned off first."""
    plane.ttl_interval = plane.tag_lock = plane.policy_lock = 0
    before = {
        **PROVISIONED,
        "stream_specification": {"stream_view_type": "KEYS_ONLY"},
        "time_to_live_specification": {"attribute_name": "old"},
        "kinesis_stream_specification": {"stream_arn": KINESIS},
    }
    after = {
        **ON_DEMAND,
        **indexes("x", "y"),
        "stream_specification": {"stream_view_type": "NEW_IMAGE"},
        "time_to_live_specification": {"attribute_name": "new"},
        "kinesis_stream_specification": {"stream_arn": f"{KINESIS}2"},
        "tags": {"team": "a"},
    }
    plane.faults = FirstAnswersLost()
    for form in (before, after):
        configure(aws_project, table("users", **form))
        aws_project.call("migrate", "--allow-destructive").ok()
    assert aws_project.call("status", "--exit-code", "--json").ok().json["in_sync"] is True


def test_kinesis_stream_is_disabled_before_another_is_enabled(aws_project: Project, plane: ControlPlane) -> None:
    """It is DISABLING for a while, and a table can have one stream."""
    plane.updating = 0.3
    for arn in (KINESIS, f"{KINESIS}2"):
        configure(aws_project, table("users", kinesis_stream_specification={"stream_arn": arn}))
        aws_project.call("migrate", "--allow-destructive").ok()
    assert aws_project.call("status", "--exit-code", "--json").ok().json["in_sync"] is True


def test_daily_on_demand_quota_is_not_retried(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", **PROVISIONED))
    aws_project.call("migrate").ok()
    for form in (ON_DEMAND, PROVISIONED) * 4:
        configure(aws_project, table("users", **form))
        aws_project.call("migrate").ok()
    configure(aws_project, table("users", **ON_DEMAND), table("orders"))
    since = len(plane.calls)
    run = aws_project.call("migrate").fails("Update to PayPerRequest mode are limited to 4 times in 1 day(s).")
    assert "+ orders: created table" in run.out
    assert operations(plane)[since:].count("UpdateTable") <= 3  # as often as botocore tries it


def test_monthly_table_class_quota_is_not_retried(aws_project: Project, plane: ControlPlane) -> None:
    for kind in ("STANDARD", "STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        configure(aws_project, table("users", table_class=kind))
        aws_project.call("migrate").ok()
    configure(aws_project, table("users", table_class="STANDARD_INFREQUENT_ACCESS"))
    aws_project.call("migrate").fails("Updates to TableClass are limited to 2 times in 30 day(s).")


def test_changed_setting_that_may_not_be_read_is_unknown(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "old"}))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "new"}))
    no = "User: x is not authorized to perform: dynamodb:DescribeTimeToLive on resource: y"
    plane.forever["DescribeTimeToLive"] = (400, "AccessDeniedException", no)
    why = "time_to_live_specification could not be read: access denied: missing permission dynamodb:DescribeTimeToLive"
    for task in ("plan", "status"):
        seen = aws_project.call(task, "--exit-code").fails(code=2)
        assert "unknown" in seen.out
        assert why in seen.out + seen.err
    assert aws_project.call("plan", "--json").ok().json["tables"][0]["state"] == "unknown"
    aws_project.call("migrate").fails(why)
    assert plane.ttl["users"]["AttributeName"] == "old"


def test_denied_setting_is_not_reported_as_done(aws_project: Project, plane: ControlPlane) -> None:
    for operation in ("DescribeTimeToLive", "UpdateTimeToLive"):
        plane.forever[operation] = (400, "AccessDeniedException", f"not authorized to perform: dynamodb:{operation}")
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "expires"}))
    aws_project.call("migrate").fails("access denied: missing permission dynamodb:UpdateTimeToLive")


def test_denied_change_fails_only_its_table(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", deletion_protection_enabled=True, tags={"team": "a"}), table("orders"))
    plane.forever["UpdateTable"] = (400, "AccessDeniedException", "no")
    run = aws_project.call("migrate").fails(
        "enable deletion protection failed: access denied: missing permission dynamodb:UpdateTable"
    )
    assert "~ users: set tags" in run.out
    assert "+ orders: created table" in run.out


def test_change_that_the_engine_ignores_fails(project: Project) -> None:
    """A DynamoDB Local without deletion protection."""

    class Forgetful(ControlPlane):
        def answer(self, operation: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            status, document = super().answer(operation, parameters)
            document.get("Table", {}).pop("DeletionProtectionEnabled", None)
            return status, document

    with control_plane(Forgetful(server_header="Jetty(12)")) as plane:
        project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
        configure(project, table("users"))
        project.call("migrate").ok()
        configure(project, table("users", deletion_protection_enabled=True), table("orders"))
        run = project.call("migrate").fails("DynamoDB Local accepted the call and ignored deletion_protection_enabled")
        assert "+ orders: created table" in run.out
        project.call("status", "--exit-code").fails(code=2)


def test_error_message_of_the_engine_is_shown(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", stream_specification={"stream_view_type": "NEW_IMAGE"}), table("orders"))
    plane.forever["UpdateTable"] = (400, "TheirException", "streams are out of order")
    run = aws_project.call("migrate").fails("enable stream failed: UpdateTable: streams are out of order")
    assert "+ orders: created table" in run.out


def test_names_with_dots_and_brackets_are_not_parsed_as_paths(aws_project: Project, plane: ControlPlane) -> None:
    """An index, a tag and an attribute may be named like a property of a table."""
    awkward = indexes("warm_throughput.x", "projection")
    awkward["attributes"][1]["name"] = awkward["global_secondary_indexes"][0]["key_schema"][0]["attribute_name"] = (
        "a].b["
    )
    configure(aws_project, table("users", tags={"warm_throughput.note": "1", "x": "2"}, **awkward))
    aws_project.call("migrate").ok()
    for index in awkward["global_secondary_indexes"]:
        index["provisioned_throughput"] = SIX
    awkward |= PROVISIONED
    configure(aws_project, table("users", tags={"warm_throughput.note": "3", "x": "4"}, **awkward))
    aws_project.call("migrate").ok()
    del awkward["global_secondary_indexes"][0]
    configure(aws_project, table("users", tags={"x": "4"}, **awkward))
    aws_project.call("migrate", "--prune", "--allow-destructive").ok()
    assert aws_project.call("plan", "--exit-code", "--prune").ok().out == "= 1 unchanged\nnothing to do\n"
    assert standing(plane, "users") == ["by_projection"]
