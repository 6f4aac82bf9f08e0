"""What only the jar and its Java can do wrong."""

from __future__ import annotations

import sys
from pathlib import Path

from dynamotasks import local
from dynamotasks.project import Project as EngineProject

from ..running import Project


def test_pypi_s_java_is_enough(project: Project) -> None:
    """A machine without a Java of its own: the extra `dynamotasks[java]` brings one."""
    only_python = {"PATH": str(Path(sys.executable).parent), "JAVA_HOME": ""}
    up = project.run("inv", "db.up", "--backend", "java", "--port", "0", variables=only_python).ok()
    assert "DynamoDB Local (java) started" in up.out


def test_data_that_cannot_be_opened_is_told_in_words(project: Project) -> None:
    """The engine accepts connections then, and answers nothing."""
    data = EngineProject(project.root).make_folder() / "data" / "shared-local-instance.db"
    data.mkdir(parents=True)
    refused = project.run("inv", "db.up", "--backend", "java", "--port", "0", "--timeout", "8")
    refused.fails("it may not write to its data folder or volume", "the last lines of its log")
    assert local.running(EngineProject(project.root)) is None


def test_a_folder_without_the_jar(project: Project) -> None:
    refused = project.run(
        "inv", "db.up", "--backend", "java", "--port", "0", variables={"DYNAMODB_LOCAL_HOME": str(project.root)}
    )
    refused.fails("DYNAMODB_LOCAL_HOME is", "there is no DynamoDBLocal.jar")


def test_a_java_that_is_too_old_is_passed_over_for_a_newer(project: Project, tmp_path: Path) -> None:
    old = tmp_path / "jdk11" / "bin" / "java"
    old.parent.mkdir(parents=True)
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    up = project.run(
        "inv", "db.up", "--backend", "java", "--port", "0", variables={"JAVA_HOME": str(tmp_path / "jdk11")}
    )
    assert "started" in up.ok().out
