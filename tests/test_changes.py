"""Changes of tables that stand, as a user meets them: quotas, hours to wait, interruptions, lost answers."""

from __future__ import annotations

import math
import signal
from dataclasses import replace
from typing import Any

import pytest

from .running import Project, until
from .simulator import ControlPlane, Faults, control_plane
from .simulator.calls import KINESIS
from .simulator.faults import Fault
from .simulator.table import NEVER
from .test_migrate import configure, operations, table

FIVE = {"read_capacity_units": 5, "write_capacity_units": 5}
SIX = {"read_capacity_units": 6, "write_capacity_units": 5}
ON_DEMAND = {"billing_mode": "PAY_PER_REQUEST"}
PROVISIONED = {"billing_mode": "PROVISIONED", "provisioned_throughput": FIVE}


def indexes(*names: str) -> dict[str, Any]:
    """Indexes that each have a key of their own."""
    return {
        "attributes": [{"name": name, "type": "S"} for name in ("id", *names)],
        "global_secondary_indexes": [
            {
                "index_name": f"by_{name}",
                "key_schema": [{"attribute_name": name, "key_type": "HASH"}],
                "projection": {"projection_type": "ALL"},
            }
            for name in names
        ],
    }


def standing(plane: ControlPlane, name: str) -> list[str]:
    return [index.name for index in plane.tables[name].indexes if math.isinf(index.deleted)]


@pytest.fixture
def there(project: Project, plane: ControlPlane) -> Project:
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    return project


def test_another_ttl_attribute_is_pending_within_the_hour(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users", time_to_live_specification={"attribute_name": "old"}))
    there.call("migrate").ok()
    configure(there, table("users", time_to_live_specification={"attribute_name": "new"}))
    plane.ttl_interval = 0  # an hour has passed
    off, on = there.call("plan", "--json").ok().json["tables"][0]["steps"]
    assert (off["kind"], on["kind"]) == ("destructive", "safe")
    plane.ttl_interval = 3600
    pending = there.call("migrate", "--allow-destructive", "--json").ok()
    assert [step["result"] for step in pending.json["tables"][0]["steps"]] == ["pending", "pending"]
    plane.tables["users"] = replace(plane.tables["users"], ttl_changed=NEVER)
    half = there.call("migrate", "--allow-destructive").ok()
    assert "- users: turned off time_to_live_specification" in half.out
    assert "= users: set time_to_live_specification: pending (TTL changes once an hour: run it again at " in half.out
    assert "1 step pending" in half.out
    plane.ttl_interval = 0
    there.call("migrate").ok()
    assert plane.ttl["users"] == {"Enabled": True, "AttributeName": "new"}


def test_without_waiting_the_first_index_is_started_and_later_runs_finish(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"))
    there.call("migrate").ok()
    configure(there, table("users", **indexes("x", "y", "z")))
    plane.indexing = 600
    left = there.call("migrate", "--no-wait", "--json").ok().json["tables"][0]["steps"]
    assert [step["result"] for step in left] == ["done", "pending", "pending"]
    assert standing(plane, "users") == ["by_x"]
    busy = there.call("migrate", "--no-wait").ok()
    assert "= users: create index by_y: pending (after index by_x CREATING, backfilling)" in busy.out
    assert "= users: create index by_z: pending (after index by_x CREATING, backfilling)" in busy.out
    plane.indexing = 0
    assert "users: create index by_z: pending" in there.call("migrate", "--no-wait").ok().out
    there.call("migrate").ok()
    assert standing(plane, "users") == ["by_x", "by_y", "by_z"]
    assert there.call("plan", "--exit-code").ok().out.endswith("nothing to do\n")


def test_ctrl_c_tells_what_goes_on_by_itself(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"))
    there.call("migrate").ok()
    configure(there, table("users", deletion_protection_enabled=True, **indexes("x", "y")))
    plane.indexing = 600
    process = there.start("inv", "db.migrate")
    until(lambda: "by_x" in standing(plane, "users"))
    since = len(plane.calls)
    until(lambda: "DescribeTable" in operations(plane)[since:])
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert "+ users: set deletion_protection_enabled" in out
    assert "1 step not started, 1 step under way may still complete (users: create index by_x)" in err
    assert "Traceback" not in err
    plane.indexing = 0
    there.call("migrate").ok()
    assert standing(plane, "users") == ["by_x", "by_y"]


def test_a_run_that_was_killed_is_finished_by_the_next(there: Project, plane: ControlPlane) -> None:
    before = table("users", stream_specification={"stream_view_type": "KEYS_ONLY"}, tags={"old": "x"})
    configure(there, before, table("orders", **PROVISIONED))
    there.call("migrate").ok()
    wanted = table(
        "users", stream_specification={"stream_view_type": "NEW_IMAGE"}, tags={"new": "x"}, **indexes("y", "z")
    )
    configure(there, wanted, table("orders", **ON_DEMAND), table("new", **indexes("x")))
    plane.indexing = 600
    process = there.start("inv", "db.migrate", "--allow-destructive", "--prune")
    until(lambda: "by_y" in standing(plane, "users"))
    process.kill()
    process.communicate(timeout=30)
    plane.indexing = 0
    there.call("migrate", "--allow-destructive", "--prune").ok()
    assert standing(plane, "users") == ["by_y", "by_z"]
    assert there.call("plan", "--prune", "--exit-code").ok().out.endswith("nothing to do\n")


class FirstAnswersLost(Faults):
    """Every call is carried out, its answer is lost, and only that of its repetition is heard."""

    lost = False

    def draw(self) -> Fault | None:
        self.lost = not self.lost
        return "reset after" if self.lost else None


def test_answers_that_are_lost_are_no_reason_to_fail(there: Project, plane: ControlPlane) -> None:
    """What is sent again is refused as done already; what is turned off first, to be set anew, is no exception."""
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
        configure(there, table("users", **form))
        there.call("migrate", "--allow-destructive").ok()
    assert there.call("status", "--exit-code", "--json").ok().json["in_sync"] is True


def test_a_kinesis_stream_is_waited_for_before_another_takes_its_place(there: Project, plane: ControlPlane) -> None:
    """It is DISABLING for a while, and one stream at a time is allowed."""
    plane.updating = 0.3
    for arn in (KINESIS, f"{KINESIS}2"):
        configure(there, table("users", kinesis_stream_specification={"stream_arn": arn}))
        there.call("migrate", "--allow-destructive").ok()
    assert there.call("status", "--exit-code", "--json").ok().json["in_sync"] is True


def test_a_fourth_switch_of_a_day_fails_at_once_with_the_words_of_aws(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users", **PROVISIONED))
    there.call("migrate").ok()
    for form in (ON_DEMAND, PROVISIONED) * 4:
        configure(there, table("users", **form))
        there.call("migrate").ok()
    configure(there, table("users", **ON_DEMAND), table("orders"))
    since = len(plane.calls)
    run = there.call("migrate").fails("Update to PayPerRequest mode are limited to 4 times in 1 day(s).")
    assert "+ orders: created table" in run.out
    assert operations(plane)[since:].count("UpdateTable") <= 3  # as often as botocore tries it


def test_a_third_change_of_class_in_a_month_fails_at_once_with_the_words_of_aws(
    there: Project, plane: ControlPlane
) -> None:
    for kind in ("STANDARD", "STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        configure(there, table("users", table_class=kind))
        there.call("migrate").ok()
    configure(there, table("users", table_class="STANDARD_INFREQUENT_ACCESS"))
    there.call("migrate").fails("Updates to TableClass are limited to 2 times in 30 day(s).")


def test_a_setting_that_may_not_be_read_is_noted_and_not_compared(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users", time_to_live_specification={"attribute_name": "old"}))
    there.call("migrate").ok()
    configure(there, table("users", time_to_live_specification={"attribute_name": "new"}))
    no = "User: x is not authorized to perform: dynamodb:DescribeTimeToLive on resource: y"
    plane.forever["DescribeTimeToLive"] = (400, "AccessDeniedException", no)
    seen = there.call("plan", "--exit-code").ok()
    assert "time_to_live_specification could not be read: access denied: dynamodb:DescribeTimeToLive" in seen.err
    there.call("migrate").ok()
    assert plane.ttl["users"]["AttributeName"] == "old"


def test_what_may_be_neither_read_nor_written_is_not_called_done(there: Project, plane: ControlPlane) -> None:
    for operation in ("DescribeTimeToLive", "UpdateTimeToLive"):
        plane.forever[operation] = (400, "AccessDeniedException", f"not authorized to perform: dynamodb:{operation}")
    configure(there, table("users", time_to_live_specification={"attribute_name": "expires"}))
    there.call("migrate").fails("access denied: dynamodb:UpdateTimeToLive is missing")


def test_a_change_that_is_not_allowed_fails_its_table_alone(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"))
    there.call("migrate").ok()
    configure(there, table("users", deletion_protection_enabled=True, tags={"team": "a"}), table("orders"))
    plane.forever["UpdateTable"] = (400, "AccessDeniedException", "no")
    run = there.call("migrate").fails("set deletion_protection_enabled failed: access denied: dynamodb:UpdateTable")
    assert "~ users: set tags" in run.out
    assert "+ orders: created table" in run.out


def test_what_an_engine_accepts_and_ignores_is_told(project: Project) -> None:
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
        run = project.call("migrate").fails(
            "DynamoDB Local accepted it and did not do it: deletion_protection_enabled still differs"
        )
        assert "+ orders: created table" in run.out
        project.call("status", "--exit-code").fails(code=2)


def test_an_engine_s_refusal_is_told_in_its_words(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"))
    there.call("migrate").ok()
    configure(there, table("users", stream_specification={"stream_view_type": "NEW_IMAGE"}), table("orders"))
    plane.forever["UpdateTable"] = (400, "TheirException", "streams are out of order")
    run = there.call("migrate").fails("set stream_specification failed: UpdateTable: streams are out of order")
    assert "+ orders: created table" in run.out


def test_names_with_dots_and_brackets_are_not_parsed_as_paths(there: Project, plane: ControlPlane) -> None:
    """An index, a tag and an attribute may be named like a property of a table."""
    awkward = indexes("warm_throughput.x", "projection")
    awkward["attributes"][1]["name"] = awkward["global_secondary_indexes"][0]["key_schema"][0]["attribute_name"] = (
        "a].b["
    )
    configure(there, table("users", tags={"warm_throughput.note": "1", "x": "2"}, **awkward))
    there.call("migrate").ok()
    for index in awkward["global_secondary_indexes"]:
        index["provisioned_throughput"] = SIX
    awkward |= PROVISIONED
    configure(there, table("users", tags={"warm_throughput.note": "3", "x": "4"}, **awkward))
    there.call("migrate").ok()
    del awkward["global_secondary_indexes"][0]
    configure(there, table("users", tags={"x": "4"}, **awkward))
    there.call("migrate", "--prune", "--allow-destructive").ok()
    assert there.call("plan", "--exit-code", "--prune").ok().out == "= 1 unchanged\nnothing to do\n"
    assert standing(plane, "users") == ["by_projection"]
