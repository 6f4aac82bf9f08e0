"""Describe the engines of a test run at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote

import pytest

from ..engines.current_engine import recorded
from ..engines.engine_record import Instance
from ..engines.project import Project
from ..engines.state_file import BrokenStateFile
from .options import Options
from .run_engine import Run, access_keys


def engines_of(run: Run) -> list[tuple[Project, str, Instance]]:
    """Return the owner, the backend and the instance of each engine that a run started."""
    found = []
    for project in run.projects() if run.used else ():
        try:
            record = recorded(project)
        except BrokenStateFile:
            continue
        if record and record.instance:
            found.append((project, record.backend, record.instance))
    return found


def write_summary(reporter: pytest.TerminalReporter, run: Run, options: Options) -> None:
    """Write the backend of the engines of a run, or how to look at those that are kept; nothing if none was started."""
    engines = engines_of(run)
    if engines and options.keep:
        reporter.section("DynamoDB engine kept")
        for line in _describe(engines, run, options.region):
            reporter.write_line(line)
    elif engines and reporter.verbosity >= 0:
        origin = options.backend.source if options.backend.value != "auto" else "auto"
        reporter.write_line(f"dynamodb: {engines[0][1]} ({origin})")


def _describe(engines: Iterable[tuple[Project, str, Instance]], run: Run, region: str) -> Iterator[str]:
    """Yield lines with the endpoint and keys of each engine, and the commands to look at it and to stop it."""
    stops = []
    for project, backend, instance in engines:
        endpoint, keys = instance.endpoint, access_keys(project)
        yield f"{backend} at {endpoint}; each worker has its own tables, by access key: {', '.join(keys)}"
        yield f"  export AWS_ENDPOINT_URL_DYNAMODB={endpoint} AWS_REGION={region} AWS_DEFAULT_REGION={region}"
        yield f"  export AWS_ACCESS_KEY_ID={keys[0]} AWS_SECRET_ACCESS_KEY={keys[0]}"
        yield "  aws dynamodb list-tables"
        stops.append(f"(cd {quote(str(project.root))} && dynamotasks down --volumes --yes)")
    yield f"stop it: {' && '.join([*stops, f'rm -r {quote(run.folder)}'])}"
