"""Random flags, variables, state files, plan files and responses: a message and an exit code, never a traceback."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.test_broken_configs import ODD, at, mutate, places
from tests.support.running import Project
from tests.support.soak import size

from .expectations import assert_clean_output, table, time_limit
from .proxy import FaultProxy, Reply, Request
from .test_corrupt_responses import FaultyProject, servers

__all__ = ["servers"]

INPUTS = size(500, soak=10_000)

two_halves = pytest.mark.parametrize("half", range(2))  # for two processes
words = st.text(st.characters(exclude_characters="\0"), max_size=20) | st.sampled_from(
    ["", " ", "-", "--", "~nosuch/x", "${NOPE}", "é", "\udc80", "\x1b[31m", "a\nb", "0", "-1", "9" * 30, "1e400", "nan",
     "http://", "http://[", "http://h:99999", "http://h:port", "ftp://h", "http://u:p@127.0.0.1:9", "[", "{}", "null"]
)  # fmt: skip
FLAGS = [
    "--env",
    "--config",
    "--region",
    "--profile",
    "--table",
    "--json",
    "--exit-code",
    "--format",
    "--shell",
    "--no",
]
OFFLINE = ["validate", "schema", "env", "logs"]  # random tasks must not reach a database
VARIABLES = [
    "DYNAMOTASKS_ENV", "DYNAMOTASKS_CONFIG", "DYNAMOTASKS_REGION", "DYNAMOTASKS_PROFILE", "DYNAMOTASKS_ENDPOINT",
    "DYNAMOTASKS_TABLE", "DYNAMOTASKS_ODD", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE",
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "INVOKE_DYNAMOTASKS_ENV", "NO_COLOR", "COLUMNS", "SHELL", "TERM",
]  # fmt: skip
STATE: dict[str, Any] = {
    "backend": "moto", "port": 9, "in_memory": True, "image": "x",
    "run": {"backend": "moto", "port": 9, "handle": {"pid": 1, "created": 1.0}, "host": "127.0.0.1"},
}  # fmt: skip


def share_of_inputs(part: float) -> settings:
    """Return settings for half of this share_of_inputs of the inputs."""
    return settings(max_examples=max(5, int(INPUTS * part / 2)), suppress_health_check=list(HealthCheck))


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    argv = [draw(st.sampled_from(OFFLINE) | words)]
    for _ in range(draw(st.integers(0, 4))):
        argv.append(draw(st.sampled_from(FLAGS) | words))
        if draw(st.booleans()):
            argv.append(draw(words))
    return argv


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    document = deepcopy(document)
    for _ in range(draw(st.integers(1, 4))):
        document = mutate(draw, document)
    return document


def damaged_file(draw: Callable[[Any], Any], document: Any) -> bytes:
    """Return the document, possibly truncated or with bytes appended."""
    text = json.dumps(document).encode()
    end = draw(st.integers(0, len(text)) | st.just(len(text)))
    return text[:end] + draw(st.sampled_from([b"", b"", b"\xff", b"\x00", b"}", b"\xef\xbb\xbf"]))  # type: ignore[no-any-return]


@pytest.fixture(scope="module", autouse=True)
def short_delays() -> Iterator[None]:
    """Let botocore retry without delay."""
    sleep = time.sleep
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))
        yield


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("fuzz"))
    made.write("tables_config.json", json.dumps({"tables": [table("users")]}))
    return made


@two_halves
@share_of_inputs(0.4)
@given(argv=command_lines())
def test_random_flags(half: int, argv: list[str], project: Project) -> None:
    with time_limit():
        assert_clean_output(project.call(*argv))


def is_encodable(text: str) -> bool:
    """Return whether an environment variable can have this value."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@two_halves
@share_of_inputs(0.2)
@given(
    task=st.sampled_from(OFFLINE),
    variables=st.dictionaries(st.sampled_from(VARIABLES), words.filter(is_encodable), max_size=4),
)
def test_random_variables(half: int, task: str, variables: dict[str, str], project: Project) -> None:
    with time_limit():
        assert_clean_output(project.call(task, **variables))


@two_halves
@share_of_inputs(0.2)
@given(data=st.data(), document=mutated(STATE), task=st.sampled_from(["env", "logs"]))
def test_corrupt_state_files(half: int, data: st.DataObject, document: Any, task: str, project: Project) -> None:
    folder = project.root / ".dynamotasks"
    folder.mkdir(exist_ok=True)
    (folder / "engine.json").write_bytes(damaged_file(data.draw, document))
    with time_limit():
        assert_clean_output(project.call(task))


@pytest.fixture(scope="module")
def faulty(servers: tuple[Any, FaultProxy], tmp_path_factory: pytest.TempPathFactory) -> FaultyProject:
    return FaultyProject(Project(tmp_path_factory.mktemp("fuzz")), *servers)


@two_halves
@share_of_inputs(0.1)
@given(data=st.data())
def test_corrupt_plan_files(half: int, data: st.DataObject, faulty: FaultyProject) -> None:
    """A dry run, because a mutated plan may still be valid."""
    made = faulty.project.root / "plan.json"
    if not made.exists():
        faulty.project.call("plan", "--out", "plan.json").ok()
    document = data.draw(mutated(json.loads(made.read_bytes())))
    Path(faulty.project.root, "other.json").write_bytes(damaged_file(data.draw, document))
    with time_limit():
        assert_clean_output(faulty.project.call("migrate", "--plan", "other.json", "--dry-run"))


@two_halves
@share_of_inputs(0.1)
@given(data=st.data(), task=st.sampled_from(["list", "status", "plan", "describe"]))
def test_random_values_in_responses(half: int, data: st.DataObject, task: str, faulty: FaultyProject) -> None:
    """One value of one response is replaced by one of another type."""
    chosen = data.draw(st.integers(0, 3))
    odd, where = data.draw(st.sampled_from(ODD)), data.draw(st.integers(0, 10_000))

    def corrupt(request: Request) -> Reply:
        reply = request.forward()
        document = reply.document
        if found := places(document):
            path = found[where % len(found)]
            at(document, path[:-1])[path[-1]] = odd
        return Reply(status=reply.status, body=json.dumps(document).encode(), headers=reply.headers)

    faulty.proxy.inject(corrupt, lambda number, operation: number == chosen)
    with time_limit():
        assert_clean_output(faulty.project.call(task))
