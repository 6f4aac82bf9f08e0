"""Failures that only the jar and its Java have."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from dynamotasks.aws.client import Database
from dynamotasks.aws.sessions import PROBE_LIMITS
from dynamotasks.aws.target import Target
from dynamotasks.engines.current_engine import running
from dynamotasks.engines.java import jar_command
from dynamotasks.engines.ports import free_port
from dynamotasks.engines.project import Project as EngineProject
from tests.support.running import Project, until


def test_java_from_pypi_is_sufficient(project: Project) -> None:
    """The extra `dynamotasks[java]` installs a Java."""
    only_python = {"PATH": str(Path(sys.executable).parent), "JAVA_HOME": ""}
    up = project.run("inv", "db.up", "--backend", "java", "--port", "0", variables=only_python).ok()
    assert "DynamoDB Local (java) started" in up.out


def test_unreadable_data_is_reported_with_the_log(project: Project) -> None:
    """The engine accepts connections, but does not respond."""
    data = EngineProject(project.root).make_folder() / "data" / "shared-local-instance.db"
    data.mkdir(parents=True)
    refused = project.run("inv", "db.up", "--backend", "java", "--port", "0", "--timeout", "8")
    refused.fails("it cannot open its data", "the end of its log")
    assert running(EngineProject(project.root)) is None


def test_folder_without_jar_is_refused(project: Project) -> None:
    refused = project.run(
        "inv", "db.up", "--backend", "java", "--port", "0", variables={"DYNAMODB_LOCAL_HOME": str(project.root)}
    )
    refused.fails("DYNAMODB_LOCAL_HOME is", "which lacks DynamoDBLocal.jar")


def test_outdated_java_is_skipped_for_a_newer_one(project: Project, tmp_path: Path) -> None:
    old = tmp_path / "jdk11" / "bin" / "java"
    old.parent.mkdir(parents=True)
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    up = project.run(
        "inv", "db.up", "--backend", "java", "--port", "0", variables={"JAVA_HOME": str(tmp_path / "jdk11")}
    )
    assert "started" in up.ok().out


def test_migrate_waits_for_each_index(project: Project) -> None:
    """With `-delayTransientStatuses`, an index is CREATING for 30 s and DELETING for 15, one at a time, as on AWS."""
    port = free_port()
    slow = jar_command(port, "-inMemory", "-sharedDb", "-delayTransientStatuses")
    engine = subprocess.Popen(slow, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        project.variables["DYNAMOTASKS_ENDPOINT"] = endpoint = f"http://127.0.0.1:{port}"
        database = Database(Target(env="local", endpoint=endpoint, credentials="dummy"), PROBE_LIMITS)
        until(database.is_ready)
        configure(project, "old")
        project.call("migrate").ok()
        configure(project, "one", "two", "three")
        changed = project.call("migrate", "--prune", "--allow-destructive").ok()
        assert [line for line in changed.out.splitlines() if line[0] in "+-"] == [
            "+ slow: created index one",
            "+ slow: created index two",
            "+ slow: created index three",
            "- slow: deleted index old",
        ]
        assert "slow: create index three: index three CREATING" in changed.err
        assert project.call("status", "--exit-code", "--json").ok().json["in_sync"] is True
        database.close()
    finally:
        engine.kill()
        engine.wait()


def configure(project: Project, *indexes: str) -> None:
    keyed = {name: [{"attribute_name": name, "key_type": "HASH"}] for name in ("id", *indexes)}
    table = {
        "name": "slow",
        "attributes": [{"name": name, "type": "S"} for name in keyed],
        "key_schema": keyed["id"],
        "global_secondary_indexes": [
            {"index_name": name, "key_schema": keyed[name], "projection": {"projection_type": "ALL"}}
            for name in indexes
        ],
    }
    project.write("tables_config.json", json.dumps({"tables": [table]}))
