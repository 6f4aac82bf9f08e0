"""The mark on the command line of an engine's process, by which its project recognizes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .engine_record import Instance
from .project import Project

_MARK = re.compile(r"(?:-D)?dynamotasks\.(?P<backend>\w+)=(?P<project>[\w-]+)@(?P<host>[^@]+):(?P<port>\d+)")


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """The backend, project and address of an engine's process.

    Attributes:
        project: the project's name.
    """

    backend: str
    project: str
    host: str
    port: int

    @classmethod
    def of(cls, backend: str, project: Project, instance: Instance) -> ProcessMark:
        """Return the mark of an instance."""
        return cls(backend, project.name, instance.host, instance.port)

    def __str__(self) -> str:
        return f"dynamotasks.{self.backend}={self.project}@{self.host}:{self.port}"


def find_mark(command_line: Iterable[str]) -> ProcessMark | None:
    """Return the mark among the arguments of a process; Java takes it as a system property (`-D`)."""
    for argument in command_line:
        if found := _MARK.fullmatch(argument):
            return ProcessMark(found["backend"], found["project"], found["host"], int(found["port"]))
    return None
