"""Repeated notes and errors are printed once."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, until
from tests.support.tables import configure, operations, table

GAPS = {"table_class": "STANDARD_INFREQUENT_ACCESS", "on_demand_throughput": {"max_read_request_units": 5}}


def test_unchanged_tables_are_one_line(aws_project: Project) -> None:
    configure(aws_project, *(table(f"table{number:03}") for number in range(30)))
    aws_project.call("migrate").ok()
    assert aws_project.call("plan").ok().out == "= 30 unchanged\nnothing to do\n"
    assert aws_project.call("migrate").ok().out.startswith("30 unchanged in ")
    configure(aws_project, *(table(f"table{number:03}") for number in range(31)))
    assert aws_project.call("plan").ok().out == (
        "+ table030: create table (id HASH)\n= 30 unchanged\n1 operation on 1 table\n"
    )


def test_unsupported_settings_are_one_line(aws_project: Project, plane: ControlPlane) -> None:
    plane.server_header = "Werkzeug/3 amazon.com"
    configure(
        aws_project,
        *(table(f"table{number:03}", **GAPS) for number in range(30)),
        table("last", table_class="STANDARD"),
    )
    for task in ("plan", "migrate"):
        gaps = [line for line in aws_project.call(task).ok().err.splitlines() if "not supported" in line]
        assert gaps == ["  not supported by moto, skipped: on_demand_throughput (30 tables), table_class (31 tables)"]


def test_notes_are_printed_once_per_process(aws_project: Project) -> None:
    unused = {"attributes": [{"name": "id", "type": "S"}, {"name": "note", "type": "S"}]}
    configure(aws_project, table("users", **unused))
    run = aws_project.run("inv", "db.plan", "db.migrate", "db.status").ok()
    assert run.err.count("no key uses 'note'") == 1
    assert run.err.count("target: ") == 3
    configure(aws_project, *(table(f"table{number:03}", **unused) for number in range(30)))
    assert "  and 25 more: `dynamotasks validate` shows all\n" in aws_project.call("plan").ok().err
    assert aws_project.call("validate").ok().err.count("no key uses 'note'") == 30


def test_lost_engine_is_reported_once(aws_project: Project, plane: ControlPlane) -> None:
    ttl = {"time_to_live_specification": {"attribute_name": "expires"}}
    configure(aws_project, *(table(f"table{number:03}", **ttl) for number in range(30)))
    plane.forever["CreateTable"] = (400, "ExpiredTokenException", "old")
    ended = aws_project.call("migrate").fails("have expired", "run the same command again to continue")
    assert ended.err.count("have expired") == 1
    assert "! same error for 29 more tables\n" in ended.err
    assert len((ended.out + ended.err).splitlines()) < 10


@pytest.mark.posix
def test_ctrl_c_is_reported_once(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    ttl = {"time_to_live_specification": {"attribute_name": "expires"}}
    configure(aws_project, *(table(f"table{number:03}", **ttl) for number in range(30)))
    process = aws_project.start("inv", "db.migrate")
    until(lambda: operations(plane).count("CreateTable") == 30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert err.splitlines()[-1].startswith("interrupted: ")
    assert err.splitlines()[-1].endswith("; run the same command again to continue")
    assert len(out.splitlines()) == 1


@pytest.mark.posix
@pytest.mark.parametrize("task", ["migrate", "plan"])
def test_repeated_ctrl_c_prints_no_traceback(task: str, aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    configure(aws_project, *(table(f"table{number:03}") for number in range(30)))
    if task == "plan":
        plane.forever["ListTables"] = (400, "ThrottlingException", "slow")
    process = aws_project.start("inv", f"db.{task}")
    until(lambda: bool(operations(plane)))

    def ended() -> bool:
        process.send_signal(signal.SIGINT)
        return process.poll() is not None

    until(ended)
    out, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT), out + err  # the same to a shell
    assert "Traceback" not in err
    assert "Exception ignored" not in err


def test_undeclared_local_index_is_not_offered_for_pruning(aws_project: Project) -> None:
    local = {
        "attributes": [{"name": "id", "type": "S"}, {"name": "at", "type": "S"}],
        "key_schema": [
            {"attribute_name": "id", "key_type": "HASH"},
            {"attribute_name": "at", "key_type": "RANGE"},
        ],
    }
    index = {"index_name": "by_id", "key_schema": local["key_schema"], "projection": {"projection_type": "ALL"}}
    other: dict[str, Any] = {**index, "index_name": "other"}
    configure(aws_project, table("users", **local, local_secondary_indexes=[index, other]))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", **local, local_secondary_indexes=[index]))
    result = aws_project.call("plan").ok().err
    assert "local_secondary_indexes[other] is not declared and is kept (only deleted with its table)" in result
    assert "--prune" not in result
