"""The places the contract suite runs in, and what each of them cannot do, by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dynamotasks.aws.client import Database
from dynamotasks.aws.target import Target
from dynamotasks.engines import lifecycle
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project as EngineProject
from tests.support.running import Project

Configure = Callable[..., None]

PROFILE_VARIABLE = "DYNAMOTASKS_TEST_PROFILE"

_DYNAMODB_LOCAL = {
    "on_demand_throughput": "forgotten at every UpdateTable without it, and at once where one maximum is -1",
    "warm_throughput": "accepted and dropped",
    "vector_indexes": "accepted and dropped",
    "sse_specification": "accepted and dropped",
    "table_class": "accepted and dropped",
    "resource_policy": "accepted and dropped",
    "tags": "accepted by CreateTable and dropped; the tag calls are refused",
    "point_in_time_recovery_specification": "refused as an unknown operation",
    "contributor_insights_specification": "refused as an unknown operation",
    "kinesis_stream_specification": "refused as an unknown operation",
}
_MOTO = {
    "on_demand_throughput": "accepted and dropped",
    "vector_indexes": "accepted and dropped",
    "table_class": "accepted and dropped",
    "resource_policy": "accepted by CreateTable and dropped",
    "contributor_insights_specification": "answered with HTTP 500",
    "kinesis_stream_specification": "answered with HTTP 500",
}
DEVIATIONS = {"docker": _DYNAMODB_LOCAL, "java": _DYNAMODB_LOCAL, "moto": _MOTO}

# changes of a table that stands, of properties that the place has otherwise
_LOCAL_CHANGES = {
    "an index less that has the table's key": "never ends deleting it",
    "another type of two indexes' key": "never ends deleting the last of the indexes with one key",
}
_MOTO_CHANGES = {
    "encryption": "ignored by UpdateTable",
    "no encryption": "ignored by UpdateTable",
    "another view of a stream": "refuses any stream of a table that had one, so it is left as it is",
}
CHANGE_DEVIATIONS = {"docker": _LOCAL_CHANGES, "java": _LOCAL_CHANGES, "moto": _MOTO_CHANGES}

AWS_CONFIG = """
environments:
  aws:
    endpoint: ${AWS_ENDPOINT_URL_DYNAMODB}
    region: eu-west-1
    profile: suite
    account_id: "123456789012"
    credentials: chain
    disposable: true
"""


@dataclass
class Place:
    """A database for the suite: how to name it on the command line, and as a library user does.

    Attributes:
        variables: what the shell says.
        environments: what the config file says under its tables.
        deviations: properties that this place cannot do.
        change_deviations: changes that it cannot do.
    """

    name: str
    variables: dict[str, str]
    target: Target
    deviations: dict[str, str]
    change_deviations: dict[str, str]
    environments: str = ""

    @property
    def database(self) -> Database:
        database = Database(self.target)
        assert database.is_ready()
        return database


@contextmanager
def place(name: str, folder: Path) -> Iterator[Place]:
    """Starts what the suite needs and stops it again; raises where it cannot be had."""
    if name == "aws" and (profile := os.environ.get(PROFILE_VARIABLE)):
        yield Place(
            "aws", {"AWS_PROFILE": profile, "DYNAMOTASKS_ENV": "aws"}, Target(env="aws", profile=profile), {}, {}
        )
        return
    engine = EngineProject(folder)
    folder.mkdir()
    try:
        started = lifecycle.up(engine, EngineOptions(backend="moto" if name == "aws" else name, port=0, in_memory=True))
        if name == "aws":
            yield _behind_the_chain(folder, started.endpoint)
            return
        target = Target(env="local", endpoint=started.endpoint, credentials="dummy", disposable=True)
        yield Place(name, {"DYNAMOTASKS_ENDPOINT": started.endpoint}, target, DEVIATIONS[name], CHANGE_DEVIATIONS[name])
    finally:
        lifecycle.down(engine, volumes=True)


def _behind_the_chain(folder: Path, endpoint: str) -> Place:
    """A started server that is reached as an account is: profile, credential chain, `AWS_ENDPOINT_URL_DYNAMODB`."""
    credentials, config = folder / "credentials", folder / "config"
    credentials.write_text("[suite]\naws_access_key_id = AKIDSUITE\naws_secret_access_key = secret\n")
    config.write_text("[profile suite]\nregion = eu-west-1\n")
    variables = {
        "AWS_PROFILE": "suite",
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_ENDPOINT_URL_STS": endpoint,
        "DYNAMOTASKS_ENV": "aws",
    }
    os.environ.update(
        {name: value for name, value in variables.items() if name.startswith("AWS_S") or "CONFIG" in name}
    )
    target = Target(env="aws", endpoint=endpoint, profile="suite")
    return Place("aws", variables, target, DEVIATIONS["moto"], CHANGE_DEVIATIONS["moto"], AWS_CONFIG)


def suite_project(place: Place, folder: Path) -> Project:
    """A user's project that talks to the place."""
    return Project(folder, place.variables)
