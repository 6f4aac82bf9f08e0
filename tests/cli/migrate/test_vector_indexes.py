"""Vector indexes that replace others: all of one attribute have the same dimensions, and five are the most."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import configure, migrated, standing, table, updates

pytestmark = pytest.mark.newest_boto3


def vectors(*named: tuple[str, int]) -> dict[str, Any]:
    return {
        "vector_indexes": [
            {
                "index_name": name,
                "vector_attribute": {"attribute_name": "embedding"},
                "dimensions": dimensions,
                "distance_function": "COSINE",
                "projection": {"projection_type": "ALL"},
            }
            for name, dimensions in named
        ]
    }


def changed(plane: ControlPlane) -> list[tuple[str, str]]:
    """Vector indexes that were created and deleted, in that order."""
    steps = [step for each in updates(plane) for step in each["VectorIndexUpdates"]]
    return [(kind, shape["IndexName"]) for step in steps for kind, shape in step.items()]


def test_other_dimensions_under_another_name_delete_before_they_create(
    aws_project: Project, plane: ControlPlane
) -> None:
    """All indexes of one attribute have the same number."""
    migrated(aws_project, plane, **vectors(("old", 3)))
    configure(aws_project, table("users", **vectors(("new", 4))))
    aws_project.call("migrate", "--allow-destructive", "--prune").ok()
    assert changed(plane) == [("Delete", "old"), ("Create", "new")]


def test_other_dimensions_of_two_indexes_delete_both_before_they_create(
    aws_project: Project, plane: ControlPlane
) -> None:
    migrated(aws_project, plane, **vectors(("one", 3), ("two", 3)))
    configure(aws_project, table("users", **vectors(("one", 4), ("two", 4))))
    aws_project.call("migrate", "--allow-destructive").ok()
    assert changed(plane) == [("Delete", "one"), ("Delete", "two"), ("Create", "one"), ("Create", "two")]


def test_the_same_dimensions_under_another_name_leave_no_gap(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **vectors(("old", 3)))
    configure(aws_project, table("users", **vectors(("new", 3))))
    aws_project.call("migrate", "--allow-destructive", "--prune").ok()
    assert changed(plane) == [("Create", "new"), ("Delete", "old")]


def test_where_five_vector_indexes_are_the_most_a_sixth_waits(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **vectors(*((f"old{number}", 3) for number in range(5))))
    configure(aws_project, table("users", **vectors(*((f"old{number}", 3) for number in range(4)), ("new", 3))))
    aws_project.call("migrate", "--allow-destructive", "--prune").ok()
    assert changed(plane) == [("Delete", "old4"), ("Create", "new")]


def test_an_undeclared_index_of_other_dimensions_is_in_the_way(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **vectors(("old", 3)))
    configure(aws_project, table("users", **vectors(("new", 4))))
    run = aws_project.call("migrate", "--allow-destructive").fails("undeclared index old", "--prune")
    assert "create vector index new: blocked" in run.out
    assert not updates(plane)
    assert standing(plane, "users") == ["old"]
