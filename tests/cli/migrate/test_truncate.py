"""`db.truncate` outside local engines: tables that are changing, and item counts that may be old."""

from __future__ import annotations

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import configure, indexes, table


def test_changing_table_is_not_touched(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", **indexes("x")))
    plane.updating = 600
    aws_project.call("migrate", "--no-wait").ok()
    aws_project.call("truncate", "--yes").fails("table users is UPDATING: its items can be deleted when it is ACTIVE")
    assert "BatchWriteItem" not in str(plane.calls)


def test_count_that_may_be_old_is_part_of_the_question(aws_project: Project) -> None:
    configure(aws_project, table("users"), table("orders"))
    aws_project.call("migrate", "--table", "users").ok()
    shown = aws_project.call("truncate", "--dry-run").ok().out
    assert shown == "- users: delete about 0 items, as of up to 6 hours ago\n= orders: does not exist\n"
    aws_project.call("truncate").fails("delete all items of 1 table (about 0 items, as of up to 6 hours ago)")
