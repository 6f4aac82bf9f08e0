"""The state file, in which a project keeps its engine record.

Its content is not trusted: the backend is asked each time whether the recorded instance is this project's and serves
its port.
"""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import asdict
from pathlib import Path

from ..errors import EngineError, Hint, Task
from ..private_files import open_private, refuse_link, write_private
from .engine_record import EngineRecord, Instance
from .project import Project

STATE_FILE = "engine.json"
_MAX_CHARACTERS = 64 * 1024  # a typical state file has about 400


class BrokenStateFile(EngineError):
    """The state file is damaged, or `up` did not write it."""

    def __init__(self, project: Project, reason: str) -> None:
        super().__init__(
            f"not a valid state file: {' '.join(reason.split())[:200]}",
            hint=Hint(Task("up"), " sets it aside and starts the engine"),
            where=str(project.folder / STATE_FILE),
        )


def parse(text: str) -> EngineRecord:
    """Return the record in the text of a state file.

    Raises:
        ValueError, TypeError, KeyError, AttributeError, RecursionError: the text is not a record.
    """
    content = json.loads(text)
    run = content.pop("run")
    return EngineRecord(**content, instance=None if run is None else Instance(**run))


def serialize(record: EngineRecord) -> str:
    """Return the text of a state file."""
    content = asdict(record)
    content["run"] = content.pop("instance")
    return json.dumps(content, indent=2) + "\n"


def read_record(project: Project) -> EngineRecord | None:
    """Return the project's record, or `None` if it has no state file.

    Raises:
        BrokenStateFile: the file cannot be read or is not a record.
    """
    try:
        refuse_link(project.folder)
        with open_private(project.folder / STATE_FILE) as file:
            return parse(file.read(_MAX_CHARACTERS))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise BrokenStateFile(project, error.strerror or str(error)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BrokenStateFile(project, str(error) or type(error).__name__) from None


def write_record(project: Project, record: EngineRecord) -> None:
    """Replace the state file atomically."""
    write_private(project.make_folder() / STATE_FILE, serialize(record))


def delete_record(project: Project) -> None:
    """Delete the state file, if it exists."""
    (project.folder / STATE_FILE).unlink(missing_ok=True)


def set_aside(project: Project) -> Path:
    """Rename a broken state file so that it can still be inspected; return its new path."""
    for number in itertools.count(1):
        path = project.folder / f"{STATE_FILE}.broken-{number}"
        if not os.path.lexists(path):
            (project.folder / STATE_FILE).rename(path)
            return path
    raise AssertionError
