"""The mark by which a project recognizes its processes."""

from __future__ import annotations

import pytest

from dynamotasks.engines.engine_record import Instance
from dynamotasks.engines.process_mark import ProcessMark, find_mark
from dynamotasks.engines.project import Project


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "example.com"])
@pytest.mark.parametrize("prefix", ["", "-D"])
def test_mark_is_found_among_the_arguments(host: str, prefix: str, project: Project) -> None:
    mark = ProcessMark.of("java", project, Instance(8123, {}, host))
    assert mark == ProcessMark("java", project.name, host, 8123)
    assert find_mark(["java", f"{prefix}{mark}", "-jar", "x.jar"]) == mark


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "dynamotasks",
        "dynamotasks.moto=shop",
        "dynamotasks.moto=shop@127.0.0.1",
        "dynamotasks.moto=shop@127.0.0.1:x",
        "grep dynamotasks.moto=shop@127.0.0.1:8000",
        "dynamotasks.moto=a@b@127.0.0.1:8000",
    ],
)
def test_other_arguments_are_not_marks(argument: str) -> None:
    assert find_mark(["python", argument]) is None
