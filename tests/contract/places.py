"""The databases that the contract tests run against, and the known deviations of each."""

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
    "on_demand_throughput": "lost at each UpdateTable without it, and if one maximum is -1",
    "global_secondary_indexes.on_demand_throughput": "lost at each UpdateTable without it, and if one maximum is -1",
    "warm_throughput": "accepted and dropped",
    "global_secondary_indexes.warm_throughput": "accepted and dropped",
    "vector_indexes": "accepted and dropped",
    "sse_specification": "accepted and dropped",
    "table_class": "accepted and dropped",
    "resource_policy": "accepted and dropped",
    "tags": "accepted by CreateTable and dropped; the tag calls are refused",
    "point_in_time_recovery_specification": "unknown operation",
    "contributor_insights_specification": "unknown operation",
    "global_secondary_indexes.contributor_insights_specification": "unknown operation",
    "kinesis_stream_specification": "unknown operation",
}
_MOTO = {
    "on_demand_throughput": "accepted and dropped",
    "global_secondary_indexes.on_demand_throughput": "accepted and dropped",
    "vector_indexes": "accepted and dropped",
    "table_class": "accepted and dropped",
    "resource_policy": "accepted by CreateTable and dropped",
    "contributor_insights_specification": "HTTP status 500",
    "global_secondary_indexes.contributor_insights_specification": "HTTP status 500",
    "kinesis_stream_specification": "HTTP status 500",
}
_DYNOXIDE = {
    "warm_throughput": "accepted by CreateTable and dropped, refused by UpdateTable",
    "global_secondary_indexes.warm_throughput": "accepted by CreateTable and dropped, refused by UpdateTable",
    "global_secondary_indexes.on_demand_throughput": "accepted by CreateTable and dropped, refused by UpdateTable",
    "two HASH attributes in an index": "refused by CreateTable",
    "resource_policy": "accepted by CreateTable and dropped",
    "point_in_time_recovery_specification": "unknown operation",
    "contributor_insights_specification": "unknown operation",
    "global_secondary_indexes.contributor_insights_specification": "unknown operation",
    "kinesis_stream_specification": "unknown operation",
}
DEVIATIONS = {"docker": _DYNAMODB_LOCAL, "java": _DYNAMODB_LOCAL, "moto": _MOTO, "dynoxide": _DYNOXIDE}

# changes that fail although the engine supports the property in CreateTable
_LOCAL_CHANGES = {
    "remove an index with the key of the table": "never finishes deleting it",
    "change the key type of two indexes": "never finishes deleting the last index with that key",
}
_MOTO_CHANGES = {
    "enable encryption": "ignored by UpdateTable",
    "disable encryption": "ignored by UpdateTable",
    "change the view type of a stream": "refuses a stream for a table that had one, so the stream is not changed",
}
_DYNOXIDE_CHANGES = {
    "enable encryption": "refused by UpdateTable alone, ignored with another property",
    "disable encryption": "refused by UpdateTable alone, ignored with another property",
    "throughput of an index": "ignored by UpdateTable",
}
CHANGE_DEVIATIONS = {
    "docker": _LOCAL_CHANGES,
    "java": _LOCAL_CHANGES,
    "moto": _MOTO_CHANGES,
    "dynoxide": _DYNOXIDE_CHANGES,
}

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
    """A database under test: how the command line and the library address it.

    Attributes:
        variables: environment variables for the tasks.
        environments: the `environments` section for the config file.
        deviations: unsupported properties, with the reason.
        change_deviations: unsupported changes, with the reason.
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
    """Start the database, and stop it at the end. Raise an error if it is unavailable."""
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
    """Address a local server like an AWS account: profile, credential chain, `AWS_ENDPOINT_URL_DYNAMODB`."""
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
    """Return a user's project that connects to the place."""
    return Project(folder, place.variables)
