"""Describe the engines that `--dynamodb-keep` leaves running."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from ..engines.current_engine import recorded
from .run_engine import Run, access_keys


def describe(run: Run, region: str) -> Iterator[str]:
    """Yield lines with the endpoint and keys of each engine of a run, and the commands to look at it and to stop it."""
    stops = []
    for project in run.projects():
        record = recorded(project)
        if record is None or record.instance is None:
            continue
        endpoint, keys = record.instance.endpoint, access_keys(project)
        yield f"{record.backend} at {endpoint}; each worker has its own tables, by access key: {', '.join(keys)}"
        yield f"  export AWS_ENDPOINT_URL_DYNAMODB={endpoint} AWS_REGION={region} AWS_DEFAULT_REGION={region}"
        yield f"  export AWS_ACCESS_KEY_ID={keys[0]} AWS_SECRET_ACCESS_KEY={keys[0]}"
        yield "  aws dynamodb list-tables"
        stops.append(f"(cd {quote(str(project.root))} && dynamotasks down --volumes --yes)")
    yield f"stop it: {' && '.join([*stops, f'rm -r {quote(run.folder)}'])}"
