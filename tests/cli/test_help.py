"""Task list and help fit a terminal of 80 columns."""

from __future__ import annotations

import pytest

from dynamotasks import db
from tests.support.running import Project

WIDTH = 80


def test_task_list_has_one_line_per_task(project: Project) -> None:
    lines = [line for line in project.run("inv", "--list").ok().out.splitlines() if line.strip()][1:]
    assert [line.split()[0] for line in lines] == [f"db.{name}" for name in sorted(db.tasks)]
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("name", sorted(db.tasks))
def test_help_has_one_line_per_flag(name: str, project: Project) -> None:
    text = project.call("--help", name).ok().out
    assert max(map(len, text.splitlines())) <= WIDTH
    flags = text.partition("Options:\n")[2].rstrip()
    if flags.strip() != "none":
        for line in flags.splitlines():
            flag, _, meaning = line.strip().partition("  ")
            assert flag.startswith("--")
            assert meaning.strip(), f"{flag} has no help"
