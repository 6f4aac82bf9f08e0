"""Stop the engine of a test run if its controller was killed and could not stop it.

Run as `python -m dynamotasks.testing.reaper RUN BEGAN`: the run as JSON, and the start time of the controller.
"""

from __future__ import annotations

import json
import sys
import time

from ..engines.project import Project
from ..engines.state_file import BrokenStateFile, read_record
from .reaper_process import runs
from .run_engine import Run, stop

_INTERVAL = 0.25  # seconds
_START = 3.0  # seconds in which a start that was interrupted may still bring up a container


def main() -> None:
    """Wait for the end of the controller."""
    run, began = Run(**json.loads(sys.argv[1])), float(sys.argv[2])
    while run.used and runs(run.pid, began):
        time.sleep(_INTERVAL)
    if run.used and any(_was_starting(project) for project in run.projects()):
        time.sleep(_START)
    stop(run)


def _was_starting(project: Project) -> bool:
    try:
        record = read_record(project)
    except BrokenStateFile:
        return True
    return record is not None and record.instance is None


if __name__ == "__main__":
    main()
